"""A PowerPoint template filled: which of its slides are places for slides of the document, which are filled and kept."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pptx.oxml.ns import qn

from throughline.kernel.reporting.names import Names
from throughline.kernel.reporting.placeholders import Placeholder, alone
from throughline.kernel.reporting.render import filling
from throughline.kernel.reporting.render.filling import SLIDE

WHOLE = ("document", "section")  # these need slides of their own; charts and tables only a shape
PARTS = ("chart", "table")
SECTIONS = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"


class Spot(NamedTuple):
    """A shape that is a place, and what is to come there."""

    shape: Any
    placeholder: Placeholder


def spots(slide: Any) -> Iterator[Spot]:
    """The shapes of a slide whose whole text is one placeholder that takes the shape to itself."""
    for shape in list(slide.shapes):
        if not shape.has_text_frame:
            continue
        found = alone(shape.text_frame.text.replace("\x0b", " "))
        if found is not None and found.kind in WHOLE + PARTS:
            yield Spot(shape, found)


def fill(slide: Any, names: Names) -> list[str]:
    """Every placeholder in a sentence becomes what it names; gives the ids of the figures printed."""
    used: list[str] = []

    def value(one: Placeholder, _run: Any) -> str:
        figure = names.figure(one)
        used.extend([figure.id] if figure is not None else [])
        return names.text(one)

    for paragraph in filling.fill(slide._element, SLIDE, value, apart=WHOLE + PARTS):
        _drop(paragraph)
    return used


def _drop(paragraph: Any) -> None:
    """Out with a line of which nothing is left; with the whole shape, if it was the only one."""
    body = paragraph.getparent()
    if len(body.findall(qn("a:p"))) > 1:
        body.remove(paragraph)
        return
    shape = body.getparent()
    if shape.tag == qn("p:sp") and shape.find(f"{qn('p:nvSpPr')}/{qn('p:nvPr')}/{qn('p:ph')}") is not None:
        shape.getparent().remove(shape)


def remove(deck: Any, slides: list[Any]) -> None:
    """Take slides out of the deck, whose parts are then not saved, and number those that stay.

    At the very end: a new slide is named by how many there are, which must not fall while slides are added.
    """
    entries = deck.slides._sldIdLst
    parts = {slide.part for slide in slides}
    for entry in list(entries):
        relation = entry.rId
        if deck.part.related_part(relation) in parts:
            entries.remove(entry)
            deck.part.drop_rel(relation)
    deck.part.rename_slide_parts([entry.rId for entry in entries])


def forget_sections(deck: Any) -> None:
    """PowerPoint's own list of sections names slides by number; after slides come and go it would be wrong."""
    for found in list(deck.part._element.iter(SECTIONS)):
        extension = found.getparent()
        extension.getparent().remove(extension)
