"""Formats: bytes and options in, a `Table` out. The content decides what a file is, not its name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.intake.formats import delimited, objects, workbook
from throughline.kernel.intake.formats.base import Options, Row, Table, Unreadable
from throughline.kernel.intake.limits import Limits, limits

__all__ = ["FORMATS", "Options", "Row", "Table", "Unreadable", "read_table", "sniff"]

FORMATS = {
    "csv": delimited.read,
    "xlsx": workbook.read,
    "xls": workbook.read,
    "json": objects.read,
    "jsonl": objects.read,
    "geojson": objects.read,
}
LABELS: dict[str, Any] = {
    "csv": gettext_lazy("Text table (CSV, TSV)"),
    "xlsx": gettext_lazy("Excel (.xlsx)"),
    "xls": gettext_lazy("Excel, old (.xls)"),
    "json": gettext_lazy("JSON"),
    "jsonl": gettext_lazy("JSON Lines"),
    "geojson": gettext_lazy("GeoJSON"),
}
_FOREIGN: dict[bytes, Any] = {
    b"%PDF": gettext_lazy("This is a PDF. Ask for the sheet it was printed from."),
    b"\x89PNG": gettext_lazy("This is a picture, not a table."),
    b"\xff\xd8\xff": gettext_lazy("This is a picture, not a table."),
    b"\x1f\x8b": gettext_lazy("This file is compressed. Unpack it first."),
    b"Rar!": gettext_lazy("This file is compressed. Unpack it first."),
    b"7z\xbc\xaf": gettext_lazy("This file is compressed. Unpack it first."),
}


def sniff(content: bytes) -> str:
    """The format the bytes speak of."""
    for magic, message in _FOREIGN.items():
        if content.startswith(magic):
            raise Unreadable(str(message))
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    start = content[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "json" if start[:1] in (b"{", b"[") else "csv"


def read_table(
    content: bytes,
    options: Options | None = None,
    *,
    known: frozenset[str] = frozenset(),
    bounds: Limits | None = None,
) -> Table:
    """A file as a table. `known` are column names the noun knows: they tell a header from a first row."""
    bounds, options = bounds or limits(), options or Options()
    if len(content) > bounds.file_bytes:
        message = _("The file is larger than %(most)s MB. Split it and bring the parts in one after the other.")
        raise Unreadable(message, most=bounds.file_bytes // 1024**2)
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    sniffed = sniff(content)
    chosen = options.format or sniffed
    if chosen not in FORMATS:
        raise Unreadable(
            _("There is no format called '%(name)s'. There are: %(names)s."), name=chosen, names=", ".join(FORMATS)
        )
    if (chosen in {"xlsx", "xls"}) != (sniffed in {"xlsx", "xls"}):
        message = _("The file is not %(chosen)s; its content looks like %(found)s.")
        raise Unreadable(message, chosen=LABELS[chosen], found=LABELS[sniffed])
    return FORMATS[chosen](content, options, bounds, known)
