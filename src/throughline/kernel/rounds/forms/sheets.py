"""The workbook of a form as rows of text, read safely: bounded, no macros, no formulas, no links."""

import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from throughline.kernel.intake.formats.base import Unreadable
from throughline.kernel.intake.formats.workbook import check_book, survived
from throughline.kernel.intake.limits import Limits
from throughline.kernel.rounds.forms.problems import FormError, FormProblem

# A form is small: the largest in use have some thousand rows.
LIMITS = Limits(
    file_bytes=8 * 1024 * 1024,
    unpacked_bytes=64 * 1024 * 1024,
    unpack_ratio=200,
    members=500,
    rows=20_000,
    columns=300,
    cells=1_000_000,
    cell=20_000,
)
SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_SPACES = re.compile(r" +")


@dataclass
class Sheet:
    """One sheet: its columns as written, and its rows; row 2 is the first below the header."""

    name: str
    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[FormProblem] = field(default_factory=list)


@dataclass
class Book:
    """The sheets that make a form, by their lower-case names."""

    sheets: dict[str, Sheet]
    names: tuple[str, ...]

    def sheet(self, name: str) -> Sheet:
        return self.sheets.get(name) or Sheet(name)

    def as_pyxform(self) -> dict[str, Any]:
        """What pyxform takes instead of a file."""
        told: dict[str, Any] = {"sheet_names": list(self.names)}
        for name, sheet in self.sheets.items():
            told[name] = [dict(row) for row in sheet.rows]
            told[f"{name}_header"] = [dict.fromkeys(sheet.columns)]
        return told


def read_book(content: bytes) -> Book:
    """The form's sheets. Raises `FormError`."""
    try:
        return _read(content)
    except Unreadable as fault:
        raise FormError([FormProblem(str(fault))]) from fault


def _read(content: bytes) -> Book:
    if len(content) > LIMITS.file_bytes:
        raise Unreadable(_("The file is larger than %(most)s MB."), most=LIMITS.file_bytes // 1024**2)
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        raise Unreadable(_("This is not an Excel workbook. Save the form as .xlsx and try again."))
    check_book(content, LIMITS)
    try:
        with survived():
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as fault:
        raise Unreadable(_("The workbook is protected by a password. Save it without one and try again.")) from fault
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        message = _("This is not a workbook that can be read. Open it in Excel and save it as .xlsx.")
        raise Unreadable(message) from fault
    names = tuple(book.sheet_names)
    found: dict[str, Sheet] = {}
    for name in names:
        known = name.strip().lower()
        if known not in SHEETS and len(names) == 1:
            known = "survey"
        if known in SHEETS and known not in found:
            found[known] = _sheet(book, name, known)
    return Book(found, names)


def _sheet(book: python_calamine.CalamineWorkbook, name: str, known: str) -> Sheet:
    try:
        with survived():
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        message = _("The sheet '%(name)s' cannot be read. Open the file in Excel and save it as .xlsx.")
        raise Unreadable(message, name=name) from fault
    if len(grid) > LIMITS.rows:
        raise Unreadable(_("The sheet '%(name)s' has more than %(most)s rows."), name=name, most=LIMITS.rows)
    sheet = Sheet(known)
    if not grid:
        return sheet
    header = [_SPACES.sub(" ", _text(cell).strip()) for cell in grid[0]]
    seen: dict[str, int] = {}
    for place, column in enumerate(header):
        if column and column in seen:
            sheet.problems.append(FormProblem(_("Two columns have this name. Rename or delete one."), known, 1, column))
        elif column:
            seen[column] = place
    sheet.columns = tuple(seen)
    for row in grid[1:]:
        cells = {column: _text(row[place]).strip() for column, place in seen.items() if place < len(row)}
        sheet.rows.append({column: cell for column, cell in cells.items() if cell})
    while sheet.rows and not sheet.rows[-1]:
        sheet.rows.pop()
    return sheet


def _text(value: Any) -> str:
    """A cell as text, the way form tools write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\u00a0", " ")
