"""What reference data brings to measures: scopes, the dimension of places, and words for terms."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from throughline.kernel.measures.declare import NOT_REPORTED, Dimension, Places
from throughline.reference.models import Jurisdiction, Programme, Scope, ScopeMember
from throughline.reference.queries import current, footnotes, label_of, printed_name, terms_by_code


def members(scope: str | None, on: date | None) -> Mapping[str, str]:
    """Code and printed name of a scope's jurisdictions on a day (None: of those in any scope)."""
    memberships = current(ScopeMember.objects.all(), on)
    if scope:
        memberships = memberships.filter(scope__code=scope)
    language = get_language() or "en"
    found = Jurisdiction.objects.filter(pk__in=memberships.values("jurisdiction"))
    return {one.code: printed_name(one, language) for one in found}


def scopes() -> Mapping[str, str]:
    return {one.code: one.name for one in Scope.objects.all()}


def jurisdiction_words() -> Mapping[str, str]:
    language = get_language() or "en"
    return {one.code: printed_name(one, language) for one in Jurisdiction.objects.all()}


def programme_words() -> Mapping[str, str]:
    return {one.code: one.name for one in Programme.objects.all()}


def place_footnotes(codes: Iterable[str]) -> list[str]:
    """The footnotes under a list of jurisdictions, as the programme's publisher words them."""
    publisher = Programme.objects.order_by("code").values_list("publisher", flat=True).first() or "UNDP"
    named = list(Jurisdiction.objects.filter(code__in=list(codes)).exclude(mark=""))
    marks = {one.pk: one.mark for one in named}
    return [f"{marks[one.jurisdiction_id]} {one.text}" for one in footnotes(publisher, named)] if named else []


def term_words(taxonomy: str, level: int = 1, *, known: bool = True) -> Callable[[], Mapping[str, str]]:
    """Words for the terms of one level of a taxonomy; `known` False adds 'Not reported'."""

    def words() -> Mapping[str, str]:
        language = get_language() or "en"
        terms = sorted(terms_by_code(taxonomy).values(), key=lambda term: (term.order, term.label))
        found = {term.code: label_of(term, language) for term in terms if (term.parent_id is None) is (level == 1)}
        return found if known else {**found, NOT_REPORTED: _("Not reported")}

    return words


PLACES = Places(members=members, scopes=scopes, footnotes=place_footnotes)
DIMENSIONS = (
    Dimension("jurisdiction", gettext_lazy("Jurisdiction"), jurisdiction_words, place=True, fill=False),
    Dimension("programme", gettext_lazy("Programme"), programme_words, fill=False, whole=True),
)
