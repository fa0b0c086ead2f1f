"""Files that are no forms, and some that mean harm."""

import io
import zipfile

import pytest

from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.forms.tests.books import book, q

GOOD = book([q("text", "a")])


def repacked(**parts: bytes) -> bytes:
    """A good workbook with parts put in the place of others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, parts.pop(member.filename, old.read(member)))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"type,name,label\ntext,a,A\n", "This is not an Excel workbook. Save the form as .xlsx and try again."),
        (b"PK\x03\x04 and no more", "The workbook is damaged. Open it in Excel and save it again."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 40, "This is not a workbook that can be read. Open it in Excel and save it as .xlsx."),
        (b"a" * (8 * 1024 * 1024 + 1), "The file is larger than 8 MB."),
        (
            repacked(**{"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}),
            "The workbook declares XML entities, which no spreadsheet program writes. It was not opened.",
        ),
        (
            repacked(**{"xl/media/bomb": b"\0" * (40 * 1024 * 1024)}),
            "A part of the workbook unpacks to far more than a sheet would. It was not opened.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_form_is_said_to_be_none(content: bytes, said: str) -> None:
    assert [str(problem) for problem in read_xlsform(content, "x.xlsx").problems] == [said]


def test_text_that_looks_like_xml_stays_text() -> None:
    hostile = '</h:title><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;'

    reading = read_xlsform(book([q("text", "a", hostile)], settings=[{"form_title": hostile}]), "x.xlsx")

    assert reading.problems == ()
    assert reading.title == hostile


def test_deep_expressions_are_refused_and_not_followed() -> None:
    deep = "(" * 5_000 + "1" + ")" * 5_000

    reading = read_xlsform(book([q("text", "a", relevant=deep)]), "x.xlsx")

    assert [str(one) for one in reading.problems] == [
        'Sheet "survey", row 2, column "relevant": The expression is nested too deeply.'
    ]
