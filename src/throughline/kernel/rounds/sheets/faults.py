"""Cells whose formula ends in an error. The library that reads workbooks shows them blank, which would hide them."""

import io
import re
import zipfile
from typing import Any

from lxml import etree

_CELL = re.compile(rb"<(?:\w+:)?c ([^>]*)>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_ERROR = re.compile(rb'\bt="e"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def faults(content: bytes) -> dict[str, frozenset[str]]:
    """Name of the sheet -> its cells in error. The archive has been checked before; what is odd in it has none."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = _parts(archive)
        return {name: _in_error(archive.read(part)) for name, part in parts.items() if part in archive.namelist()}
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return {}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of the sheet -> its part of the archive."""
    targets = {str(one.get("Id")): str(one.get("Target")) for one in _tree(archive.read("xl/_rels/workbook.xml.rels"))}
    found = {}
    for sheet in _tree(archive.read("xl/workbook.xml")).iter("{*}sheet"):
        target = targets.get(str(sheet.get(_RELATION)), "")
        found[str(sheet.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _tree(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _in_error(sheet: bytes) -> frozenset[str]:
    cells = (match[1] for match in _CELL.finditer(sheet) if _ERROR.search(match[1]))
    return frozenset(found[1].decode() for cell in cells if (found := _REFERENCE.search(cell)))
