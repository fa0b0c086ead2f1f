"""Good files with a few bytes changed, taken out or put in, in the file itself or in a part of its archive."""

import io
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.hostile.files import good, repacked
from throughline.kernel.access.errors import Invalid
from throughline.kernel.intake.formats import Options, read_table
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.forms.wire import peek
from throughline.kernel.testing.rounds import xlsform

# Words that readers look for, put where they do not belong.
SPLICES = (
    b"", b"\0", b"\xff\xfe", b"\r\n", b'"', b"'", b"<", b">", b"]]>", b"<!--", b"<!DOCTYPE x [", b"&#0;", b"&#x110000;", b"&a;",
    b'r="XFD1048576"', b"r='A1'", b't="s"', b"<v>99999999999</v>", b't="e"', b"<c/>", b"<row/>", b"{", b"[", b"NaN", b"-1", b"1e999",
    b"9" * 50, b"\xd8\x00", b"PK\x03\x04", b"\x85\x00", b"\x03\x02\x0e\x00\xff\xff\xff\xff", struct.pack("<I", 0xFFFFFFFE), "š\u202e".encode(),
)  # fmt: skip
KINDS = ("csv", "xlsx", "xls", "json", "jsonl", "geojson")


@cache
def form() -> bytes:
    """Made once: a workbook holds the moment it was made, and drawing must be the same every time."""
    return xlsform()


def changed(draw: Callable[[Any], Any], content: bytes) -> bytes:
    """One to four places of it are not as they were."""
    for _turn in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        splice = draw(st.sampled_from(SPLICES) | st.binary(max_size=4))
        content = content[:place] + splice + content[place + draw(st.integers(0, 6)) :]
    return content


@st.composite
def mutated(draw: Callable[[Any], Any]) -> tuple[str, bytes]:
    """A kind, and a file that was of that kind."""
    kind = draw(st.sampled_from((*KINDS, "form", "xml")))
    content = form() if kind == "form" else good()[kind]
    if content[:2] == b"PK" and draw(st.integers(0, 4)):
        # Within the archive, where its checksums do not tell.
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            name = draw(st.sampled_from([one for one in held.namelist() if not one.startswith("docProps")]))
            part = held.read(name)
        return kind, repacked(content, **{name: changed(draw, part)})
    return kind, changed(draw, content)


def read(kind: str, content: bytes) -> None:
    """Read it as the program would. Whatever it says of it is right; whatever it does not say is a fault of ours."""
    if kind == "form":
        read_xlsform(content, "x.xlsx")
        return
    try:
        if kind == "xml":
            peek(content)
            return
        table = read_table(content, Options(header_row=1) if len(content) % 2 else None)
        assert all(len(row.cells) == len(table.columns) for row in table.rows())
    except Invalid:
        return
