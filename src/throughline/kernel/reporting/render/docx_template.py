"""The Word template this package ships, built by code: cover, contents, header, footer, named styles.

A secretariat takes it from the page where documents are built, restyles it in Word and gives it back.
What the program relies on is small: the names in curly brackets (`placeholders.py`), of which
`{{ document }}` is where the blocks go, and the names of the styles in `STYLES`.
"""

from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from throughline.kernel.fonts import FAMILY
from throughline.kernel.reporting.render import words
from throughline.kernel.reporting.render.word_fields import field, shade

TEXT_WIDTH = Mm(164)


class Look(NamedTuple):
    """The look of a paragraph style; sizes and spaces in points, `keep` with the next paragraph."""

    size: float
    colour: str
    before: float
    after: float
    bold: bool = False
    keep: bool = False


STYLES: dict[str, Look] = {
    "Normal": Look(10, words.INK, 0, 7),
    "Title": Look(34, words.INK, 0, 10, bold=True),
    "Subtitle": Look(19, words.ACCENT, 0, 3),
    "Heading 1": Look(19, words.INK, 26, 10, bold=True, keep=True),
    "Heading 2": Look(12.5, words.ACCENT, 14, 6, bold=True, keep=True),
    "Caption": Look(9, words.INK, 10, 5, bold=True, keep=True),
    "Key message": Look(11.5, words.INK, 0, 9, keep=True),
    "Figure label": Look(12, words.INK, 5, 2, bold=True, keep=True),
    "Figure number": Look(40, words.ACCENT, 0, 4, bold=True, keep=True),
    "Change": Look(10, words.INK, 2, 0, keep=True),
    "Change detail": Look(9, words.MUTED, 0, 6),
    "Table head": Look(8.5, words.MUTED, 2, 2, bold=True, keep=True),
    "Table text": Look(8.5, words.INK, 2, 2),
    "Picture": Look(10, words.INK, 0, 2),
    "Note": Look(8, words.MUTED, 3, 10),
    "Cover programme": Look(11, words.INK, 0, 0, bold=True),
    "Cover text": Look(10, words.MUTED, 0, 4),
    "Cover notice": Look(12, words.INK, 14, 14, bold=True),
    "Contents title": Look(19, words.INK, 0, 10, bold=True, keep=True),
    "Header": Look(8, words.MUTED, 0, 0),
    "Footer": Look(8, words.MUTED, 0, 0),
    "TOC 1": Look(10, words.INK, 5, 5, bold=True),
    "TOC 2": Look(10, words.INK, 0, 3),
    "TOC 3": Look(9, words.INK, 0, 2),
    "Contents part": Look(12.5, words.ACCENT, 14, 4, bold=True, keep=True),
}


@cache
def build() -> bytes:
    document = Document()
    _page(document)
    _styles(document)
    _header_and_footer(document)
    _cover(document)
    document.add_paragraph("{{ word.contents }}", style="Contents title").paragraph_format.page_break_before = True
    document.add_paragraph("{{ contents }}")
    document.add_paragraph("{{ document }}")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(23)
    section.top_margin, section.bottom_margin = Mm(30), Mm(26)
    section.header_distance, section.footer_distance = Mm(14), Mm(11)
    section.different_first_page_header_footer = True


def _styles(document: Any) -> None:
    for name, look in STYLES.items():
        _style(document, name, look)
    _rule(document.styles["Heading 1"].element.get_or_add_pPr(), "top", words.ACCENT, 12)
    _rule(document.styles["Cover notice"].element.get_or_add_pPr(), "left", words.ACCENT, 24, space=8)
    for name in ("TOC 1", "TOC 2", "TOC 3"):
        tabs = document.styles[name].paragraph_format.tab_stops
        tabs.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, 1)
    document.styles["TOC 2"].paragraph_format.left_indent = Mm(5)
    link = document.styles.add_style("Figure link", WD_STYLE_TYPE.CHARACTER)
    link.font.bold = None


def _style(document: Any, name: str, look: Look) -> None:
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal" and style.base_style is None:
        style.base_style = styles["Normal"]
    style.hidden, style.quick_style = False, True
    style.font.name, style.font.size, style.font.bold = FAMILY, Pt(look.size), look.bold
    style.font.italic, style.font.color.rgb = False, RGBColor.from_string(look.colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FAMILY)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.keep_with_next, layout.widow_control = look.keep, True
    layout.line_spacing = 1.0 if look.size > 15 or name.startswith("Table") else 1.15
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        border.getparent().remove(border)


def _rule(properties: Any, side: str, colour: str, eighths: int, space: int = 4) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", str(space)), ("color", colour)):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _header_and_footer(document: Any) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    _side_by_side(header)
    header.add_run("{{ title }}").bold = True
    header.add_run("  ·  {{ period }}  ·  {{ scope }}\t")
    _chip(header.add_run(" {{ handling }} "))
    _rule(header._p.get_or_add_pPr(), "bottom", words.RULE, 4)
    footer = section.footer.paragraphs[0]
    _side_by_side(footer)
    _rule(footer._p.get_or_add_pPr(), "top", words.RULE, 4)
    footer.add_run("{{ programme }}  ·  {{ state }}\t{{ word.page }} ")
    field(footer, "PAGE", "1")
    footer.add_run(" / ")
    field(footer, "NUMPAGES", "1")
    notice = section.footer.add_paragraph(style="Footer")
    notice.add_run("{{ illustrative }}").bold = True
    first = section.first_page_footer.paragraphs[0]
    first.style = document.styles["Footer"]
    first.add_run("{{ illustrative }}").bold = True


def _side_by_side(paragraph: Any) -> None:
    """Text left, text right: one tab at the right margin instead of Word's two."""
    tabs = paragraph.paragraph_format.tab_stops
    for position in (Mm(76.2), Mm(152.4)):
        tabs.add_tab_stop(position, WD_TAB_ALIGNMENT.CLEAR)
    for stop in paragraph.style.paragraph_format.tab_stops:
        tabs.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    tabs.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _chip(run: Any) -> None:
    """A handling chip: the standard wants its colours on black; the renderer sets the letters' colour."""
    run.bold = True
    shade(run._r.get_or_add_rPr(), "000000")
    run.font.color.rgb = RGBColor.from_string("FFFFFF")


def _cover(document: Any) -> None:
    top = document.paragraphs[0] if document.paragraphs else document.add_paragraph()
    top.style = document.styles["Cover programme"]
    _side_by_side(top)
    top.add_run("{{ programme }}\t")
    _chip(top.add_run(" {{ handling }} "))
    line = document.add_paragraph("{{ line }}", style="Picture")
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(80), Pt(46)
    document.add_paragraph("{{ subtitle }}", style="Cover notice")
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ period }}", style="Subtitle")
    document.add_paragraph("{{ scope }}", style="Subtitle")
    document.add_paragraph("{{ members }}", style="Cover text").paragraph_format.space_before = Pt(12)
    document.add_paragraph("{{ illustrative }}", style="Cover notice")
    space = document.add_paragraph("")
    space.paragraph_format.space_before = Pt(26)
    document.add_paragraph("{{ facts }}", style="Cover text")
    document.add_paragraph("{{ publisher }}", style="Cover programme").paragraph_format.space_before = Pt(16)
