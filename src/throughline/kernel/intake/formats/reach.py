"""How far the cells of a sheet reach, found before anything lays them out as a grid.

The reader makes a place for every cell up to the last one: a file of a kilobyte with one cell at the end of the
world asks for hundreds of gigabytes, and the process ends. So the cells are looked over first. Those that are written
as spreadsheet programs write them are found by one quick expression. Where a sheet holds any other, it is read again
with a real XML parser, for there are many ways to write a cell that the quick look does not see.
"""

import re
import xml.parsers.expat
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from throughline.kernel.intake.formats.base import Unreadable
from throughline.kernel.intake.limits import Limits

# As Excel, LibreOffice, Google and the libraries write it: the place first, then a few short attributes.
_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"(?: (?!r=)[a-z]{1,3}="[\w.]*")*/?>')
_ANY_CELL = re.compile(rb"<(?:[^\s<>/!?:]*:)?c[\s/>]")
_PLACE = re.compile(r"([A-Za-z]+)([0-9]+)")
_CELLS_BEGIN = b"sheetData"
_LONGEST_TAG = 4_096
_FURTHEST = 2**31


class Reach:
    """Looks over one part of a workbook as it is unpacked; `strange` once it holds cells to be looked at closely."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.columns, self.rows = limits, 1, 1
        self.holds_cells = self.strange = False
        self.rest = b""

    def look(self, piece: bytes) -> None:
        """The next piece; a tag that is cut at its end waits for the one after."""
        window = self.rest + piece
        self.holds_cells = self.holds_cells or _CELLS_BEGIN in window
        begun = window.rfind(b"<")
        cut = begun if begun > window.rfind(b">") else len(window)
        self.rest = window[cut:]
        if len(self.rest) > _LONGEST_TAG:
            self.strange, self.rest = True, b""
        found = _CELL.findall(window, 0, cut)
        if len(found) != len(_ANY_CELL.findall(window, 0, cut)):
            self.strange = True
        if found and self.holds_cells:
            self.columns = max(self.columns, *(column(letters.decode()) for letters in {one for one, _row in found}))
            self.rows = max(self.rows, *(int(row) for row in {row for _letters, row in found}))
            check(self.columns, self.rows, self.limits)

    def look_closely(self, pieces: Iterable[bytes]) -> None:
        """The whole part again, as XML: every row and cell, with a place written down or without."""
        parser = xml.parsers.expat.ParserCreate()
        walk = _Walk(self.limits)
        parser.StartElementHandler = walk.begin
        try:
            for piece in pieces:
                parser.Parse(piece)
            parser.Parse(b"", True)  # noqa: FBT003 (the parser takes it by place alone)
        except xml.parsers.expat.ExpatError as fault:
            raise Unreadable(_("The workbook is damaged. Open it in Excel and save it again.")) from fault


class _Walk:
    """Counts rows and cells as the reader would."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.row, self.column, self.columns, self.rows = limits, 0, 0, 1, 1
        self.left = 3 * limits.cells

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unreadable(_("The workbook is damaged. Open it in Excel and save it again."))
        kind = name.rpartition(":")[2]
        if kind not in {"row", "c"}:
            return
        place = _PLACE.fullmatch(attributes.get("r", ""))
        if kind == "row":
            given = attributes.get("r", "")
            self.row, self.column = _number(given) if given else self.row + 1, 0
        elif place:
            self.column, self.row = column(place[1]), _number(place[2])
        elif "r" in attributes:
            raise Unreadable(_("The workbook is damaged. Open it in Excel and save it again."))
        else:
            self.column += 1
        self.columns, self.rows = max(self.columns, self.column), max(self.rows, self.row)
        check(self.columns, self.rows, self.limits)


def check(columns: int, rows: int, limits: Limits) -> None:
    """Unreadable where so many columns and rows would make more cells than are read."""
    if columns * rows > limits.cells:
        message = _(
            "The sheet reaches over %(columns)s columns and %(rows)s rows. Delete the empty rows and columns around the table."
        )
        raise Unreadable(message, columns=columns, rows=rows)


def column(letters: str) -> int:
    """The number of a column: A is 1."""
    value = 0
    for letter in letters.upper()[:8]:
        value = value * 26 + ord(letter) - 64
    return value


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else _FURTHEST


def in_chunks(content: bytes | memoryview, size: int) -> Iterator[bytes]:
    """The same bytes, a piece at a time."""
    yield from (bytes(content[place : place + size]) for place in range(0, len(content), size))
