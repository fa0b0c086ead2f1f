"""Old Excel files (.xls), looked over before they are read: how far their cells reach.

The file is a small file system of sectors; in it a stream of records, each with a kind, a length and, where it is a
cell, a row and a column. A column may be written up to 65,535, and the reader makes a place for each: a small file
would ask for a hundred gigabytes.
"""

import struct
from collections.abc import Iterator
from struct import unpack_from

from django.utils.translation import gettext as _

from throughline.kernel.intake.formats.base import Unreadable
from throughline.kernel.intake.formats.reach import check
from throughline.kernel.intake.limits import Limits

_CELLS = {
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x07,
    0xBD,
    0xBE,
    0xD6,
    0xFD,
    0x201,
    0x203,
    0x204,
    0x205,
    0x206,
    0x207,
    0x27E,
    0x406,
}
_SEVERAL = {0xBD, 0xBE}
_SHEET, _END = 0x85, 0x0A
_STREAMS = {"workbook", "book"}
_FREE = 0xFFFFFFF0


def check_old(content: bytes, limits: Limits) -> None:
    """Unreadable where the cells of a sheet reach too far, or the file holds together so badly that nobody can tell."""
    try:
        records = _stream(content)
        sheets = {
            unpack_from("<I", records, place)[0]
            for kind, place, length in _records(records, 0)
            if kind == _SHEET and length >= 4
        }
        # Sheets stand one after the other: all their records together are no more than fit into the stream.
        left = len(records) // 4 + 1
        for start in sorted({0, *sheets}):
            left -= _check_sheet(records, start, limits, left)
    except (struct.error, IndexError) as fault:
        message = _("This is not a workbook that can be read. Open it in Excel and save it as .xlsx.")
        raise Unreadable(message) from fault


def _check_sheet(records: bytes, start: int, limits: Limits, most: int) -> int:
    """How many records the sheet has; Unreadable where its cells reach too far."""
    columns = rows = 1
    count = 0
    for count, (kind, place, length) in enumerate(_records(records, start), start=1):
        if count > most:
            raise IndexError
        if kind not in _CELLS or length < 4:
            continue
        row, column = unpack_from("<HH", records, place)
        if kind in _SEVERAL:
            column = max(column, unpack_from("<H", records, place + length - 2)[0])
        if row >= rows or column >= columns:
            columns, rows = max(columns, column + 1), max(rows, row + 1)
            check(columns, rows, limits)
    return count


def _records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of its content and length of each record, until the sheet ends."""
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
        yield kind, place + 4, min(length, len(stream) - place - 4)
        if kind == _END:
            return
        place += 4 + length


def _stream(content: bytes) -> bytes:
    """The stream that holds the workbook."""
    shifts = unpack_from("<HH", content, 30)
    if shifts not in {(9, 6), (12, 6)}:
        raise IndexError
    size, small = 1 << shifts[0], 1 << shifts[1]
    first_entry, _signature, least, first_small = unpack_from("<4I", content, 48)
    fat = _fat(content, size)
    entries = _chain(content, fat, first_entry, size, offset=size)
    root = b""
    for place in range(0, len(entries) - 127, 128):
        name = entries[place : place + max(unpack_from("<H", entries, place + 64)[0] - 2, 0)]
        kind, start, length = entries[place + 66], *unpack_from("<II", entries, place + 116)
        if kind == 5:
            root = _chain(content, fat, start, size, offset=size)
        if kind == 2 and name.decode("utf-16-le", "replace").lower() in _STREAMS:
            if length >= least:
                return _chain(content, fat, start, size, offset=size)[:length]
            mini = _numbers(_chain(content, fat, first_small, size, offset=size))
            return _chain(root, mini, start, small, offset=0)[:length]
    # A workbook under a password has another stream, which the reader will say.
    return b""


def _fat(content: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    sectors = [one for one in unpack_from("<109I", content, 76) if one < _FREE]
    more, left = unpack_from("<II", content, 68)
    while more < _FREE and left and len(sectors) * size < len(content):
        listed = unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += [one for one in listed[:-1] if one < _FREE]
        more, left = listed[-1], left - 1
    return _numbers(
        b"".join(content[(one + 1) * size : (one + 2) * size] for one in sectors[: len(content) // size + 1])
    )


def _numbers(content: bytes) -> list[int]:
    return list(unpack_from(f"<{len(content) // 4}I", content))


def _chain(content: bytes, following: list[int], first: int, size: int, *, offset: int) -> bytes:
    """The sectors that follow one another, put together; a chain that runs in a circle is cut."""
    found: list[bytes] = []
    at, left = first, len(content) // size + 1
    while at < _FREE and left:
        found.append(content[offset + at * size : offset + (at + 1) * size])
        at, left = following[at], left - 1
    return b"".join(found)
