"""Guessing what columns and values mean. Each guess carries its reason and is the person's to change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake.columns import CLOCK, FLAGS, INTEGER, MIDNIGHT, NUMBER, Column, look
from throughline.kernel.intake.formats.base import Table
from throughline.kernel.intake.mapping import COUNT, PACKED, TIME, Mapping, Use, field_of
from throughline.kernel.intake.names import likeness, names_of, words
from throughline.kernel.intake.recipes import Recipe, recipe_for
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.lookups import CLASH, Lookups, match_key
from throughline.kernel.resources.values import Order

NAMED = {"choice", "term", "reference"}
SURE, LIKELY, POSSIBLE = 0.88, 0.62, 0.34
_NUMBERED = re.compile(r"^(.*?)[ _-]?(\d{1,2})$")


@dataclass(frozen=True)
class Guess:
    """One column for one target, and how good a guess it is."""

    score: float
    column: str
    use: Use


def suggest(table: Table, resource: Resource, viewer: Viewer, lookups: Lookups | None = None) -> Mapping:
    """A mapping for the file: from the columns' names, their tags and their values."""
    lookups = lookups or Lookups(viewer, order=order_of(table))
    columns = look(table)
    recipe = recipe_for(resource.noun)
    mapping = Mapping(uses=tuple(_assign(_guesses(columns, resource, lookups, recipe))))
    mapping = _with_date(mapping, columns, resource, lookups)
    mapping = _with_counts(mapping, columns, recipe)
    mapping = _with_times(mapping, columns, resource)
    mapping = with_line_constants(mapping, resource)
    mapping = replace(mapping, group=_group(table, mapping, columns))
    return _with_key(mapping, columns, resource)


def order_of(table: Table) -> Order:
    return "mdy" if table.options.dates == "month-first" else "dmy"


def _guesses(columns: dict[str, Column], resource: Resource, lookups: Lookups, recipe: Recipe) -> Iterator[Guess]:
    own = _own_sheet(resource)
    for column in columns.values():
        if not column.filled:
            continue
        if (flag := _flag(column, recipe)) is not None:
            yield flag
            continue
        if (same := own.get(column.name.casefold())) is not None and _fits(column, same, resource, lookups):
            how = PACKED if ".*." in same else "value"
            reason = _("The column has the name of our own sheet.")
            yield Guess(2.0, column.name, Use(same, column.name, how=how, reason=reason))
            continue
        for one in resource.all_fields:
            if one.name == resource.key and resource.is_record:
                yield from _reference(column, resource)
            elif not one.read_only:
                yield from _guess(column, one.name, one, lookups)
        for part in resource.lines:
            for one in part.fields:
                yield from _guess(
                    column, _line_target(part.name, one, column), one, lookups, before=(str(part.one), str(part.title))
                )


def _own_sheet(resource: Resource) -> dict[str, str]:
    """The headings our own export writes, in every language, and the keys of the API."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for column in resource.columns:
                if column.writable or column.key == resource.key:
                    found |= {column.title.casefold(): column.key, column.key: column.key}
    return found


def _fits(column: Column, target: str, resource: Resource, lookups: Lookups) -> bool:
    """Whether the values are not plainly something else."""
    one = field_of(resource, target)
    if one is None or target == resource.key:
        return one is not None
    fits = evidence(column, one, lookups, "||" if ".*." in target else "")
    return fits is None or fits >= 0.2 or one.kind in NAMED


def _reference(column: Column, resource: Resource) -> Iterator[Guess]:
    """Our own references are known by their look; another system's 'id' is not one of them."""
    prefix = getattr(resource.model, "reference_prefix", "")
    if prefix and column.share(re.compile(rf"^{re.escape(prefix)}-.*\d{{6}}$")) > 0.5:
        yield Guess(
            2.0, column.name, Use(resource.key, column.name, reason=_("These are references of our own records."))
        )


def _line_target(name: str, one: Field, column: Column) -> str:
    """Packed cells fill several lines; a name that ends in a number its own line; all else the row's line."""
    if column.packed:
        return f"{name}.*.{one.name}"
    numbered = _NUMBERED.match(column.name)
    return f"{name}.{int(numbered[2]) if numbered and int(numbered[2]) else 1}.{one.name}"


def _guess(column: Column, target: str, one: Field, lookups: Lookups, before: tuple[str, ...] = ()) -> Iterator[Guess]:
    named = max(likeness(_bare(name), other) for name in _column_names(column) for other in names_of(one))
    for word in before:
        named = max(
            named, *(likeness(name, other) for name in _column_names(column) for other in names_of(one, before=word))
        )
    if before:
        named *= 0.97
    if named < POSSIBLE and one.kind not in NAMED:
        return
    packed = column.packed if ".*." in target else ""
    fits = evidence(column, one, lookups, packed)
    score = _score(named, fits, one, column)
    if score > 0:
        how = PACKED if packed else "value"
        separator = packed if packed != "||" else ""
        yield Guess(
            score, column.name, Use(target, column.name, how=how, separator=separator, reason=_why(named, fits, one))
        )


def _bare(name: str) -> str:
    numbered = _NUMBERED.match(name)
    return numbered[1] if numbered and numbered[1] else name


def _column_names(column: Column) -> list[str]:
    """The heading, the part after the last dot, and the words of an HXL tag."""
    names = [column.name]
    if "." in column.name:
        names.append(column.name.rsplit(".", 1)[1])
    if column.tag:
        names.append(" ".join(re.findall(r"[a-z]+", column.tag)))
        names.append(re.findall(r"[a-z]+", column.tag)[0])
    return names


def _score(named: float, fits: float | None, one: Field, column: Column) -> float:
    """Name and values together; values that do not fit rule a column out, unless they can be mapped."""
    if fits is None:
        return named if named >= SURE else 0.0
    # Words that nobody knows yet are worth a look where the field must be filled anyway.
    mappable = one.kind in NAMED and column.few and one.required and named >= 0.97
    if named >= SURE and (fits >= 0.2 or mappable):
        return named * 0.8 + fits * 0.2
    if named >= LIKELY and fits >= 0.6:
        return named * 0.7 + fits * 0.3
    if one.kind in NAMED and fits >= 0.95 and (named >= POSSIBLE or len(column.values) >= 2):
        return named * 0.4 + fits * 0.35
    return 0.0


def _why(named: float, fits: float | None, one: Field) -> str:
    share = round((fits or 0) * 100)
    if named >= SURE and fits is None:
        return _("The name fits.")
    if named >= SURE:
        return _("The name fits, and %(share)s % % of the values do.").replace("% %", "%%") % {"share": share}
    if one.kind in NAMED and fits is not None and fits >= 0.95:
        return (
            _("All values looked at are known as %(field)s.") % {"field": one.title}
            if share == 100
            else _("Most values are known as %(field)s.") % {"field": one.title}
        )
    return _("The name is similar, and the values fit.") if fits is not None else _("The name is similar.")


def evidence(column: Column, one: Field, lookups: Lookups, packed: str = "") -> float | None:
    """The share of the column's values that the field would take; None where anything would do."""
    if one.kind in NAMED:
        values = list(_single_values(column, packed))[:200]
        return sum(_found(one, value, lookups) for value in values) / len(values) if values else 0.0
    if one.kind in {"date", "moment"}:
        shares = column.dates(lookups.order)
        return 0.0 if column.share(INTEGER) > 0.9 and not _years(column) else shares
    if one.kind == "time":
        return column.share(CLOCK) if column.share(MIDNIGHT) < 0.9 else 0.0
    if one.kind == "boolean":
        return column.share(FLAGS)
    if packed:
        return None
    if one.kind == "integer":
        return column.share(INTEGER)
    if one.kind == "number":
        return _within(column, one)
    return None


def _years(column: Column) -> bool:
    return column.share(re.compile(r"^(19|20)\d\d$")) > 0.9


def _within(column: Column, one: Field) -> float:
    """Numbers that the field's own bounds allow, as far as its name tells (a latitude is below 90)."""
    bound = {"latitude": 90.0, "longitude": 180.0}.get(one.name)
    seen = [value for value in islice(column.values, 200) if NUMBER.match(value)]
    if bound is None or not seen:
        return column.share(NUMBER)
    return sum(
        abs(float(value.replace(",", ".").replace(" ", ""))) <= bound
        for value in seen
        if value.count(",") + value.count(".") <= 1
    ) / len(seen)


def _single_values(column: Column, separator: str) -> Iterator[str]:
    """The column's different values, packed cells taken apart."""
    if not separator:
        yield from column.values
        return
    seen = dict.fromkeys(
        re.sub(r"^\d+::", "", part).strip() for value in column.values for part in value.split(separator)
    )
    yield from (value for value in seen if value)


@lru_cache(maxsize=50_000)
def _key(value: str) -> str:
    return match_key(value)


def _found(one: Field, value: str, lookups: Lookups) -> bool:
    """Known without asking the database for each value: a table too large to load proves nothing."""
    meaning = lookups.named(one).get(_key(value))
    return meaning is not None and meaning is not CLASH


def _flag(column: Column, recipe: Recipe) -> Guess | None:
    """A yes/no column that stands for something else, such as 'fatal'."""
    known = next((meant for name, meant in recipe.flags.items() if likeness(column.name, name) >= 0.97), None)
    if known is None or column.share(FLAGS) < 0.9:
        return None
    target, codes = known
    values = {
        value: codes["true" if value.casefold() in {"true", "yes", "y", "t", "1", "da", "po"} else "false"]
        for value in column.values
    }
    return Guess(
        1.5,
        column.name,
        Use(target, column.name, values=values, reason=_("Yes and no in this column stand for an outcome.")),
    )


def _assign(guesses: Iterator[Guess]) -> Iterator[Use]:
    """The best guesses first; a column is used once and a target filled once."""
    columns: set[str] = set()
    filled: set[str] = set()
    for guess in sorted(guesses, key=lambda one: -one.score):
        target = guess.use.target
        spoken = target.replace(".1.", ".*.")
        if guess.column in columns or target in filled or spoken in filled:
            continue
        columns.add(guess.column)
        filled |= {target, spoken}
        yield guess.use


def _with_date(mapping: Mapping, columns: dict[str, Column], resource: Resource, lookups: Lookups) -> Mapping:
    """A date that must be given: the first column of dates, one that calls itself a date before others."""
    wanted = next((one for one in resource.fields if one.kind == "date" and one.required), None)
    if wanted is None or mapping.use_of(wanted.name):
        return mapping
    dated = [
        one
        for one in columns.values()
        if not mapping.of_column(one.name) and (evidence(one, wanted, lookups) or 0) > 0.9
    ]
    named = sorted(dated, key=lambda one: not set(words(one.name)) & {"date", "datum", "data", "datumi", "day"})
    if not named:
        return mapping
    return mapping.with_use(Use(wanted.name, named[0].name, reason=_("The column holds dates.")))


def _with_key(mapping: Mapping, columns: dict[str, Column], resource: Resource) -> Mapping:
    """The other system's key, so that sending the file again changes nothing: the group's, or one that never repeats."""
    key = resource.external_key
    if not key or mapping.use_of(key) or (resource.key and mapping.use_of(resource.key)):
        return mapping
    longest = getattr(resource.field(key).source, "max_length", 80) or 80
    fitting = [
        one
        for one in _key_named(columns)
        if columns[one].filled == columns[one].looked and columns[one].longest <= longest
    ]
    grouped = [one for one in mapping.group if one in fitting]
    unique = [
        one
        for one in fitting
        if not columns[one].repeats and not mapping.group and len(columns[one].values) == columns[one].filled
    ]
    found = [one for one in (*grouped, *unique) if not any(use.how == "value" for use in mapping.of_column(one))]
    if not found:
        return mapping
    return mapping.with_use(Use(key, found[0], reason=_("Every record has its own value here: it serves as the key.")))


def _with_counts(mapping: Mapping, columns: dict[str, Column], recipe: Recipe) -> Mapping:
    """Columns of numbers that stand for so many lines ('killed': 3)."""
    for column in columns.values():
        if mapping.of_column(column.name) or column.share(INTEGER) < 0.9:
            continue
        meant = next((meant for name, meant in recipe.counts.items() if likeness(column.name, name) >= 0.97), None)
        if meant is not None and not _told_one_by_one(mapping, meant[0]):
            reason = _("A number of persons: each becomes a line of its own.")
            mapping = mapping.with_use(Use(meant[0], column.name, how=COUNT, fixed=dict(meant[1]), reason=reason))
    return mapping


def _told_one_by_one(mapping: Mapping, relation: str) -> bool:
    """Our own sheet has the persons and their number: taken both, each would be there twice."""
    return any(one.how == PACKED and one.parts[0] == relation for one in mapping.uses)


def _with_times(mapping: Mapping, columns: dict[str, Column], resource: Resource) -> Mapping:
    """The clock in a date column goes into the noun's time field, unless it is always midnight."""
    clock = next((one for one in resource.fields if one.kind == "time"), None)
    if clock is None or mapping.use_of(clock.name):
        return mapping
    for use in mapping.uses:
        declared = field_of(resource, use.target)
        if declared is None or declared.kind != "date" or use.parts[0]:
            continue
        column = columns[use.column]
        if column.share(CLOCK) > 0.8 and column.share(MIDNIGHT) < 0.5:
            return mapping.with_use(Use(clock.name, use.column, how=TIME, reason=_("The dates carry a time.")))
    return mapping


def with_line_constants(mapping: Mapping, resource: Resource) -> Mapping:
    """What the lines need and the file does not say, such as the side of the persons."""
    recipe = recipe_for(resource.noun)
    for part in resource.lines:
        kinds = {one.parts[1] for one in mapping.uses if one.parts[0] == part.name and one.parts[1] != "#"}
        for name, value in recipe.lines.get(part.name, {}).items():
            for kind in sorted(kinds):
                target = f"{part.name}.{kind}.{name}"
                if not mapping.use_of(target):
                    reason = _("The file does not say; change it if it is otherwise.")
                    mapping = mapping.with_use(Use(target, constant=value, reason=reason))
    return mapping


def _group(table: Table, mapping: Mapping, columns: dict[str, Column]) -> tuple[str, ...]:
    """The key of a one-row-per-person file: it repeats, and where it does, date and place repeat with it."""
    if not any(one.parts[1] == "1" and one.column for one in mapping.uses):
        return ()
    own = [one.column for one in mapping.uses if one.column and not one.parts[0] and one.how == "value"]
    for name in _key_columns(mapping, columns):
        if _constant_within(table, name, [column for column in own if column != name]):
            return (name,)
    return ()


def _key_columns(mapping: Mapping, columns: dict[str, Column]) -> list[str]:
    """Columns that look like keys and repeat: the one mapped to a key first."""
    mapped = [one.column for one in mapping.uses if one.column and one.target in {"external_key", "reference"}]
    both = [*mapped, *(name for name in _key_named(columns) if name not in mapped)]
    return [
        name
        for name in both
        if columns[name].repeats
        and columns[name].filled >= columns[name].looked * 0.98
        and len(columns[name].values) > columns[name].filled * 0.3
    ]


def _key_named(columns: dict[str, Column]) -> list[str]:
    return [
        name
        for name in columns
        if set(words(name)) & {"key", "id", "case", "number", "no", "broj", "nr", "kljuc", "uuid"}
    ]


def _constant_within(table: Table, key: str, others: list[str]) -> bool:
    """Whether rows with the same key agree on nearly all of the record's own columns."""
    places = {name: index for index, name in enumerate(table.columns)}
    seen: dict[str, list[str | None]] = {}
    agree = differ = 0
    for row in islice(table.rows(), 3_000):
        value = row.cells[places[key]]
        if not value:
            continue
        cells = [row.cells[places[name]] for name in others]
        if value in seen:
            same = sum(one == other for one, other in zip(cells, seen[value], strict=True))
            agree, differ = agree + same, differ + len(cells) - same
        else:
            seen[value] = cells
    return agree > 0 and differ <= (agree + differ) * 0.1
