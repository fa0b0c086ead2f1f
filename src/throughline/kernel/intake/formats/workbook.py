"""Excel sheets, new (.xlsx) and old (.xls), checked before they are unpacked."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from throughline.kernel.intake.formats.base import (
    TOO_MANY_ROWS,
    Cleaner,
    Options,
    Row,
    Table,
    Unreadable,
    check_width,
    counted,
)
from throughline.kernel.intake.formats.delimited import build
from throughline.kernel.intake.formats.heads import LOOKED_AT, Head, filled, find_head
from throughline.kernel.intake.formats.oldbook import check_old
from throughline.kernel.intake.formats.reach import Reach, in_chunks
from throughline.kernel.intake.limits import Limits

_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK = 1024 * 1024
# What tells the reader of another kind of file, which would be read without having been looked at.
_OF_OTHERS = {"content.xml", "mimetype", "xl/workbook.bin"}


def read(content: bytes, options: Options, limits: Limits, known: frozenset[str]) -> Table:
    """One sheet of a workbook: the one named, or the first that holds a table."""
    kind = "xlsx" if content[:2] == b"PK" else "xls"
    check_book(content, limits)
    book = _open(content)
    names = tuple(book.sheet_names)
    name = options.sheet or _first_table(book, names)
    if name not in names:
        raise Unreadable(
            _("There is no sheet called '%(name)s'. There are: %(names)s."), name=name, names=", ".join(names)
        )
    grid = _grid(book, name, limits)
    first = [[_text(cell) for cell in row] for row in islice(grid, LOOKED_AT)]
    if not any(filled(row) for row in first):
        raise Unreadable(_("The sheet '%(name)s' is empty."), name=name)
    head = find_head(first, asked=options.header_row, known=known)
    check_width(head.width, limits)
    chosen = options.with_guesses(format=kind, sheet=name, header_row=0 if head.header is None else head.header + 1)
    table = build(first, head, chosen, options)
    table.sheets = names
    table.source = lambda: counted(_rows(grid, head, len(table.columns), limits), limits)
    table.certain = {"sheet": len(names) == 1, "header_row": head.certain}
    return table


@contextmanager
def survived() -> Iterator[None]:
    """Where the compiled reader gives up altogether, it raises what no `except Exception` catches: it is a bad file, no more."""
    try:
        yield
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":
            raise ValueError(str(fault)) from fault
        raise


def _open(content: bytes) -> python_calamine.CalamineWorkbook:
    try:
        with survived():
            return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as fault:
        raise Unreadable(_("The workbook is protected by a password. Save it without one and try again.")) from fault
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise Unreadable(
            _("This is not a workbook that can be read. Open it in Excel and save it as .xlsx.")
        ) from fault


def _grid(book: python_calamine.CalamineWorkbook, name: str, limits: Limits) -> list[list[Any]]:
    try:
        # Leading empty rows and columns are kept, so that the numbers are those the person sees in Excel.
        with survived():
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        message = _("The sheet '%(name)s' cannot be read. Open the file in Excel and save it as .xlsx.")
        raise Unreadable(message, name=name) from fault
    if len(grid) > limits.rows + LOOKED_AT:
        raise Unreadable(TOO_MANY_ROWS, most=limits.rows)
    return grid


def _first_table(book: python_calamine.CalamineWorkbook, names: tuple[str, ...]) -> str:
    """The first visible sheet with at least two rows; a cover sheet of one line is passed over."""
    hidden = {meta.name for meta in book.sheets_metadata if meta.visible != python_calamine.SheetVisibleEnum.Visible}
    for name in names:
        with suppress(python_calamine.CalamineError, OSError, ValueError), survived():
            if name not in hidden and book.get_sheet_by_name(name).height >= 2:
                return name
    return names[0] if names else ""


def _rows(grid: list[list[Any]], head: Head, width: int, limits: Limits) -> Iterator[Row]:
    cleaner = Cleaner(limits)
    for number, cells in enumerate(islice(grid, head.first, None), start=head.first + 1):
        row = cleaner.row(number, [_text(cell) for cell in cells], width)
        if row.fault or any(row.cells):
            yield row


def _text(value: Any) -> str | None:
    """A cell as text: whole numbers without '.0', dates in ISO."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time.min else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def check_book(content: bytes, limits: Limits) -> None:
    """Refuse a workbook that would ask for more than there is, before anything reads it."""
    if content[:2] == b"PK":
        check_archive(content, limits)
    else:
        check_old(content, limits)


def check_archive(content: bytes, limits: Limits) -> None:
    """Refuse an archive that would unpack too large, before anything reads it. Sizes are counted, not believed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as fault:
        raise Unreadable(_("The workbook is damaged. Open it in Excel and save it again.")) from fault
    members = archive.infolist()
    names = {member.filename.replace("\\", "/").lower() for member in members}
    if "xl/workbook.xml" not in names or names & _OF_OTHERS:
        raise Unreadable(_("This archive is not an Excel workbook. Save the sheet as .xlsx or .csv."))
    if len(members) > limits.members:
        message = _("The workbook holds %(parts)s parts; at most %(most)s are unpacked.")
        raise Unreadable(message, parts=len(members), most=limits.members)
    left = limits.unpacked_bytes
    if sum(member.file_size for member in members) > left:
        raise Unreadable(_too_large(limits))
    for member in members:
        left -= _measure(content, member, left, limits)


def _too_large(limits: Limits) -> str:
    return _("Unpacked, the workbook is larger than %(most)s MB.") % {"most": limits.unpacked_bytes // 1024**2}


def _measure(content: bytes, member: zipfile.ZipInfo, left: int, limits: Limits) -> int:
    """The true unpacked size of one member, its XML looked over on the way."""
    size, rest, reach = 0, b"", Reach(limits)
    for piece in _unpacked(content, member):
        size += len(piece)
        if size > left:
            raise Unreadable(_too_large(limits))
        if size > _CHUNK and size > max(member.compress_size, 1) * limits.unpack_ratio:
            raise Unreadable(_("A part of the workbook unpacks to far more than a sheet would. It was not opened."))
        window = rest + piece
        if _FORBIDDEN.search(window):
            raise Unreadable(
                _("The workbook declares XML entities, which no spreadsheet program writes. It was not opened.")
            )
        reach.look(piece)
        rest = window[-20:]
    if reach.holds_cells and reach.strange:
        reach.look_closely(_unpacked(content, member))
    return size


def _unpacked(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member, a chunk at a time, without trusting its header's sizes."""
    start = member.header_offset
    if content[start : start + 4] != b"PK\x03\x04":
        raise Unreadable(_("The workbook is damaged. Open it in Excel and save it again."))
    start += (
        30
        + int.from_bytes(content[start + 26 : start + 28], "little")
        + int.from_bytes(content[start + 28 : start + 30], "little")
    )
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield from in_chunks(packed, _CHUNK)
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable(_("The workbook is packed in an unusual way. Open it in Excel and save it again."))
    unpacker = zlib.decompressobj(-15)
    try:
        piece = unpacker.decompress(packed, _CHUNK)
        while piece:
            yield piece
            piece = unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
    except zlib.error as fault:
        raise Unreadable(_("The workbook is damaged. Open it in Excel and save it again.")) from fault
