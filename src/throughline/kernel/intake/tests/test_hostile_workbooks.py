"""Workbooks made to hurt: bombs, entities, cells at the end of the world."""

import io
import struct
import zipfile

import pytest

from throughline.kernel.intake.formats import Options, Unreadable, read_table
from throughline.kernel.intake.limits import Limits
from throughline.kernel.intake.tests.workbooks import archive, sheet_of, workbook

ONE = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'


def test_a_workbook_made_by_hand_reads() -> None:
    assert read_table(archive(sheet_of(ONE)), Options(header_row=0)).columns == ("Column A",)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = archive(sheet_of(ONE), **{"xl/media/zeros": "0" * 60_000_000})
    with pytest.raises(Unreadable, match="far more than a sheet would"):
        read_table(bomb)


def test_a_large_total_is_refused() -> None:
    with pytest.raises(Unreadable, match="Unpacked, the workbook is larger than 0 MB"):
        read_table(archive(sheet_of(ONE)), bounds=Limits(unpacked_bytes=500))


def test_a_size_that_lies_is_counted() -> None:
    """The directory says one byte; the stream holds megabytes."""
    content = bytearray(archive(sheet_of(ONE), **{"xl/media/zeros": "0" * 60_000_000}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 1)
    with pytest.raises(Unreadable, match=r"far more than a sheet would|larger than"):
        read_table(bytes(content))


def test_many_parts_are_refused() -> None:
    with pytest.raises(Unreadable, match="holds 25 parts; at most 10"):
        read_table(
            archive(sheet_of(ONE), **{f"xl/media/{number}": "x" for number in range(20)}), bounds=Limits(members=10)
        )


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + sheet_of(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    )
    with pytest.raises(Unreadable, match="declares XML entities"):
        read_table(archive(laughs))


def test_a_cell_at_the_far_end_is_refused() -> None:
    far = ONE + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>y</t></is></c></row>'
    with pytest.raises(Unreadable, match=r"reaches over 16384 columns and 1048576 rows"):
        read_table(archive(sheet_of(far)))


def test_another_archive_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("content.xml", "<x/>")
    with pytest.raises(Unreadable, match="This archive is not an Excel workbook"):
        read_table(file.getvalue())


def test_a_damaged_workbook_is_said_to_be() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        read_table(workbook([["a", "b"], ["1", "2"]])[:300])
