"""File names and types, as hostile people send them."""

import io
import zipfile

import pytest

from throughline.kernel.files.names import LONGEST, clean_name, ending
from throughline.kernel.files.sniff import TYPES, sniff


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\x\list.xlsx", "list.xlsx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\x1f.csv", "ab.csv"),
        ("zero\u200bwidth.csv", "zerowidth.csv"),
        ("line\r\nbreak.csv", "line break.csv"),
        ('a<b>:"c|?*.csv', "a_b___c___.csv"),
        ("con.txt", "_con.txt"),
        ("COM1", "_COM1"),
        ("  .hidden. ", "hidden"),
        ("Извештај 2023.docx", "Извештај 2023.docx"),
        ("e\u0301.csv", "\u00e9.csv"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("a" * 300 + ".xlsx")
    assert (len(name), ending(name)) == (LONGEST, "xlsx")


def test_a_long_name_without_an_ending_is_cut() -> None:
    assert clean_name("a" * 300) == "a" * LONGEST


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.png", b"\x89PNG\r\n\x1a\nrest"),
        ("a.jpeg", b"\xff\xd8\xff\xe0rest"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml")),
        ("a.csv", b"date;place\n2023-01-01;Novi Grad\n"),
        ("a.csv", "место;число".encode("cp1251")),
        ("a.csv", "\ufeffplace".encode()),
        ("a.csv", "place,killed\nNovi Sad,1\n".encode("utf-16")),
        ("a.csv", "place,killed\nNovi Sad,1\n".encode("utf-16-le")),
        ("a.tsv", b"a\tb\n"),
        ("a.geojson", b'{"type": "FeatureCollection"}'),
    ],
)
def test_a_file_is_what_its_content_and_its_ending_agree_on(name: str, content: bytes) -> None:
    assert sniff(name, content) == TYPES[ending(name)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00"),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.csv", b"MZ\x90\x00\x03\x00"),
        ("a.csv", b"%PDF-1.7"),
        ("a.csv", archive("xl/workbook.xml")),
        ("a.txt", bytes(range(256)) * 10),
        ("a.xlsx", archive("word/document.xml")),
        ("a.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.xlsx", b"PK\x03\x04 no archive at all"),
        ("a.xlsx", b"date;place"),
        ("a.xlsm", archive("xl/workbook.xml")),
        ("a.exe", b"MZ"),
        ("a", b"text"),
    ],
)
def test_a_file_in_disguise_has_no_type(name: str, content: bytes) -> None:
    assert sniff(name, content) == ""
