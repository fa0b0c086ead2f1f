"""Templates as people make them: the house's own, changed; and files that somebody else made."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pptx import Presentation
from pptx.util import Inches

from throughline.kernel.reporting.render.docx_template import build as house_word
from throughline.kernel.reporting.render.pptx_template import build as house_slides

RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def word(change: Callable[[Any], None] | None = None) -> bytes:
    """The house's own Word template, changed."""
    document = docx.Document(io.BytesIO(house_word()))
    if change is not None:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_with(*texts: str) -> bytes:
    """The house's own with these paragraphs before the place of the document."""

    def change(document: Any) -> None:
        place = next(one for one in document.paragraphs if one.text == "{{ document }}")
        for text in texts:
            place.insert_paragraph_before(text)

    return word(change)


def without(text: str) -> Callable[[Any], None]:
    """Take out the paragraphs with this text, wherever they stand."""

    def change(document: Any) -> None:
        for paragraph in list(document.element.body.iter(qn("w:p"))):
            if "".join(one.text or "" for one in paragraph.iter(qn("w:t"))) == text:
                paragraph.getparent().remove(paragraph)

    return change


def in_pieces(*pieces: str) -> bytes:
    """A paragraph whose text Word has cut into runs, each with a spelling mark between."""

    def change(document: Any) -> None:
        place = next(one for one in document.paragraphs if one.text == "{{ document }}")
        paragraph = place.insert_paragraph_before("")
        for number, piece in enumerate(pieces):
            run = paragraph.add_run(piece)
            run.bold = True if number == 0 else None
            paragraph._p.append(OxmlElement("w:proofErr"))

    return word(change)


def slides(change: Callable[[Any], None] | None = None) -> bytes:
    """The house's own PowerPoint template, changed."""
    deck = Presentation(io.BytesIO(house_slides()))
    if change is not None:
        change(deck)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def slide_with(*texts: str, marked: bool = True) -> bytes:
    """The house's own with a slide before the place of the document, a text box for each text."""

    def change(deck: Any) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        for shape in list(slide.placeholders):
            if shape.placeholder_format.idx == 0:
                shape.text_frame.text = "Our own slide"
            elif shape.placeholder_format.idx == 20 and marked:
                shape.text_frame.text = "{{ handling }}"
            elif shape.placeholder_format.idx == 21 and marked:
                shape.text_frame.text = "{{ illustrative }}"
            else:
                shape._element.getparent().remove(shape._element)
        for number, text in enumerate(texts):
            box = slide.shapes.add_textbox(Inches(0.7), Inches(2 + number), Inches(11), Inches(4))
            box.text_frame.text = text
        entries = deck.slides._sldIdLst
        entries.insert(1, entries[-1])

    return slides(change)


def repacked(content: bytes, **parts: bytes | str | None) -> bytes:
    """The same archive with parts put in, replaced or (None) taken out. `__` in a name stands for a slash."""
    return packed(content, {name.replace("__", "/"): text for name, text in parts.items()})


def packed(content: bytes, parts: dict[str, bytes | str | None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            if text is not None:
                new.writestr(name, text)
    return buffer.getvalue()


def part_of(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def related(kind: str, target: str, *, external: bool = True) -> bytes:
    """A Word template with one more relation, such as a picture that lies elsewhere."""
    name = "word/_rels/document.xml.rels"
    mode = ' TargetMode="External"' if external else ""
    relation = f'<Relationship Id="rId999" Type="{KIND}{kind}" Target="{target}"{mode}/></Relationships>'
    return packed(word(), {name: part_of(word(), name).replace("</Relationships>", relation)})


def body_with(xml: str) -> bytes:
    """A Word template with this XML at the start of its body."""
    name = "word/document.xml"
    return packed(word(), {name: part_of(word(), name).replace("<w:body>", f"<w:body>{xml}", 1)})
