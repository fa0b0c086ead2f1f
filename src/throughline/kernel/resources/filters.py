"""What a list is asked, read from its address, as a database condition and in words.

Every filterable field has parameters of its own name: `kind=domestic-violence` (a term of the upper
level includes those below it), `jurisdiction=RS&jurisdiction=ME`, `occurred_on=2023-Q4`,
`occurred_on.from=2023-10-01`, `killed.min=1`. `q` searches text, `bbox` takes west,south,east,north.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.kernel.resources.cells import day_words, words
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.expressions import LineCount
from throughline.kernel.resources.lookups import Lookups, terms_of
from throughline.kernel.resources.values import Unreadable, read_boolean, read_date, read_number, shown, tidy
from throughline.kernel.searched import SearchedWords
from throughline.kernel.text import fold
from throughline.kernel.ui import formats

MOST_FOLDED = 5_000
MOST_VALUES = 5_000
MOST_HELD = 500
NOTHING = "-"


@dataclass(frozen=True)
class Condition:
    """One thing asked: the parameters it came from, what a reader sees, what the database is asked."""

    names: tuple[str, ...]
    words: str
    where: Q
    label: str = ""


Read = Callable[["Field", "Sequence[str]", Lookups], Condition]
Found = tuple[list[Condition], list[Problem]]
# Other parts of the kernel may read parameters of a list's address (measures: the records behind a figure).
more_conditions: list[Callable[[Resource, QueryDict, Viewer], Found]] = []


def conditions_of(resource: Resource, params: QueryDict, lookups: Lookups) -> tuple[list[Condition], list[Problem]]:
    """Everything the address asks, and what in it cannot be understood."""
    found: list[Condition] = []
    problems: list[Problem] = []
    for field in resource.all_fields:
        if not field.filter:
            continue
        for suffix, read in READERS.get(field.kind, ()):
            key = f"{field.name}{suffix}"
            given = [told for value in params.getlist(key) if (told := tidy(value))]
            if not given:
                continue
            try:
                condition = read(field, given, lookups)
            except Unreadable as error:
                problems.append(Problem(key, str(error), shown(given[0])))
            else:
                found.append(Condition((key,), condition.words, condition.where, str(field.title)))
    _box(resource, params, found, problems)
    return found, problems


def _box(resource: Resource, params: QueryDict, found: list[Condition], problems: list[Problem]) -> None:
    text = params.get("bbox", "").strip()
    if not text or resource.position is None:
        return
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        problems.append(Problem("bbox", _("Give four numbers: west,south,east,north."), shown(text)))
        return
    latitude, longitude = resource.position
    where = Q(**{f"{latitude}__range": (south, north), f"{longitude}__range": (west, east)})
    found.append(Condition(("bbox",), _("in the part of the map shown"), where))


# Reading by kind


def _listed(field: Field, given: Sequence[str]) -> tuple[list[str], bool]:
    """The values asked for, and whether 'not reported' (-) is among them."""
    return [value for value in given if value != NOTHING], NOTHING in given


def _with_nothing(field: Field, where: Q, names: list[str], nothing: bool) -> Condition:  # noqa: FBT001
    if nothing:
        where |= Q(**{f"{field.name}__isnull": True})
        names = [*names, _("not reported")]
    return Condition((), _(" or ").join(names), where)


def by_term(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    listed, nothing = _listed(field, given)
    terms = [lookups.find(field, value) for value in listed]
    chosen = {term.pk for term in terms}
    keys = {one.pk for one in terms_of(field) if one.pk in chosen or one.parent_id in chosen}
    return _with_nothing(field, Q(**{f"{field.name}__in": keys}), [words(field, term) for term in terms], nothing)


def by_choice(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    if field.name == "state":
        known = {option.value: option.label for option in field.options()}
        unknown = [value for value in given if value not in known]
        if unknown:
            message = _("'%(value)s' is not known here. It can be: %(known)s.")
            raise Unreadable(message % {"value": shown(unknown[0]), "known": ", ".join(known)})
        return Condition((), _(" or ").join(known[value] for value in given), Q(state__in=list(given)))
    values = [lookups.find(field, value) for value in given]
    return Condition((), _(" or ").join(words(field, value) for value in values), Q(**{f"{field.name}__in": values}))


def by_reference(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    listed, nothing = _listed(field, given)
    rows = [lookups.find(field, value) for value in listed]
    where = Q(**{f"{field.name}__in": [row.pk for row in rows]})
    return _with_nothing(field, where, [str(row) for row in rows], nothing)


def by_boolean(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    value = read_boolean(given[0])
    return Condition((), f"{field.title}: {_('yes') if value else _('no')}", Q(**{field.name: value}))


def by_period(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    """A whole period (2023, 2023-H1, 2023-Q4, 2023-05) or one day."""
    try:
        period = Period.parse(given[0])
    except ValueError:
        day = _day(given[0], lookups)
        return Condition((), day_words(day, "day"), _between(field, day, day))
    return Condition((), period.label(str(formats.locale())), _between(field, period.start, period.end))


def from_day(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    day = _day(given[0], lookups)
    return Condition((), _("from %(day)s") % {"day": day_words(day, "day")}, _between(field, day, None))


def to_day(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    day = _day(given[0], lookups)
    return Condition((), _("to %(day)s") % {"day": day_words(day, "day")}, _between(field, None, day))


def _day(text: str, lookups: Lookups) -> date:
    return read_date(text, lookups.order)[0]


def _between(field: Field, first: date | None, last: date | None) -> Q:
    name = f"{field.name}__date" if field.kind == "moment" else field.name
    where = Q()
    if first:
        where &= Q(**{f"{name}__gte": first})
    if last:
        where &= Q(**{f"{name}__lte": last})
    return where


def exactly(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    number = read_number(given[0])
    return Condition((), f"{field.title} = {number:g}", _compared(field, "exact", number))


def at_least(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    number = read_number(given[0])
    return Condition((), f"{field.title} ≥ {number:g}", _compared(field, "gte", number))


def at_most(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    number = read_number(given[0])
    return Condition((), f"{field.title} ≤ {number:g}", _compared(field, "lte", number))


def _compared(field: Field, lookup: str, number: float) -> Q:
    if isinstance(field.expression, LineCount):
        return field.expression.among(lookup, number)
    return Q(**{f"{field.name}__{lookup}": number})


def holding(field: Field, given: Sequence[str], lookups: Lookups) -> Condition:
    values = _values_holding(field, given[0])
    where = Q(**{f"{field.name}__icontains": given[0]}) if values is None else Q(**{f"{field.name}__in": values})
    return Condition((), f"“{given[0]}”", where)


# Each value of an indexed column once, by stepping from one to the next larger: as many steps as there are values,
# however many rows. "found" are those that hold the text.
VALUES = """
    WITH RECURSIVE step (value) AS (
        SELECT min({column}) FROM {table}
        UNION ALL
        SELECT (SELECT min({column}) FROM {table} WHERE {column} > step.value) FROM step WHERE step.value IS NOT NULL
    ), known AS (SELECT value FROM step LIMIT %(most)s)
    SELECT count(*), array_agg(value) FILTER (WHERE upper(value) LIKE upper(%(like)s)) FROM known
"""


def _values_holding(field: Field, text: str) -> list[str] | None:
    """The values that hold the text, where there are few of them; None where each row must be looked at.

    Of a million incidents in three thousand places, three thousand names are looked at instead of a million.
    """
    model, source = field.model, field.source
    if model is None or source is None or not any(one.fields[:1] == [field.name] for one in model._meta.indexes):
        return None
    quote = connection.ops.quote_name
    query = VALUES.format(column=quote(str(source.column)), table=quote(model._meta.db_table))
    like = f"%{connection.ops.prep_for_like_query(text)}%"
    with connection.cursor() as cursor:
        cursor.execute(query, {"most": MOST_VALUES + 1, "like": like})
        count, found = cursor.fetchone()
    return (found or []) if count <= MOST_VALUES and len(found or ()) <= MOST_HELD else None


NUMBERS: tuple[tuple[str, Read], ...] = (("", exactly), (".min", at_least), (".max", at_most))
DATES: tuple[tuple[str, Read], ...] = (("", by_period), (".from", from_day), (".to", to_day))
READERS: dict[str, tuple[tuple[str, Read], ...]] = {
    "term": (("", by_term),),
    "choice": (("", by_choice),),
    "reference": (("", by_reference),),
    "boolean": (("", by_boolean),),
    "date": DATES,
    "moment": DATES,
    "integer": NUMBERS,
    "number": NUMBERS,
    "text": (("", holding),),
    "long-text": (("", holding),),
}


# Text search


def search(resource: Resource, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows whose text holds all words, whatever script, marks or case; the last letters may be missing."""
    asked = [word for word in "".join(c if c.isalnum() else " " for c in fold(text)).split() if word]
    if not asked or not resource.search:
        return rows
    if isinstance(resource.search, str):
        query = SearchQuery(" & ".join(f"{word}:*" for word in asked), config="simple", search_type="raw")
        return rows.alias(asked=SearchedWords(resource.search)).filter(asked=query)
    return rows.filter(pk__in=_folded(rows, resource.search, asked))


def _folded(rows: QuerySet[Any], names: Iterable[str], asked: Sequence[str]) -> list[Any]:
    """Small tables carry no search column: they are read and folded here."""
    found = rows.order_by().values_list("pk", *names)[:MOST_FOLDED]
    texts = ((pk, fold(" ".join(str(part) for part in parts if part))) for pk, *parts in found)
    return [pk for pk, text in texts if all(word in text for word in asked)]


def known_parameters(resource: Resource) -> set[str]:
    """Everything a list's address may ask. A misspelt filter must not quietly mean 'all'."""
    fields = (field for field in resource.all_fields if field.filter)
    known = {f"{field.name}{suffix}" for field in fields for suffix, _read in READERS.get(field.kind, ())}
    return known | {"sort", "after", "before", "limit", "columns"} | {"q"} | ({"bbox"} if resource.position else set())
