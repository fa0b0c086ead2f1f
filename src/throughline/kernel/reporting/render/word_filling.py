"""A Word template filled with the words and figures of a document; what takes a paragraph to itself is left for the writer."""

from collections.abc import Iterator
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Emu, RGBColor
from docx.text.run import Run

from throughline.kernel.reporting.names import Names
from throughline.kernel.reporting.placeholders import Placeholder
from throughline.kernel.reporting.render import filling, words
from throughline.kernel.reporting.render.filling import WORD

MARGINS = {RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER}
KEEPS = (qn("w:drawing"), qn("w:pict"), qn("w:object"), qn("w:sectPr"))
LINK_STYLE = "Figure link"
BLACK = "000000"


def roots(document: Any) -> Iterator[Any]:
    """The body, and every header and footer the file has."""
    yield document.element.body
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype in MARGINS:
            yield relation.target_part.element


def fill(document: Any, names: Names, links: Any) -> None:
    """Every placeholder in a sentence becomes what it names; a paragraph of which nothing is left goes."""

    def said(one: Placeholder, _run: Any) -> Any:
        return names.text(one)

    def linked(one: Placeholder, run: Any) -> Any:
        figure = names.figure(one)
        address = names.snapshot.link(figure.id) if figure is not None else ""
        if figure is None or not address:
            return names.text(one)
        filling.say(run, WORD, figure.text)
        return links.wrapped(run, address, LINK_STYLE)

    for root in roots(document):
        given = linked if root is document.element.body else said
        for paragraph in filling.fill(root, WORD, given):
            _drop(paragraph)
        _colour_chips(root, names)


def _drop(paragraph: Any) -> None:
    """Out with an empty paragraph, unless something else hangs on it or its place needs one."""
    if any(next(paragraph.iter(tag), None) is not None for tag in KEEPS):
        return
    parent = paragraph.getparent()
    if parent.tag == qn("w:tc") and len(parent.findall(qn("w:p"))) == 1:
        return
    if parent.tag in (qn("w:hdr"), qn("w:ftr")) and len(parent) == 1:
        return
    parent.remove(paragraph)


def _colour_chips(root: Any, names: Names) -> None:
    """The letters of a handling chip, light on black, in the colour the standard prescribes."""
    label, colour = names.snapshot.handling_label, words.HANDLING[names.snapshot.handling]
    for run in root.iter(qn("w:r")):
        shade = run.find(f"{qn('w:rPr')}/{qn('w:shd')}")
        if shade is None or shade.get(qn("w:fill")) != BLACK:
            continue
        if "".join(one.text or "" for one in run.findall(qn("w:t"))).strip() == label:
            Run(run, None).font.color.rgb = RGBColor.from_string(colour)  # type: ignore[arg-type]


def width_at(document: Any, paragraph: Any) -> int:
    """How wide what replaces this paragraph may be: its cell, or the text of its page."""
    cell = next((one for one in paragraph.iterancestors() if one.tag == qn("w:tc")), None)
    if cell is not None:
        width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
        if width is not None and width.get(qn("w:type")) == "dxa":
            return max(int(width.get(qn("w:w"))) * 635 - Emu(120_000), Emu(600_000))
    section = document.sections[_section_of(document, paragraph)]
    return int(section.page_width - section.left_margin - section.right_margin)


def _section_of(document: Any, paragraph: Any) -> int:
    """Which section of the document a paragraph stands in: the first whose end comes after it."""
    top = paragraph
    while top.getparent() is not document.element.body:
        top = top.getparent()
    before = 0
    for element in document.element.body:
        if element is top:
            break
        if element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            before += 1
    return min(before, len(document.sections) - 1)
