"""From rows of a file to what `clean` takes: values replaced, constants added, cells unpacked, persons gathered."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.intake.columns import CLOCK
from throughline.kernel.intake.formats.base import Options, Row, Table
from throughline.kernel.intake.mapping import COUNT, PACKED, TIME, Mapping, Use, field_of
from throughline.kernel.resources.cleaning import MOST_LINES, unpack
from throughline.kernel.resources.declare import Resource

Cell = str | None
Step = Callable[[Cell], Cell]
PER_ROW = 1_000
AFTER_ALL = 10_000_000
_TIME_OF_DAY = re.compile(r"[T ]+\d{1,2}:\d{2}.*$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")


class Item:
    """One record-to-be: its rows in the file. The raw values, and what is wrong with their shape, are found on demand."""

    __slots__ = ("_builder", "_raw", "differing", "faults", "rows")

    def __init__(self, rows: list[Row], builder: "Builder") -> None:
        self.rows, self._builder = rows, builder
        self._raw: dict[str, Any] | None = None
        self.faults: list[Problem] = []
        self.differing: tuple[str, ...] = ()

    @property
    def raw(self) -> dict[str, Any]:
        """What `clean` takes; built when somebody asks."""
        if self._raw is None:
            self._raw = self._builder.fill(self)
        return self._raw

    @property
    def number(self) -> int:
        return self.rows[0].number


@dataclass
class _LineUse:
    index: int
    use: Use
    name: str
    number: str
    field: str
    step: Step


class Builder:
    """Compiled once for a file: which cell goes where."""

    def __init__(self, resource: Resource, table: Table, mapping: Mapping) -> None:
        self.resource, self.mapping = resource, mapping.fitted(table.columns)
        places = {name: index for index, name in enumerate(table.columns)}
        options = table.options
        columns = [one for one in self.mapping.uses if one.column]
        self.own = [
            (places[one.column], one.target, _steps(one, resource, options)) for one in columns if not one.parts[0]
        ]
        self.lines = [
            _LineUse(places[one.column], one, *one.parts, _steps(one, resource, options))
            for one in columns
            if one.parts[0]
        ]
        constants = [one for one in self.mapping.uses if one.is_constant and one.constant]
        self.constants = {one.target: one.constant for one in constants if not one.parts[0]}
        self.line_constants = [(*one.parts, one.constant) for one in constants if one.parts[0]]
        self.relations = tuple(dict.fromkeys(one.name for one in self.lines))
        self.group = [places[name] for name in self.mapping.group]

    def items(self, rows: Iterable[Row]) -> Iterator[Item]:
        """Records-to-be in the order of the file; grouped rows at the place of the first."""
        if not self.group:
            yield from (Item([row], self) for row in rows)
            return
        gathered: dict[Any, list[Row]] = {}
        for row in rows:
            key = tuple(row.cells[place] for place in self.group)
            gathered.setdefault(key if any(key) else (None, row.number), []).append(row)
        yield from (Item(group, self) for group in gathered.values())

    def fill(self, item: Item) -> dict[str, Any]:
        """The raw values of an item; notes its faults and where its rows say different things."""
        raw: dict[str, Any] = dict(self.constants)
        rows, differing = item.rows, []
        for place, target, step in self.own:
            cells = [step(row.cells[place]) for row in rows] if len(rows) > 1 else [step(rows[0].cells[place])]
            value = next((cell for cell in cells if cell is not None), None)
            if len(cells) > 1 and any(cell is not None and cell != value for cell in cells):
                differing.append(target)
            # An empty cell does not take away what a constant gives to all.
            if value is not None or target not in raw:
                raw[target] = value
        item.differing = tuple(differing)
        item.faults = [Problem("", row.fault, row=row.number) for row in rows if row.fault]
        for name in self.relations:
            raw[name] = [line for _place, line in self.lines_of(name, item)]
        return raw

    def lines_of(self, name: str, item: Item) -> list[tuple[int, dict[str, Cell]]]:
        """The lines of one relation with the number of the row each came from."""
        found: dict[int, dict[str, Cell]] = {}
        kinds: dict[int, str] = {}
        for order, row in enumerate(item.rows):
            for one in self.lines:
                if one.name == name:
                    _take(one, row, order * PER_ROW, found, kinds, item)
        for relation, number, field_name, value in self.line_constants:
            for place, line in found.items():
                if (
                    relation == name
                    and (number in ("*", kinds[place]) or kinds[place] == "#")
                    and not line.get(field_name)
                ):
                    line[field_name] = value
        ordered = [(place, found[place]) for place in sorted(found)]
        return [
            (item.rows[min(place % AFTER_ALL // PER_ROW, len(item.rows) - 1)].number, line) for place, line in ordered
        ]

    def located(self, item: Item, problem: Problem) -> tuple[int, str, str]:
        """The row, the column and the value in the file that a problem speaks of."""
        name, number, field_name = ([*problem.field.split(".", 2), "", ""])[:3]
        row = problem.row or item.number
        if field_name and number.isdigit():
            use = next((one for one in self.lines if one.name == name and one.field == field_name), None)
            lines = self.lines_of(name, item)
            row = lines[int(number)][0] if int(number) < len(lines) else row
            return row, use.use.column if use else "", problem.value
        columns = [one.column for one in self.mapping.uses if one.target == problem.field and one.column]
        return row, columns[0] if columns else "", problem.value


def _take(
    one: _LineUse, row: Row, base: int, found: dict[int, dict[str, Cell]], kinds: dict[int, str], item: Item
) -> None:
    """Put what one cell says into the lines."""
    cell = row.cells[one.index]
    if one.use.how == COUNT:
        for step in range(_count(one, cell, row, item)):
            place = AFTER_ALL + base + one.index * 100_000_000 + step
            found[place], kinds[place] = dict(one.use.fixed), "#"
        return
    if one.number == "*":
        for number, part in _parts(cell, one.use.separator):
            place = base + number + 1
            kinds.setdefault(place, "*")
            found.setdefault(place, {})[one.field] = one.step(part)
        return
    value = one.step(cell)
    if value is not None:
        place = base + int(one.number)
        kinds[place] = one.number
        found.setdefault(place, {})[one.field] = value


def _parts(cell: Cell, separator: str) -> list[tuple[int, str]]:
    if not cell:
        return []
    if separator in ("", "||"):
        return unpack(cell)
    return [(number, part.strip()) for number, part in enumerate(cell.split(separator))]


def _count(one: _LineUse, cell: Cell, row: Row, item: Item) -> int:
    """How many lines a number asks for; too many is a fault, not a flood."""
    value = one.step(cell)
    if value is None:
        return 0
    try:
        number = int(float(value))
    except ValueError:
        number = -1
    if 0 <= number <= MOST_LINES:
        return number
    message = _("'%(value)s' lines cannot be made from this number; it can be 0 to %(most)s.")
    fault = Problem(one.use.target, message % {"value": cell, "most": MOST_LINES}, cell or "", row.number)
    if fault not in item.faults:
        item.faults.append(fault)
    return 0


def _steps(use: Use, resource: Resource, options: Options) -> Step:
    """How one cell becomes the raw value: the person's value mapping first, then the marks of the file."""
    declared = field_of(resource, use.target)
    values = dict(use.values)
    kind = declared.kind if declared is not None else "integer" if use.how == COUNT else "text"
    change = _clock if use.how == TIME else _changers(options).get(kind)
    if not values and change is None:
        return lambda cell: cell

    def step(cell: Cell) -> Cell:
        if cell is None:
            return values.get("") or None
        if cell in values:
            return values[cell] or None
        return change(cell) if change is not None else cell

    return step


def _changers(options: Options) -> dict[str, Callable[[str], Cell]]:
    """What the chosen decimal mark and old Excel dates ask for, by kind of field."""
    number = _point if options.decimal == "." else _comma if options.decimal == "," else None
    changers: dict[str, Callable[[str], Cell]] = {"date": day_part}
    return {**changers, "number": number, "integer": number} if number else changers


def _comma(cell: str) -> Cell:
    return (
        re.sub(r"[.\s'\u00a0]", "", cell).replace(",", ".")
        if "," in cell or re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+", cell)
        else cell
    )


def _point(cell: str) -> Cell:
    return cell.replace(",", "") if "," in cell else cell


def _clock(cell: str) -> Cell:
    match = CLOCK.search(cell)
    return match[1] if match else None


def day_part(cell: str) -> str:
    """The day of a moment; and a date that a sheet wrote as the number of days since 1900."""
    if ":" in cell:
        cell = _TIME_OF_DAY.sub("", cell)
    if not _SERIAL.match(cell):
        return cell
    return (date(1899, 12, 30) + timedelta(days=int(float(cell)))).isoformat()


__all__ = ["PACKED", "Builder", "Item"]
