"""Reading reference data as it was, or is, valid on a day."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from throughline.reference.models import Dated, Footnote, Jurisdiction, Scope, Term

D = TypeVar("D", bound=Dated)


def valid_on(on: date | None = None, prefix: str = "") -> Q:
    """Rows whose validity holds the day (both ends count; an empty end is open)."""
    day = on or timezone.localdate()
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    running = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    return begun & running


def current(rows: "QuerySet[D]", on: date | None = None) -> "QuerySet[D]":
    """Those of the rows that are valid on the day (today, if none is named)."""
    return rows.filter(valid_on(on))


def jurisdictions(on: date | None = None) -> list[Jurisdiction]:
    """The jurisdictions valid on the day, in the order in which they are printed."""
    return list(current(Jurisdiction.objects.all(), on))


def terms(taxonomy_code: str, on: date | None = None) -> list[Term]:
    """The terms of a taxonomy valid on the day, first and second level, in their order."""
    return list(current(Term.objects.filter(taxonomy__code=taxonomy_code), on).select_related("parent"))


def terms_by_code(taxonomy_code: str) -> dict[str, Term]:
    """All terms a taxonomy ever had, by code: an old record keeps its old term."""
    found = Term.objects.filter(taxonomy__code=taxonomy_code).select_related("parent")
    return {term.code: term for term in found}


def label_of(term: Term, language: str = "en") -> str:
    """The label in a language, or the English one where none was given."""
    return term.labels.get(language) or term.label


def scope_members(scope_code: str, on: date | None = None) -> list[Jurisdiction]:
    """The jurisdictions a scope has on the day, in the order in which they are printed."""
    scope = Scope.objects.get(code=scope_code)
    members = current(scope.members.all(), on).values("jurisdiction")
    return list(Jurisdiction.objects.filter(pk__in=members))


def printed_name(jurisdiction: Jurisdiction, language: str = "en") -> str:
    """The name with its footnote mark, in a language where the name is known in it."""
    return f"{jurisdiction.names.get(language) or jurisdiction.name}{jurisdiction.mark}"


def footnotes(publisher: str, jurisdictions: Iterable[Jurisdiction], on: date | None = None) -> list[Footnote]:
    """What the publisher must print under a list of these jurisdictions, in their order."""
    found = Footnote.objects.filter(publisher=publisher, jurisdiction__in=list(jurisdictions))
    return list(current(found, on).select_related("jurisdiction").order_by("jurisdiction__order", "jurisdiction__name"))
