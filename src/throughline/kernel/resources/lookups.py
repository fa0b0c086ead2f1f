"""Finding what a word means: choices by code or label in any language, terms and records by any of their names.

A `Lookups` lives for one batch (a form, a file, an API call): every table it needs is read once, and
every word is resolved once, so that a quarter of a million rows cost no more queries than one.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Field, Option
from throughline.kernel.resources.values import Order, Unreadable, shown, tidy
from throughline.kernel.text import fold

Named = dict[str, Any]
NAMES = ("reference", "code", "alpha3", "name", "label", "capital", "email")
NAMES_IN_LANGUAGES = ("names", "labels")
MOST_LOADED = 20_000
NOT_REPORTED = "not-reported"
UNKNOWN = (
    "unknown", "not known", "not stated", "not available", "n/a", "n/r", "nr", "na", "none given", "undetermined",
    "nepoznato", "nije poznato", "i panjohur", "e panjohur", "непознато", "необјављено",
)  # fmt: skip
CLASH = object()
BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def match_key(text: str) -> str:
    """The form in which names are compared: folded, punctuation as one space ('Kosovo*' is 'kosovo')."""
    folded = fold(text)
    return BETWEEN_WORDS.sub(" ", folded).strip() or folded.strip()


def languages() -> Iterable[str]:
    return [code for code, _name in settings.LANGUAGES]


class Lookups:
    """What has been looked up so far in this batch, for one viewer."""

    def __init__(self, viewer: Viewer | None = None, *, order: Order = "dmy") -> None:
        self.viewer = viewer or Viewer.nobody()
        self.order: Order = order
        self.plans: dict[int, Any] = {}
        self._named: dict[tuple[Any, str], Named] = {}

    def named(self, field: Field) -> Named:
        """Everything a field can mean, by match key."""
        key = (field.model, field.name)
        if key not in self._named:
            self._named[key] = NAMERS[field.kind](field, self.viewer)
        return self._named[key]

    def find(self, field: Field, value: Any) -> Any:
        """The choice, term or record that `value` names."""
        if isinstance(value, models.Model):
            return value
        text = tidy(value)
        found = self.named(field).get(match_key(text))
        if found is CLASH:
            message = _("'%(value)s' could be several; give the code.")
            raise Unreadable(message % {"value": shown(value)})
        if found is None:
            found = _by_query(field, self.viewer, text)
        if found is None:
            raise Unreadable(not_found(field, value, self.named(field)))
        return found


def not_found(field: Field, value: Any, named: Named) -> str:
    """Say what was not understood, and what would be if the list is short."""
    known = sorted({str(one) for one in named.values() if one is not CLASH})
    if field.kind == "choice":
        known = [option.label for option in options_of(field)]
    if 0 < len(known) <= 12:
        message = _("'%(value)s' is not known here. It can be: %(known)s.")
        return message % {"value": shown(value), "known": ", ".join(known)}
    message = _("'%(value)s' is not known as %(field)s. Give a code or a name from the list.")
    return message % {"value": shown(value), "field": field.title}


def _add(named: Named, names: Iterable[Any], meaning: Any, *, over: bool = False) -> None:
    for name in names:
        if not name:
            continue
        key = match_key(str(name))
        if key not in named or over:
            named[key] = meaning
        elif named[key] is not CLASH and named[key] != meaning:
            named[key] = CLASH


def name_choices(field: Field, viewer: Viewer) -> Named:
    named: Named = {}
    choices = list(field.source.flatchoices)  # type: ignore[union-attr]
    for value, _label in choices:
        _add(named, [value], value)
    for language in languages():
        with override(language):
            for value, label in choices:
                _add(named, [str(label)], value)
    for word, value in field.synonyms.items():
        _add(named, [word], value)
    if NOT_REPORTED in dict(choices):
        for word in UNKNOWN:
            named.setdefault(match_key(word), NOT_REPORTED)
    return named


def terms_of(field: Field) -> QuerySet[Any]:
    rows = field.related._default_manager.select_related("parent")
    return rows.filter(taxonomy__code=field.taxonomy) if field.taxonomy else rows


def name_terms(field: Field, viewer: Viewer) -> Named:
    """Terms by code, label and 'upper: label'. A label of both levels means the upper one."""
    named: Named = {}
    terms = list(terms_of(field))
    for term in sorted(terms, key=lambda one: one.parent_id is None):
        words = [term.label, *term.labels.values()]
        _add(named, words, term, over=term.parent_id is None)
        if term.parent:
            _add(named, [f"{term.parent.label} {word}" for word in words], term)
    for term in terms:
        _add(named, [term.code], term, over=True)
    for word, code in field.synonyms.items():
        if match_key(code) in named:
            _add(named, [word], named[match_key(code)])
    return named


def rows_of(field: Field, viewer: Viewer) -> QuerySet[Any]:
    """The records a reference may point to: only those this viewer may read."""
    model = field.related
    resource = registry.for_model(model)
    if resource is not None:
        return resource.visible(viewer)
    manager: Any = model._default_manager
    return manager.visible_to(viewer) if hasattr(manager, "visible_to") else manager.all()


def names_of(row: models.Model) -> list[Any]:
    names = [getattr(row, name, "") for name in NAMES]
    for attribute in NAMES_IN_LANGUAGES:
        given = getattr(row, attribute, None)
        names += list(given.values()) if isinstance(given, dict) else []
    return [*names, str(row), str(row.pk)]


def name_rows(field: Field, viewer: Viewer) -> Named:
    named: Named = {}
    rows = list(rows_of(field, viewer)[: MOST_LOADED + 1])
    if len(rows) > MOST_LOADED:
        return named
    for row in rows:
        _add(named, names_of(row), row)
    for row in rows:
        _add(named, [getattr(row, field.by, ""), row.pk], row, over=True)
    return named


def _by_query(field: Field, viewer: Viewer, text: str) -> Any:
    """A reference into a table too large to load: by its naming attribute, exactly."""
    if field.kind != "reference" or not text:
        return None
    has = {one.name for one in field.related._meta.fields}
    condition = Q()
    for name in {field.by, *NAMES} & has:
        condition |= Q(**{f"{name}__iexact": text})
    rows = list(rows_of(field, viewer).filter(condition)[:2]) if condition else []
    return rows[0] if len(rows) == 1 else None


NAMERS: dict[str, Callable[[Field, Viewer], Named]] = {
    "choice": name_choices,
    "term": name_terms,
    "reference": name_rows,
}


def options_of(field: Field, viewer: Viewer | None = None) -> tuple[Option, ...]:
    """What a form offers: choices, terms valid today, records the viewer may read."""
    if field.name == "state":
        flow = flow_for(field.model) if field.model else None
        return tuple(Option(state.code, str(state.label)) for state in flow.states) if flow else ()
    if field.kind == "choice":
        words = {value: tuple(w for w, v in field.synonyms.items() if v == value) for value in field.synonyms.values()}
        choices = field.source.flatchoices  # type: ignore[union-attr]
        return tuple(Option(str(value), str(label), names=words.get(value, ())) for value, label in choices)
    if field.kind == "term":
        return _term_options(field)
    if field.kind == "reference":
        rows = rows_of(field, viewer or Viewer.nobody())[:MOST_LOADED]
        return tuple(Option(str(getattr(row, field.by, row.pk)), str(row)) for row in rows)
    return ()


def _term_options(field: Field) -> tuple[Option, ...]:
    today = timezone.localdate()
    valid = [term for term in terms_of(field) if not (term.valid_to and term.valid_to < today)]
    uppers = [term for term in valid if term.parent_id is None]
    ordered = [one for upper in uppers for one in (upper, *(t for t in valid if t.parent_id == upper.pk))]
    return tuple(
        Option(
            term.code,
            term_label(term),
            parent=term.parent.code if term.parent else "",
            names=tuple(str(name) for name in term.labels.values()),
        )
        for term in ordered
    )


def term_label(term: Any) -> str:
    """A term in the active language, or as it stands."""
    return str(term.labels.get(get_language() or "", "") or term.label)
