"""A PDF that a screen reader can read: tagged, titled, in its language, headings in order, tables with heads, charts in words.

What PDF/UA-1 asks of structure and can be seen from outside is looked at here; typst checks the rest while it writes, and
stops where it finds a fault. No independent validator (veraPDF) runs here.
"""

import ctypes
import itertools
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from throughline.kernel.reporting.blocks import Charts
from throughline.kernel.reporting.render import render
from throughline.kernel.reporting.tests.samples import snapshot


@dataclass(frozen=True)
class Element:
    """One element of the structure: what it is, what it is called for who cannot see it, how deep it stands."""

    kind: str
    alt: str
    depth: int


def said(call: Any, *given: Any) -> str:
    """A text of the library: asked twice, for its length and for itself."""
    size = call(*given, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*given, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\x00")


def walk(element: Any, depth: int = 0) -> list[Element]:
    kind = said(pdfium.FPDF_StructElement_GetType, element)
    found = [Element(kind, said(pdfium.FPDF_StructElement_GetAltText, element), depth)]
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        if child:
            found += walk(child, depth + 1)
    return found


@cache
def structure() -> tuple[list[list[Element]], dict[str, str], bool, bytes]:
    """The elements of every page, what the file says of itself, and whether it is tagged at all."""
    content = render(snapshot().to_json(), "pdf")
    document = pypdfium2.PdfDocument(content)
    pages = []
    for page in document:
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        found: list[Element] = []
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            found += walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index))
        pages.append(found)
        pdfium.FPDF_StructTree_Close(tree)
    told = document.get_metadata_dict()
    tagged = bool(pdfium.FPDFCatalog_IsTagged(document.raw))
    document.close()
    return pages, told, tagged, content


def kinds() -> Counter[str]:
    return Counter(one.kind for page in structure()[0] for one in page)


def test_it_is_tagged_titled_and_says_its_language() -> None:
    pages, told, tagged, content = structure()
    assert tagged
    assert all(pages)
    assert told["Title"] == "Quarterly Armed Violence Monitor, October–December 2023, South East Europe"
    assert b"/Lang" in content
    assert b"pdfuaid:part" in content


def test_every_chart_is_said_in_words() -> None:
    drawn = [panel.alt for block in snapshot().blocks if isinstance(block, Charts) for panel in block.panels]
    figures = [one.alt for page in structure()[0] for one in page if one.kind == "Figure" and one.alt]
    assert [alt for alt in drawn if not any(alt in one for one in figures)] == []


def test_tables_have_heads_and_cells() -> None:
    found = kinds()
    assert found["TH"] >= 3
    assert found["TD"] >= 12
    assert found["TR"] == 6
    assert found["Caption"] >= 3


def test_headings_are_headings_and_contents_are_contents() -> None:
    found = kinds()
    assert found["H1"] >= 4
    assert found["TOC"] >= 3
    assert found["TOCI"] >= 7
    assert found["Link"] >= 7


def test_no_heading_skips_a_level() -> None:
    levels = [int(one.kind[1]) for page in structure()[0] for one in page if one.kind in {"H1", "H2", "H3", "H4"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
