"""Where the table begins: title rows, a header row or none, a row of HXL tags."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from throughline.kernel.intake.formats.base import Cell

LOOKED_AT = 60
_NUMBER = re.compile(r"^[+-]?[\d\s.,'\u00a0]*\d[\d\s.,'\u00a0]*%?$")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}([./-]\d{1,4})?([T ]\d{1,2}:\d{2}.*)?$")
_TAG = re.compile(r"^#[a-z][a-z0-9_]*(\s*\+\s*[a-z0-9_]+)*$")
_YEAR = re.compile(r"^(19|20)\d\d$")


@dataclass(frozen=True)
class Head:
    """Row indexes (from 0): `header` is None where there is none; `first` is the first row of data."""

    header: int | None
    first: int
    width: int
    tags: int | None = None
    certain: bool = True


def plain(value: str) -> str:
    """A name for comparing: small letters and digits only."""
    return re.sub(r"[^\w]+", "", value.casefold()).replace("_", "")


def filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def find_head(rows: Sequence[Sequence[Cell]], *, asked: int | None = None, known: frozenset[str] = frozenset()) -> Head:
    """The head of a sheet, from its first rows. `known` are names the noun knows, `asked` a row number or 0 for none."""
    width = _width(rows)
    if asked == 0:
        return Head(header=None, first=_first_wide(rows, width), width=width)
    if asked:
        index = min(asked, max(len(rows), 1)) - 1
        tags = _tags_at(rows, index + 1)
        return Head(
            header=index,
            first=(tags if tags is not None else index) + 1,
            width=_named_width(rows, index, width),
            tags=tags,
        )
    for index in range(len(rows)):
        if (tags := _tags_at(rows, index)) is not None:
            return Head(header=max(index - 1, 0) if index else index, first=tags + 1, width=width, tags=tags)
    start = _first_wide(rows, width)
    yes, certain = _is_header(rows, start, known)
    width = _named_width(rows, start, width) if yes else width
    return Head(header=start if yes else None, first=start + 1 if yes else start, width=width, certain=certain)


def _length(rows: Sequence[Sequence[Cell]], index: int) -> int:
    row = rows[index] if index < len(rows) else []
    return max((place for place, cell in enumerate(row, start=1) if cell and cell.strip()), default=0)


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    """How wide the table is: the usual reach of its rows, or of a wider header."""
    reach = Counter(length for index in range(len(rows)) if (length := _length(rows, index)))
    if not reach:
        return 0
    usual = max(reach.items(), key=lambda item: (item[1] * item[0] ** 0.5, item[0]))[0]
    return max(
        length
        for length, count in reach.items()
        if length <= usual * 1.5 + 1 and (count > 1 or length <= usual or len(rows) < 6 or length == usual + 1)
    )


def _named_width(rows: Sequence[Sequence[Cell]], header: int, width: int) -> int:
    """As wide as the header names columns, unless most rows reach further: then the names are missing."""
    named = _length(rows, header)
    body = [_length(rows, index) for index in range(header + 1, len(rows)) if filled(rows[index])]
    further = sum(length > named for length in body)
    return max(width, named) if further > len(body) / 2 else named


def _first_wide(rows: Sequence[Sequence[Cell]], width: int) -> int:
    """The first row that is as full as a header would be; what stands above it are titles."""
    need = 1 if width <= 1 else max(2, round(width * 0.6))
    for index, row in enumerate(rows):
        if filled(row) >= need:
            return index
    return next((index for index, row in enumerate(rows) if filled(row)), 0)


def _tags_at(rows: Sequence[Sequence[Cell]], index: int) -> int | None:
    """`index`, if that row holds nothing but HXL tags."""
    if index >= len(rows):
        return None
    cells = [cell.strip() for cell in rows[index] if cell and cell.strip()]
    return index if cells and all(_TAG.match(cell.casefold()) for cell in cells) else None


def _kind(cell: Cell) -> str:
    value = (cell or "").strip()
    if not value:
        return "blank"
    if _NUMBER.match(value):
        return "number"
    if _DATE.match(value):
        return "date"
    return "flag" if value.casefold() in {"true", "false", "yes", "no", "da", "ne", "po", "jo"} else "text"


def _is_header(rows: Sequence[Sequence[Cell]], start: int, known: frozenset[str]) -> tuple[bool, bool]:
    """Whether the row at `start` names columns, and whether that is certain."""
    if start >= len(rows):
        return False, True
    cells = [cell.strip() for cell in rows[start] if cell and cell.strip()]
    names = [plain(cell) for cell in cells]
    if cells and sum(name in known for name in names) >= max(1, len(cells) // 3):
        return True, True
    if len(set(names)) < len(names) * 0.6 or any(len(cell) > 120 for cell in cells):
        return False, True
    body = [row for row in rows[start + 1 :] if filled(row)]
    kinds = [_kind(cell) for cell in cells]
    if any(kind in {"number", "date", "flag"} for kind in kinds):
        return _years_across(cells), False
    if not body:
        return False, False
    return _contrast(rows[start], body)


def _years_across(cells: Sequence[str]) -> bool:
    """'Region, 2021, 2022, 2023' is a header although it holds numbers."""
    years = [cell for cell in cells[1:] if _YEAR.match(cell)]
    return len(years) >= 2 and len(years) >= len(cells) - 2 and len(set(years)) == len(years)


def _contrast(top: Sequence[Cell], body: Sequence[Sequence[Cell]]) -> tuple[bool, bool]:
    """Names differ from what stands below: in kind, or by never being repeated there."""
    for index, cell in enumerate(top):
        below = [row[index] for row in body if index < len(row) and row[index]]
        if cell and below and sum(_kind(value) != "text" for value in below) > len(below) / 2:
            return True, True
    repeated = any(
        cell and sum(1 for row in body if index < len(row) and row[index] == cell) for index, cell in enumerate(top)
    )
    return not repeated, False
