"""What every format adapter gives: a table of text cells, with what was guessed and what was noticed."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.intake.limits import Limits
from throughline.kernel.text import scrub

Cell = str | None
TOO_MANY_ROWS: Any = gettext_lazy(
    "The file has more than %(most)s rows. Split it and bring the parts in one after the other."
)


class Unreadable(Invalid):
    """The file cannot be read; the message says why and what to do. It may show only when the rows are gone through."""

    def __init__(self, message: str, **values: object) -> None:
        self.message = message % values if values else message
        super().__init__([Problem("file", self.message)])

    def __str__(self) -> str:
        return str(self.message)


class Row(NamedTuple):
    """One row of the file: the number a spreadsheet shows beside it, its cells, and what is wrong with its shape."""

    number: int
    cells: list[Cell]
    fault: str = ""


@dataclass(frozen=True)
class Options:
    """How a file is read. What is empty (or None) is guessed; what a person sets is obeyed."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    sheet: str = ""
    header_row: int | None = None
    dates: str = ""
    decimal: str = ""

    @classmethod
    def of(cls, values: dict[str, Any] | None) -> Self:
        """Options from plain JSON; an unknown name is an error, not a silence."""
        values = dict(values or {})
        known = {item.name for item in fields(cls)}
        if strange := set(values) - known:
            raise Unreadable(
                _("No such reading option: %(strange)s. There are: %(known)s."),
                strange=", ".join(sorted(strange)),
                known=", ".join(sorted(known)),
            )
        if values.get("header_row") in ("", None):
            values["header_row"] = None
        else:
            values["header_row"] = int(values["header_row"])
        return cls(**values)

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    def with_guesses(self, **guessed: Any) -> "Options":
        """These options, completed: a guess never overrides what was set."""
        empty = {name: value for name, value in guessed.items() if getattr(self, name) in ("", None)}
        return replace(self, **empty)


@dataclass
class Table:
    """A file read as columns and rows of text. `rows()` starts from the top each time it is called."""

    columns: tuple[str, ...]
    source: Callable[[], Iterable[Row]]
    options: Options
    asked: Options = field(default_factory=Options)
    notes: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    certain: dict[str, bool] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        return iter(self.source())

    def head(self, count: int = 50) -> list[Row]:
        """The first rows, for showing and for guessing."""
        found = []
        for row in self.source():
            found.append(row)
            if len(found) >= count:
                break
        return found

    @property
    def guessed(self) -> frozenset[str]:
        """Names of the options nobody set."""
        asked = self.asked.plain()
        return frozenset(
            name
            for name, value in self.options.plain().items()
            if asked[name] in ("", None) and value not in ("", None)
        )


_EDGES = (" ", "'")
_TO_TIDY = re.compile(r" \||\|[ ']")
_ESCAPED = re.compile(r"^'[=+\-@\t\r]")


class Cleaner:
    """Makes cells plain: trims, scrubs, undoes the apostrophe that our own sheets put before formula signs."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.scrubbed = 0

    def cell(self, value: Cell) -> Cell:
        if not value:
            return None
        if not value.isprintable():
            plain = scrub(value)
            self.scrubbed += plain != value.replace("\r\n", "\n").replace("\r", "\n")
            value = plain
        value = value.strip()
        if value[:1] == "'" and _ESCAPED.match(value):
            value = value[1:]
        return value or None

    def text_row(self, number: int, cells: list[str], width: int) -> Row:
        """The same for cells of text alone: a row without anything to tidy is passed on after one look at it."""
        joined = "|".join(cells)
        untidy = not joined.isprintable() or joined[:1] in _EDGES or joined[-1:] == " " or _TO_TIDY.search(joined)
        if untidy or len(cells) != width or len(joined) > self.limits.cell:
            return self.row(number, list(cells), width)
        return Row(number, [cell or None for cell in cells])

    def row(self, number: int, cells: list[Cell], width: int) -> Row:
        """The row padded to the header's width; too many or too long cells are a fault of this row only."""
        plain = [self.cell(cell) for cell in cells]
        fault = ""
        if len(plain) != width:
            extra = [cell for cell in plain[width:] if cell]
            if extra:
                fault = _("This row has %(cells)s cells, the header has %(width)s.") % {
                    "cells": len(plain),
                    "width": width,
                }
            plain = plain[:width] + [None] * (width - len(plain))
        if any(cell is not None and len(cell) > self.limits.cell for cell in plain):
            fault = _("A cell is longer than %(most)s characters.") % {"most": self.limits.cell}
            plain = [cell[:200] if cell and len(cell) > self.limits.cell else cell for cell in plain]
        return Row(number, plain, fault)


def column_letter(index: int) -> str:
    """The letters a spreadsheet shows above a column (0 is A)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def name_columns(cells: list[Cell], width: int) -> tuple[tuple[str, ...], list[str]]:
    """Names for all columns: blank ones get their letter, repeated ones a number; with a note on each."""
    names: list[str] = []
    notes: list[str] = []
    for index in range(width):
        raw = cells[index] if index < len(cells) else None
        name = " ".join((raw or "").split())[:120] or _("Column %(letter)s") % {"letter": column_letter(index)}
        if not raw:
            notes.append(_("Column %(letter)s has no name in the header.") % {"letter": column_letter(index)})
        if name in names:
            count = 2
            while f"{name} ({count})" in names:
                count += 1
            message = _("The header names '%(name)s' more than once; column %(letter)s is read as '%(read)s'.")
            notes.append(message % {"name": name, "letter": column_letter(index), "read": f"{name} ({count})"})
            name = f"{name} ({count})"
        names.append(name)
    return tuple(names), notes


def check_width(width: int, limits: Limits) -> None:
    if width > limits.columns:
        message = _("The sheet has %(width)s columns; at most %(most)s are read. Delete the columns you do not need.")
        raise Unreadable(message, width=width, most=limits.columns)


def counted(rows: Iterable[Row], limits: Limits) -> Iterator[Row]:
    """The same rows, refusing politely after the limit."""
    for count, row in enumerate(rows, start=1):
        if count > limits.rows:
            raise Unreadable(TOO_MANY_ROWS, most=limits.rows)
        yield row
