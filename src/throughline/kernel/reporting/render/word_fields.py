"""Small pieces of WordprocessingML that python-docx has no words for."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field with the result it shows until Word works it out again."""
    open_field(paragraph, f" {code} ")
    paragraph.add_run(shown)
    close_field(paragraph)


def open_field(paragraph: Any, code: str, *, dirty: bool = False) -> None:
    """The start of a field; what follows, until it is closed, is its result. `dirty`: Word should refresh it."""
    begin = element("fldChar", fldCharType="begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    for piece in (begin, instruction, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(piece)


def close_field(paragraph: Any) -> None:
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def shade(properties: Any, colour: str) -> None:
    properties.append(element("shd", val="clear", color="auto", fill=colour))


class Names:
    """The styles and outside addresses of a document by their ids, each looked up once.

    python-docx searches all styles, and all relationships, for every paragraph and link; in a long report that
    is most of the time.
    """

    def __init__(self, document: Any) -> None:
        self.part = document.part
        self.styles: dict[tuple[str, str | None], str | None] = {}
        self.addresses: dict[str, str] = {}

    def style(self, paragraph: Any, name: str) -> Any:
        """Give a paragraph its style; returns the paragraph."""
        paragraph._p.style = self._style_id(name, WD_STYLE_TYPE.PARAGRAPH)
        return paragraph

    def _style_id(self, name: str, kind: WD_STYLE_TYPE) -> str | None:
        """Word keeps the names of its own styles in small letters, whoever wrote them: 'TOC 1' comes back as 'toc 1'."""
        if not self.styles:
            for one in self.part.styles.element.iter(qn("w:style")):
                default = one.get(qn("w:default")) in {"1", "true"}
                called = one.find(qn("w:name"))
                if called is not None:
                    key = (called.get(qn("w:val")).lower(), one.get(qn("w:type")))
                    self.styles[key] = None if default else one.get(qn("w:styleId"))
        return self.styles.get((name.lower(), "character" if kind is WD_STYLE_TYPE.CHARACTER else "paragraph"))

    def _relation(self, address: str) -> str:
        if address not in self.addresses:
            number = len(self.part.rels) + 1
            while f"rId{number}" in self.part.rels:
                number += 1
            self.part.rels.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, address, f"rId{number}", is_external=True)
            self.addresses[address] = f"rId{number}"
        return self.addresses[address]

    def hyperlink(self, paragraph: Any, address: str, text: str, style: str, *, bold: bool = False) -> None:
        """A run that leads to an address outside the document."""
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self._relation(address))
        run = paragraph.add_run(text)
        run._r.style = self._style_id(style, WD_STYLE_TYPE.CHARACTER)
        if bold:
            run.bold = True
        link.append(run._r)
        paragraph._p.append(link)

    def wrapped(self, run: Any, address: str, style: str) -> Any:
        """A run that is there already, as a link: it keeps its look, and takes the link's style where it has none."""
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self._relation(address))
        if run.style is None:
            run.style = self._style_id(style, WD_STYLE_TYPE.CHARACTER)
        link.append(run)
        return link


def bookmark(paragraph: Any, name: str, number: int) -> None:
    start = element("bookmarkStart", id=str(number), name=name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def repeat_header(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def borders(cell: Any, **sides: tuple[int, str]) -> None:
    """Lines of a cell: side -> (width in eighths of a point, colour); what is not named has none."""
    made = OxmlElement("w:tcBorders")
    for side in ("top", "bottom"):
        size, colour = sides.get(side, (0, "auto"))
        made.append(element(side, val="single" if size else "nil", sz=str(size), space="0", color=colour))
    cell._tc.get_or_add_tcPr().append(made)


def margins(table: Any, **sides: int) -> None:
    """Inner margins of a table's cells, in twentieths of a point."""
    made = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        made.append(element(side, w=str(sides.get(side, 0)), type="dxa"))
    table._tbl.tblPr.append(made)


def describe(table: Any, title: str) -> None:
    """What a screen reader says of a table before reading it."""
    table._tbl.tblPr.append(element("tblCaption", val=title))


def alternative(picture: Any, text: str, name: str) -> None:
    properties = picture._inline.docPr
    properties.set("descr", text)
    properties.set("name", name)
    for side in ("distT", "distB", "distL", "distR"):  # without these LibreOffice keeps the picture off the margin
        picture._inline.set(side, "0")
