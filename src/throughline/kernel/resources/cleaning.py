"""From what was typed, sent or found in a file to typed values: the one place where input is judged.

`clean` is called by the form, the API and intake with the same declaration, so that the same value is
good or bad everywhere, and in the same words. It writes nothing and never raises for bad input: what
is wrong stands in `Draft.problems`.

Keys of `raw` are field names. Child lines come in one of three shapes:

- a list of mappings:      {"people": [{"sex": "men"}, {"sex": "women"}]}
- flat columns, numbered:  {"people.1.sex": "men", "people.2.sex": "women"} (order counts, gaps do not)
- packed columns:          {"people.*.sex": "1::men||2::women"}, also "men||women"

A key that is absent is not spoken of: a new record gets the default, an existing one keeps its value.
A key with an empty value empties the field (or the lines).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import values as reading
from throughline.kernel.resources.declare import AT_THE_START, Field, Lines, Resource
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.values import Unreadable, is_empty, shown

MOST_LINES = 500
MOST_REMEMBERED = 20_000
BETWEEN_LINES, AFTER_NUMBER = "||", "::"
# What a form or a sheet carries beside the fields.
BESIDE = frozenset({"id", "version", "programme"})
Converter = Callable[[Any, Lookups], Any]
Row = dict[str, Any]


@dataclass
class Draft:
    """What was understood: `values` and `lines` as given (with defaults for a new record), and problems.

    `given` names the fields that were spoken of. Problems inside lines are numbered by position from
    nought: `people.0.sex`. `value()`, `rows()`, `whole` and `whole_lines` look at the existing record
    for what was not given, so that a rule can judge a partial change as it will be.
    """

    values: Row = field(default_factory=dict)
    lines: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    given: frozenset[str] = frozenset()
    version: int | None = None
    existing: Any = None
    resource: Resource | None = field(default=None, repr=False)
    exactness: dict[str, str] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> Any:
        """A field as it will be."""
        return self.values[name] if name in self.values else getattr(self.existing, name, None)

    def rows(self, name: str) -> list[Row]:
        """The lines of one relation as they will be."""
        if name in self.lines or self.existing is None or self.resource is None:
            return self.lines.get(name, [])
        return rows_of(self.existing, self.resource.lines_of(name))

    @cached_property
    def whole(self) -> Row:
        """All values as they will be."""
        if self.existing is None or self.resource is None:
            return self.values
        stored = {one.name: getattr(self.existing, one.name) for one in self.resource.fields if one.source is not None}
        return stored | self.values

    @property
    def whole_lines(self) -> dict[str, list[Row]]:
        """All lines as they will be."""
        return {part.name: self.rows(part.name) for part in self.resource.lines} if self.resource else self.lines


@dataclass(frozen=True)
class Reader:
    """How one field is read; compiled once per batch. A quiet one says nothing when it is empty."""

    of: Field
    convert: Converter
    remember: bool
    required: bool
    quiet: bool = False
    memory: dict[str, Any] = field(default_factory=dict)

    def read(self, raw: Any, lookups: Lookups) -> Any:
        if self.remember and type(raw) is str:
            if raw in self.memory:
                return self.memory[raw]
            value = self.convert(raw, lookups)
            if len(self.memory) < MOST_REMEMBERED:
                self.memory[raw] = value
            return value
        return self.convert(raw, lookups)


@dataclass(frozen=True)
class Plan:
    """All readers of a noun, and what its keys mean."""

    readers: dict[str, Reader]
    lines: dict[str, tuple[Lines, dict[str, Reader]]]
    ignored: frozenset[str]
    routes: dict[str, tuple[str, str, str] | None] = field(default_factory=dict)

    def route(self, key: str) -> tuple[str, str, str] | None:
        """'people.2.sex' -> ('people', '2', 'sex'), if there is such a column."""
        if key not in self.routes:
            name, number, one = ([*key.split(".", 2), "", ""])[:3]
            known = name in self.lines and one in self.lines[name][1] and (number == "*" or is_number(number))
            self.routes[key] = (name, number, one) if known else None
        return self.routes[key]


def clean(
    resource: Resource,
    raw: Mapping[str, Any],
    *,
    viewer: Viewer,
    lookups: Lookups | None = None,
    existing: Any = None,
) -> Draft:
    """Judge one record: every field by its type, then the lines, then the rules of the noun."""
    lookups = lookups if lookups is not None else Lookups(viewer)
    plan = plan_for(resource, lookups)
    draft = Draft(existing=existing, resource=resource)
    packed: dict[str, dict[str, Any]] = {}
    given = set()
    for key, value in raw.items():
        reader = plan.readers.get(key)
        if reader is not None:
            given.add(key)
            _take(draft, draft.values, reader, value, lookups, key)
        elif key in plan.lines or (route := plan.route(key)) is not None:
            name = key if key in plan.lines else route[0]  # type: ignore[index]
            given.add(name)
            packed.setdefault(name, {})[key] = value
        elif key == "version":
            draft.version = _version(value, draft)
        elif key not in plan.ignored:
            draft.problems.append(Problem(key, _("There is no such field."), shown(value)))
    draft.given = frozenset(given)
    _keep_exactness(draft)
    for name, columns in packed.items():
        _take_lines(draft, plan, name, columns, lookups)
    _complete(draft, plan.readers, draft.values, existing, "")
    if existing is not None and resource.is_record:
        _settled_at_the_start(draft)
    for rule in resource.rules:
        draft.problems.extend(rule(draft, viewer))
    return draft


def _take(draft: Draft, into: Row, reader: Reader, raw: Any, lookups: Lookups, where: str) -> None:
    """Read one value, or say what is wrong with it."""
    one = reader.of
    if is_empty(raw):
        if reader.required:
            draft.problems.append(Problem(where, _("Give the %(field)s.") % {"field": one.title}))
        elif not reader.quiet:
            into[one.name] = one.default
        return
    try:
        value = reader.read(raw, lookups)
    except Unreadable as error:
        draft.problems.append(Problem(where, str(error), shown(raw)))
        return
    if one.precision and one.kind == "date":
        value, precision = value
        draft.exactness[one.precision] = precision
    into[one.name] = value


def _complete(draft: Draft, readers: Mapping[str, Reader], into: Row, existing: Any, prefix: str) -> None:
    """Defaults for what a new row does not speak of; the required must be there."""
    if existing is not None:
        return
    told = {problem.field for problem in draft.problems}
    for name, reader in readers.items():
        if name in into or prefix + name in told:
            continue
        if reader.required:
            message = _("Give the %(field)s.") % {"field": reader.of.title}
            draft.problems.append(Problem(prefix + name, message))
        elif name not in AT_THE_START:
            into[name] = reader.of.default


def _keep_exactness(draft: Draft) -> None:
    """'March 2024' is a month whatever else is said; a whole date is a day unless it is said to be less exact."""
    for companion, precision in draft.exactness.items():
        if precision != "day":
            draft.values[companion] = precision
        else:
            draft.values.setdefault(companion, precision)


def _settled_at_the_start(draft: Draft) -> None:
    """Owner and handling of an existing record: the same again is fine, another is not a change of fields."""
    reasons = {
        "owner": _("A record keeps its owner."),
        "handling": _("The handling code has its own step: 'Change handling'."),
    }
    for name in AT_THE_START:
        value = draft.values.pop(name, None)
        if value is not None and value != getattr(draft.existing, name):
            draft.problems.append(Problem(name, reasons[name], shown(value)))


def _version(value: Any, draft: Draft) -> int | None:
    try:
        return reading.read_integer(value) if not is_empty(value) else None
    except Unreadable as error:
        draft.problems.append(Problem("version", str(error), shown(value)))
        return None


# Child lines


def clean_lines(
    resource: Resource, name: str, rows: Sequence[Mapping[str, Any]], *, lookups: Lookups
) -> tuple[list[Row], list[Problem]]:
    """The lines of one relation of a new record alone: what `clean` would make of them, with their problems."""
    draft = Draft(resource=resource)
    _take_lines(draft, plan_for(resource, lookups), name, {name: rows}, lookups)
    return draft.lines.get(name, []), draft.problems


def _take_lines(draft: Draft, plan: Plan, name: str, columns: Mapping[str, Any], lookups: Lookups) -> None:
    part, readers = plan.lines[name]
    rows = _as_rows(draft, plan, name, columns)
    rows = [row for row in rows if not all(is_empty(value) for value in row.values())]
    if len(rows) > MOST_LINES:
        message = _("There are %(count)s lines; at most %(most)s fit one record.")
        draft.problems.append(Problem(name, message % {"count": len(rows), "most": MOST_LINES}))
        return
    kept = _kept_cells(draft, part, rows)
    lines: list[Row] = []
    for number, row in enumerate(rows):
        line: Row = dict(kept[number]) if kept else {}
        prefix = f"{name}.{number}."
        for key, value in row.items():
            reader = readers.get(key)
            if reader is None:
                draft.problems.append(Problem(prefix + key, _("There is no such field."), shown(value)))
            else:
                _take(draft, line, reader, value, lookups, prefix + key)
        _complete(draft, readers, line, None, prefix)
        lines.append(line)
    draft.lines[name] = lines


def _as_rows(draft: Draft, plan: Plan, name: str, columns: Mapping[str, Any]) -> list[Row]:
    """The raw lines, whatever shape they came in."""
    whole = columns.get(name)
    if isinstance(whole, Sequence) and not isinstance(whole, str):
        wrong = [one for one in whole if not isinstance(one, Mapping)]
        if wrong:
            draft.problems.append(Problem(name, _("Each line must name its fields."), shown(wrong[0])))
        return [dict(one) for one in whole if isinstance(one, Mapping)]
    if not is_empty(whole):
        draft.problems.append(Problem(name, _("Give the lines as a list, or one column per field."), shown(whole)))
    rows: dict[int, Row] = {}
    for key, value in columns.items():
        route = plan.route(key)
        if route is None:
            continue
        _name, number, one = route
        for index, cell in unpack(value) if number == "*" else [(int(number), value)]:
            rows.setdefault(index, {})[one] = cell
    return [rows[index] for index in sorted(rows)]


def _kept_cells(draft: Draft, part: Lines, rows: Sequence[Row]) -> list[Row]:
    """For a sheet that holds only some columns of the lines: the cells it does not speak of, by position."""
    if draft.existing is None or not rows or set().union(*rows) >= {one.name for one in part.fields}:
        return []
    stored = rows_of(draft.existing, part)
    return stored if len(stored) == len(rows) else []


def unpack(cell: Any) -> list[tuple[int, str]]:
    """'0::Male||1::Female' -> [(0, 'Male'), (1, 'Female')]; without numbers the position counts."""
    if is_empty(cell):
        return []
    found = []
    for position, part in enumerate(str(cell).split(BETWEEN_LINES)):
        number, mark, value = part.partition(AFTER_NUMBER)
        if mark and is_number(number.strip()):
            found.append((int(number), value.strip()))
        else:
            found.append((position, part.strip()))
    return found


def is_number(text: str) -> bool:
    """Whether a text is a plain number of a line (isdigit() would also take '²', which int() does not)."""
    return text.isdecimal() and len(text) < 10


def pack(cells: Iterable[tuple[int, str]]) -> str:
    """The other way round, numbered from 1; empty cells are left out."""
    return BETWEEN_LINES.join(f"{number}{AFTER_NUMBER}{cell}" for number, cell in cells if cell != "")


def rows_of(record: Any, part: Lines) -> list[Row]:
    """The stored lines of a record as plain values, in the order they were entered."""
    rows = sorted(getattr(record, part.name).all(), key=lambda row: row.pk)
    return [{one.name: getattr(row, one.name) for one in part.fields} for row in rows]


# Compiling


def plan_for(resource: Resource, lookups: Lookups) -> Plan:
    """The noun's readers, made once per batch."""
    key = id(resource)
    if key not in lookups.plans:
        taken = [one for one in resource.all_fields if not one.read_only]
        quiet = {*AT_THE_START, *(one.precision for one in taken)}
        lookups.plans[key] = Plan(
            readers={one.name: reader_for(one, quiet=one.name in quiet) for one in taken},
            lines={part.name: (part, {one.name: reader_for(one) for one in part.fields}) for part in resource.lines},
            ignored=BESIDE | {one.name for one in resource.all_fields if one.read_only},
        )
    return lookups.plans[key]  # type: ignore[no-any-return]


def reader_for(one: Field, *, quiet: bool = False) -> Reader:
    """How this field is read, from its kind and the limits of the model."""
    required = one.required and one.name not in AT_THE_START
    return Reader(one, CONVERTERS[one.kind](one), one.kind not in {"text", "long-text"}, required, quiet)


def _text(one: Field) -> Converter:
    longest = getattr(one.source, "max_length", None)
    checks = [] if one.kind == "long-text" else list(getattr(one.source, "validators", ()))

    def convert(raw: Any, lookups: Lookups) -> str:
        if isinstance(raw, list | dict):
            raise Unreadable(_("This field takes text."))
        text = reading.tidy(raw)
        if longest and len(text) > longest:
            message = _("This is %(length)s characters long; at most %(longest)s fit.")
            raise Unreadable(message % {"length": len(text), "longest": longest})
        check(text, checks)
        return text

    return convert


def _within(one: Field, read: Callable[[Any], Any]) -> Converter:
    checks = list(getattr(one.source, "validators", ()))
    positive = isinstance(one.source, models.PositiveIntegerField | models.PositiveSmallIntegerField)
    exact = isinstance(one.source, models.DecimalField)

    def convert(raw: Any, lookups: Lookups) -> Any:
        number = read(raw)
        if positive and number < 0:
            message = _("'%(value)s' is below zero.")
            raise Unreadable(message % {"value": shown(raw)})
        if exact:  # as it was written, not as a float keeps it: 0.1 is a tenth
            number = Decimal(repr(number))
        check(number, checks)
        return number

    return convert


def check(value: Any, checks: Iterable[Callable[[Any], None]]) -> None:
    """The model field's own validators, in our words for failure."""
    try:
        for one in checks:
            one(value)
    except ValidationError as error:
        raise Unreadable(" ".join(error.messages)) from None


def _date(one: Field) -> Converter:
    def convert(raw: Any, lookups: Lookups) -> Any:
        found, precision = reading.read_date(raw, lookups.order)
        if one.precision:
            return found, precision
        if precision != "day":
            message = _("'%(value)s' names no day. Write the whole date.")
            raise Unreadable(message % {"value": shown(raw)})
        return found

    return convert


def _simple(read: Callable[[Any], Any]) -> Callable[[Field], Converter]:
    return lambda one: lambda raw, lookups: read(raw)


def _named(one: Field) -> Converter:
    def convert(raw: Any, lookups: Lookups) -> Any:
        if isinstance(raw, list | dict):
            raise Unreadable(_("This field takes a code or a name."))
        return lookups.find(one, raw)

    return convert


CONVERTERS: dict[str, Callable[[Field], Converter]] = {
    "text": _text,
    "long-text": _text,
    "integer": lambda one: _within(one, reading.read_integer),
    "number": lambda one: _within(one, reading.read_number),
    "date": _date,
    "moment": lambda one: lambda raw, lookups: reading.read_moment(raw, lookups.order),
    "time": _simple(reading.read_time),
    "boolean": _simple(reading.read_boolean),
    "choice": _named,
    "term": _named,
    "reference": _named,
}
