"""The short way for rows that hold nothing unusual: what was judged once is not judged again.

`clean` stays the one validator. Whatever it made of a cell (or of all cells of a line) is remembered,
and a row whose every cell is known, or is plain text or a number its own reader takes, is put together
from memory; the noun's rules are then asked as always. One doubt, and the row goes to `clean` whole:
every message a person reads comes from there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake.build import Builder, Item
from throughline.kernel.intake.formats.base import Row
from throughline.kernel.intake.limits import limits
from throughline.kernel.resources.cleaning import Draft, clean_lines, plan_for
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.values import Unreadable

Cell = str | None
MISSING = object()
MOST_KNOWN = 50_000
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?\Z")
# What the shortcut looks at itself, or sees to by taking printable characters alone.
HARMLESS = (MaxLengthValidator, ProhibitNullCharactersValidator)
EDGES = frozenset(" '")
PLAIN = {"text", "long-text", "integer", "number", "time"}


@dataclass
class Known:
    """One column and what is known of its cells."""

    target: str
    place: int
    step: Callable[[Cell], Cell]
    read: Callable[[Any], Any] | None
    precision: str = ""
    memory: dict[Cell, Any] = field(default_factory=dict)

    def remember(self, cell: Cell, value: Any) -> None:
        if len(self.memory) < MOST_KNOWN:
            self.memory[cell] = value


@dataclass
class KnownLines:
    """One relation, the columns that fill it, and what is known of their cells together."""

    name: str
    places: tuple[int, ...]
    memory: dict[tuple[Cell, ...], list[dict[str, Any]]] = field(default_factory=dict)


def shortcut(one: Field) -> Callable[[str], Any]:
    """What the field's reader makes of a cell that can be read in one way only; `MISSING` where it must look itself."""
    checks = list(getattr(one.source, "validators", ())) if one.kind != "long-text" else []
    if any(not isinstance(check, HARMLESS) for check in checks):
        return lambda raw: MISSING
    if one.kind == "number" and not checks and not isinstance(one.source, models.DecimalField):
        return lambda raw: float(raw) if PLAIN_NUMBER.match(raw) else MISSING
    if one.kind in ("text", "long-text"):
        longest = getattr(one.source, "max_length", None) or limits().cell
        longest = min([longest, *(check.limit_value for check in checks if isinstance(check, MaxLengthValidator))])

        def text(raw: str) -> Any:
            plain = len(raw) <= longest and raw.isascii() and raw.isprintable() and raw[0] not in EDGES
            return raw if plain and raw[-1] != " " else MISSING

        return text
    return lambda raw: MISSING


class FastTrack:
    """Learns from `clean`, then does without it where it can."""

    def __init__(self, resource: Resource, builder: Builder, lookups: Lookups, viewer: Viewer) -> None:
        self.resource, self.builder, self.lookups, self.viewer = resource, builder, lookups, viewer
        self.columns = [
            self._column(place, target, step) for place, target, step in builder.own if target != resource.key
        ]
        self.relations = [
            KnownLines(name, tuple(dict.fromkeys(one.index for one in builder.lines if one.name == name)))
            for name in builder.relations
        ]
        self.base: dict[str, Any] | None = None
        self.given: frozenset[str] = frozenset()
        self.usable = not builder.group and not self._entangled()

    def _column(self, place: int, target: str, step: Callable[[Cell], Cell]) -> Known:
        one = self.resource.by_name[target]
        return Known(target, place, step, self._reader(one), one.precision if one.kind == "date" else "")

    def _reader(self, one: Field) -> Callable[[Any], Any] | None:
        """Cells of text and numbers are seldom the same twice: their own reader takes them, without remembering."""
        reader = plan_for(self.resource, self.lookups).readers.get(one.name)
        if reader is None or one.kind not in PLAIN:
            return None
        short, lookups = shortcut(one), self.lookups

        def read(raw: str) -> Any:
            value = short(raw)
            return value if value is not MISSING else reader.read(raw, lookups)

        return read

    def _entangled(self) -> bool:
        """Two columns that decide one field together (a date and its precision) are judged by `clean` alone."""
        targets = [one.target for one in self.columns]
        return len(targets) != len(set(targets)) or any(
            one.precision in (*targets, *self.builder.constants) for one in self.columns if one.precision
        )

    def learn(self, item: Item, draft: Draft) -> None:
        """Remember what `clean` made of the cells of a good row."""
        row = item.rows[0]
        for one in self.columns:
            if one.target in draft.values and one.target not in self.builder.constants:
                value = draft.values[one.target]
                one.remember(row.cells[one.place], (value, draft.values[one.precision]) if one.precision else value)
        for lines in self.relations:
            if len(lines.memory) < MOST_KNOWN:
                lines.memory[tuple(row.cells[place] for place in lines.places)] = draft.lines.get(lines.name, [])
        if self.base is None:
            own = {one.target for one in self.columns} | {one.precision for one in self.columns}
            own.add(self.resource.external_key)
            self.base = {name: value for name, value in draft.values.items() if name not in own}
            self.given = draft.given

    def draft(self, item: Item, key: str) -> Draft | None:
        """The draft of a new record, or None where `clean` must look."""
        row = item.rows[0]
        if self.base is None or row.fault:
            return None
        values = self._values(row)
        if values is None:
            return None
        if self.resource.external_key and self.resource.external_key not in values:
            values[self.resource.external_key] = key
        lines = self._lines(item, row)
        if lines is None:
            return None
        draft = Draft(values=values, lines=lines, given=self.given, resource=self.resource)
        if any(True for rule in self.resource.rules for _problem in rule(draft, self.viewer)):
            return None
        return draft

    def _values(self, row: Row) -> dict[str, Any] | None:
        values = dict(self.base or {})
        for one in self.columns:
            cell = row.cells[one.place]
            value = one.memory.get(cell, MISSING)
            if value is MISSING:
                value = self._read(one, cell)
                if value is MISSING:
                    return None
            if one.precision:
                values[one.target], values[one.precision] = value
            else:
                values[one.target] = value
        return values

    def _read(self, one: Known, cell: Cell) -> Any:
        """What the field's own reader makes of a cell of text or numbers."""
        raw = one.step(cell) if one.read is not None else None
        if raw is None or not raw.strip():
            return MISSING
        try:
            return one.read(raw)  # type: ignore[misc]
        except Unreadable:
            return MISSING

    def _lines(self, item: Item, row: Row) -> dict[str, list[dict[str, Any]]] | None:
        found = {}
        for one in self.relations:
            cells = tuple(row.cells[place] for place in one.places)
            lines = one.memory.get(cells)
            if lines is None:
                lines, problems = clean_lines(self.resource, one.name, item.raw[one.name], lookups=self.lookups)
                if problems or item.faults:
                    return None
                if len(one.memory) < MOST_KNOWN:
                    one.memory[cells] = lines
            found[one.name] = lines
        return found
