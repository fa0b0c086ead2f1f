"""Small pieces of slides: text boxes, runs, cells and lines."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Inches, Pt

from throughline.kernel.reporting.render import words
from throughline.kernel.reporting.render.pptx_template import Place

LONG_TITLE = 36


def fill_cell(
    cell: Any,
    text: str,
    align: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = words.INK,
    line: str = words.RULE,
) -> None:
    """A cell of a table: its text, and the line under it."""
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if align == "right" else PP_ALIGN.LEFT
    add(paragraph, text, size, bold=bold, colour=colour)
    line_under(cell, line, 0.5 if line == words.RULE else 1.0)


def take_box(slide: Any) -> tuple[int, int, int, int]:
    """Where the layout wants the content; the empty placeholder itself goes."""
    for shape in slide.placeholders:
        if shape.placeholder_format.idx == Place.BODY:
            box = (shape.left, shape.top, shape.width, shape.height)
            shape._element.getparent().remove(shape._element)
            return box
    return Inches(0.7), Inches(1.85), Inches(11.93), Inches(4.8)


def smaller_if_long(frame: Any) -> None:
    if len(frame.text) > LONG_TITLE:
        for run in frame.paragraphs[0].runs:
            run.font.size = Pt(34)


def text_box(slide: Any, box: Any) -> Any:
    frame = slide.shapes.add_textbox(*box).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def add(paragraph: Any, text: str, size: float, *, bold: bool = False, colour: str = words.INK) -> Any:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    return run


def plain_style(frame: Any, *, header: bool = True) -> None:
    """No fills and no bands: tables breathe by lines."""
    properties = frame._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", "1" if header else "0")
    style = properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId")
    style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # 'No style, no grid', known to every PowerPoint


def line_under(cell: Any, colour: str, points: float) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(
        parse_xml(
            '<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            f'w="{int(Pt(points))}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
        )
    )
