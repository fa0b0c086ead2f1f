"""Files of every kind that are broken, cut short, empty, or made to hurt. Built here; none of them is kept as a file."""

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from functools import cache

from docx import Document
from pptx import Presentation

from throughline.kernel.intake.tests.workbooks import SHEET, archive, sheet_of, workbook

CELL = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
ROW = f'<row r="1">{CELL.format("A1")}</row>'
CUTS = (1, 5, 9, 10)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00\x00\x00\x01" * 2 + b"\x08\x02\x00\x00\x00" + b"\x00" * 60
XML = b'<?xml version="1.0"?><data id="x"><a>1</a></data>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OLD_BOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def packed(**parts: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """An Office file with parts put in the place of others, or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in parts:
                new.writestr(member.filename, old.read(member))
        for name, one in parts.items():
            new.writestr(name, one)
    return stream.getvalue()


def old_book(*records: tuple[int, bytes]) -> bytes:
    """An old Excel file (.xls) put together by hand: one sheet that holds these records."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = b"One"
    place = len(begin) + 4 + 8 + len(name) + 4
    listed = record(0x85, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name)
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + b"".join(record(*one) for one in records)
    stream = (begin + listed + record(0x0A, b"") + sheet + record(0x0A, b"")).ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    header = OLD_BOOK + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    following = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(following)}I", *following).ljust(512, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = (name + "\0").encode("utf-16-le")
        return (
            written.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + b"\0" * 36
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return header + fat + directory.ljust(512, b"\0") + stream


def number_at(row: int, column: int) -> tuple[int, bytes]:
    return 0x203, struct.pack("<HHHd", row, column, 0, 1.0)


@cache
def good() -> dict[str, bytes]:
    """One good file of each kind."""
    rows = [["key", "date", "jurisdiction", "type", "place"], ["K1", "2024-03-05", "RS", "public-dispute", "Niš"]]
    one = dict(zip(*rows, strict=True))
    feature = {"type": "Feature", "properties": one, "geometry": {"type": "Point", "coordinates": [21.9, 43.3]}}
    return {
        "csv": "\n".join(",".join(row) for row in rows).encode(),
        "xlsx": workbook(rows),
        "xls": old_book(number_at(0, 0), number_at(1, 1)),
        "ods": packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_dot_xml="<x/>"),
        "json": json.dumps([one]).encode(),
        "jsonl": f"{json.dumps(one)}\n{json.dumps(one)}".encode(),
        "geojson": json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(),
        "zip": packed(a="b"),
        "docx": saved(Document()),
        "pptx": saved(Presentation()),
        "pdf": PDF,
        "png": PNG,
        "jpg": b"\xff\xd8\xff\xe0" + b"\0" * 60,
        "xml": XML,
    }


def cut_short() -> Iterator[tuple[str, bytes]]:
    """Every kind, cut after a tenth, a half, nine tenths, and a byte before its end."""
    for kind, content in good().items():
        for tenths in CUTS:
            size = len(content) * tenths // 10 - (tenths == 10)
            yield f"cut-{tenths}.{kind}", content[:size]


def far(*cells: str) -> bytes:
    return archive(sheet_of(ROW + "".join(cells)))


def workbooks() -> Iterator[tuple[str, bytes]]:
    """Workbooks that ask for more than there is."""
    good_book = good()["xlsx"]
    yield "bomb.xlsx", repacked(good_book, **{"xl/media/zeros.png": b"\0" * 40_000_000})
    yield "bomb-in-the-sheet.xlsx", archive(sheet_of(ROW + " " * 40_000_000))
    yield "bomb-of-bombs.xlsx", packed(xl__workbook_dot_xml="<x/>", inner_dot_zip=packed(a="0" * 20_000_000))
    yield "laughs.xlsx", archive(LAUGHS.decode() + sheet_of(ROW.replace(">x<", ">&b;<")))
    yield "laughs-in-strings.xlsx", repacked(good_book, **{"xl/sharedStrings.xml": LAUGHS + b"<sst>&b;</sst>"})
    yield "reads-a-file.xlsx", archive('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + sheet_of(ROW))
    yield "a-million-columns.xlsx", far(f'<row r="2">{"<c><v>1</v></c>" * 1_000_000}</row>')
    yield "far.xlsx", far(f'<row r="1048576">{CELL.format("XFD1048576")}</row>')
    yield "far-other-quotes.xlsx", far("<row r='9'><c r='XFD1048576'><v>1</v></c></row>")
    yield "far-spaced.xlsx", far('<row r="9"><c\n r = "XFD1048576" ><v>1</v></c></row>')
    yield "far-written-as-entity.xlsx", far('<row r="9"><c r="XFD1048576"/><c r="XF&#68;1048576"><v>1</v></c></row>')
    yield "far-small-letters.xlsx", far('<row r="9"><c r="xfd1048576"><v>1</v></c></row>')
    yield "far-many-letters.xlsx", far('<row r="999999"><c r="ZZZZ999999"><v>1</v></c></row>')
    yield "far-without-places.xlsx", far("<row r='1048576'>" + "<c><v>1</v></c>" * 100 + "</row>")
    yield "far-prefixed.xlsx", far('<row r="9"><y:c xmlns:y="u" r=\'XFD1048576\'><y:v>1</y:v></y:c></row>')
    elsewhere = repacked(good_book, **{"xl/other.xml": sheet_of("<row r='1048576'><c r='XFD9'/></row>").encode()})
    yield "far-in-another-folder.xlsx", _linked(elsewhere, "xl/other.xml")
    yield "two-kinds-at-once.xlsx", repacked(good_book, **{"content.xml": b"<x/>", "mimetype": b"x"})
    yield "binary-inside.xlsx", repacked(good_book, **{"XL\\WORKBOOK.BIN": b"\x83\x01\x00"})
    yield "broken-inside.xlsx", repacked(good_book, **{SHEET: b"<worksheet><sheetData><row"})
    yield "no-sheet.xlsx", repacked(good_book, **{"xl/workbook.xml": b"<workbook><sheets/></workbook>"})
    yield "far.xls", old_book(number_at(0, 0), number_at(65_535, 65_535))
    yield "far-several.xls", old_book((0xBE, struct.pack("<HH3HH", 65_535, 0, 0, 0, 0, 65_535)), number_at(0, 0))
    yield "circle.xls", _circle()
    yield "rubbish.xls", OLD_BOOK + bytes(range(256)) * 20


def _linked(content: bytes, target: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        links = held.read("xl/_rels/workbook.xml.rels")
    return repacked(
        content, **{"xl/_rels/workbook.xml.rels": links.replace(b"worksheets/sheet1.xml", target[3:].encode())}
    )


def _circle() -> bytes:
    """Sectors that follow one another round and round."""
    content = bytearray(old_book(number_at(0, 0)))
    struct.pack_into("<I", content, 512 + 4 * 4, 3)
    return bytes(content)


def others() -> Iterator[tuple[str, bytes]]:
    """What no program writes, under every name it could come with."""
    yield "a-large-cell.csv", b"key,date,jurisdiction,type,place\nK1,2024-03-05,RS,public-dispute," + b"x" * 3_000_000
    yield "a-large-cell.json", b'[{"place": "' + b"x" * 3_000_000 + b'"}]'
    yield "a-million-columns.csv", b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000
    yield "a-million-columns.json", b'[{"a":1' + b"".join(b',"%d":1' % one for one in range(200_000)) + b"}]"
    yield "deep.json", b"[" * 100_000
    yield "deep-objects.json", b'[{"a":' * 50_000 + b"1" + b"}]" * 50_000
    yield "deep.xml", b"<a>" * 100_000
    yield "long-number.json", b'[{"killed": ' + b"9" * 100_000 + b"}]"
    yield "no-number.json", b'[{"killed": NaN, "place": Infinity}]'
    yield "half-a-pair.json", b'[{"place": "\\ud800", "key": "\\u0000"}]'
    yield "null-bytes.csv", b"key,date\x00,jurisdiction\n\x00K1,2024\x00-03-05,RS\n"
    yield "only-null-bytes.csv", b"\x00" * 5_000
    yield "quotes-that-never-end.csv", b'key,date\n"K1,2024-03-05\n' * 2_000
    yield "one-line.csv", b"\xff\xfe" + "key;date".encode("utf-16-le")[:-1]
    yield "laughs.xml", LAUGHS + b"<data id='x'>&b;</data>"
    yield "bomb.docx", repacked(good()["docx"], **{"word/media/zeros.png": b"\0" * 40_000_000})
    yield "laughs.docx", repacked(good()["docx"], **{"word/document.xml": LAUGHS + b"<w:document>&b;</w:document>"})
    yield "bomb.pptx", repacked(good()["pptx"], **{"ppt/media/zeros.png": b"\0" * 40_000_000})
    yield "climbs-out.zip", packed(**{".._dot____etc__passwd": "x"})
    yield "empty.xlsx", b""
    yield "spaces.csv", b" \n\t\r\n" * 50
    yield "everything.bin", bytes(range(256)) * 30


@cache
def bad() -> dict[str, bytes]:
    """All of them by name."""
    return {**dict(cut_short()), **dict(workbooks()), **dict(others())}
