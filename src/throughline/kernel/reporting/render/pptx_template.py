"""The PowerPoint template this package ships, built by code: a theme, a master, two layouts.

Restyle it in PowerPoint and give it back. The renderer relies on the layout names 'Cover' and 'Message', on the
numbers (idx) of their placeholders in `Place`, and on the names in curly brackets on its slides
(`placeholders.py`); where things stand and how they look is the template's own affair.
"""

from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.util import Inches, Pt

from throughline.kernel.charts.palette import LIGHT
from throughline.kernel.fonts import FAMILY
from throughline.kernel.reporting.render import words

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
SPACE = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class Place:
    """Numbers of the placeholders."""

    TITLE, BODY, FOOTER, NUMBER = 0, 10, 11, 12
    HANDLING, NOTICE, SECTION, FACTS = 20, 21, 22, 23


@cache
def build() -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _keep_layouts(deck, 2)
    _theme(deck)
    _master(deck.slide_master)
    _fill(deck.slide_layouts[0], "Cover", _cover())
    _fill(deck.slide_layouts[1], "Message", _message())
    _slides(deck)
    buffer = BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _slides(deck: Any) -> None:
    """A cover with names in its places, and one slide that stands for all those of the document."""
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    texts = {
        Place.SECTION: ["{{ programme }}"],
        Place.HANDLING: ["{{ handling }}"],
        Place.TITLE: ["{{ title }}"],
        1: ["{{ subtitle }}", "{{ period }}", "{{ scope }}"],
        Place.NOTICE: ["{{ illustrative }}"],
        Place.FACTS: ["{{ facts }}", "{{ publisher }}"],
    }
    for shape in cover.placeholders:
        shape.text_frame.text = "\n".join(texts[shape.placeholder_format.idx])
    place = deck.slides.add_slide(deck.slide_layouts[1])
    for shape in list(place.placeholders):
        if shape.placeholder_format.idx == Place.TITLE:
            shape.text_frame.text = "The slides of the document come here"
        elif shape.placeholder_format.idx == Place.BODY:
            shape.text_frame.text = "{{ document }}"
        else:
            shape._element.getparent().remove(shape._element)


def _keep_layouts(deck: Any, count: int) -> None:
    for layout in list(deck.slide_layouts)[count:]:
        deck.slide_layouts.remove(layout)


def _theme(deck: Any) -> None:
    part = deck.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    root = etree.fromstring(part.blob)
    colours = {"dk1": words.INK, "lt1": "FFFFFF", "dk2": words.ACCENT, "lt2": words.WASH, "hlink": words.ACCENT}
    colours |= {f"accent{n}": colour.lstrip("#").upper() for n, colour in enumerate(LIGHT[:6], 1)}
    for name, colour in colours.items():
        place = root.find(f".//{MAIN}clrScheme/{MAIN}{name}")
        for child in list(place):
            place.remove(child)
        etree.SubElement(place, f"{MAIN}srgbClr", val=colour)
    for kind in ("majorFont", "minorFont"):
        root.find(f".//{MAIN}{kind}/{MAIN}latin").set("typeface", FAMILY)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master(master: Any) -> None:
    """Only the title and body styles count; what is on a slide comes from the layouts."""
    for shape in list(master.placeholders):
        if shape.placeholder_format.type not in (1, 2):  # title, body
            shape._element.getparent().remove(shape._element)
    title, body = master.placeholders[0], master.placeholders[1]
    title.left, title.top, title.width, title.height = Inches(0.7), Inches(0.85), Inches(11.93), Inches(0.9)
    body.left, body.top, body.width, body.height = Inches(0.7), Inches(1.9), Inches(11.93), Inches(4.75)
    styles = master._element.find("{http://schemas.openxmlformats.org/presentationml/2006/main}txStyles")
    for level in styles.iter(f"{MAIN}lvl1pPr"):
        level.set("algn", "l")
        level.set("marL", "0")
        level.set("indent", "0")


def _fill(layout: Any, name: str, shapes: list[str]) -> None:
    layout.name = name
    tree = layout.shapes._spTree
    for shape in list(layout.shapes):
        tree.remove(shape._element)
    for shape in shapes:
        tree.append(parse_xml(shape))


def _cover() -> list[str]:
    return [
        _placeholder(2, "Programme", "body", Place.SECTION, (0.7, 0.5, 9, 0.4), 14, bold=True),
        _placeholder(3, "Handling", "body", Place.HANDLING, (11.03, 0.47, 1.6, 0.36), 11, bold=True, chip=True),
        *_line(0.7, 1.55, 11.93, 30),
        _placeholder(4, "Title", "ctrTitle", Place.TITLE, (0.7, 2.0, 11.9, 1.1), 44, bold=True, anchor="b"),
        _placeholder(5, "Period and scope", "subTitle", 1, (0.7, 3.2, 11.9, 1.15), 22, colour="tx2"),
        _placeholder(6, "Illustrative notice", "body", Place.NOTICE, (0.7, 4.5, 11.9, 0.4), 14, bold=True),
        _placeholder(7, "About this edition", "body", Place.FACTS, (0.7, 5.0, 11.9, 2.0), 12, colour="muted"),
    ]


def _message() -> list[str]:
    return [
        _placeholder(2, "Section", "body", Place.SECTION, (0.7, 0.42, 9, 0.34), 12, bold=True, colour="tx2"),
        _placeholder(3, "Handling", "body", Place.HANDLING, (11.03, 0.42, 1.6, 0.32), 10, bold=True, chip=True),
        _placeholder(4, "Title", "title", Place.TITLE, (0.7, 0.78, 11.93, 0.95), 24, bold=True, anchor="t"),
        _placeholder(5, "Content", "body", Place.BODY, (0.7, 1.85, 11.93, 4.8), 14),
        _rule(6, 0.7, 6.86, 11.93),
        _placeholder(7, "Footer", "ftr", Place.FOOTER, (0.7, 6.93, 8.2, 0.32), 10, colour="muted"),
        _placeholder(8, "Illustrative notice", "body", Place.NOTICE, (8.0, 6.93, 3.9, 0.32), 10, bold=True, align="r"),
        _placeholder(9, "Number", "sldNum", Place.NUMBER, (11.95, 6.93, 0.68, 0.32), 10, colour="muted", align="r"),
    ]


def _placeholder(
    number: int,
    name: str,
    kind: str,
    index: int,
    box: tuple[float, float, float, float],
    size: float,
    *,
    bold: bool = False,
    colour: str = "tx1",
    anchor: str = "t",
    align: str = "l",
    chip: bool = False,
) -> str:
    fill = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>' if chip else "<a:noFill/>"
    said = {"muted": f'<a:srgbClr val="{words.MUTED}"/>'}.get(colour, f'<a:schemeClr val="{colour}"/>')
    said = '<a:srgbClr val="FFFFFF"/>' if chip else said
    index_text = f' idx="{index}"' if index else ""
    shown = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr/><a:t>1</a:t></a:fld>'
    inner = shown if kind == "sldNum" else f"<a:r><a:rPr/><a:t>{escape(name)}</a:t></a:r>"
    side = "ctr" if chip else align
    return (
        f'<p:sp {SPACE}><p:nvSpPr><p:cNvPr id="{number}" name="{escape(name)}"/><p:cNvSpPr/>'
        f'<p:nvPr><p:ph type="{kind}"{index_text}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_box(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}</p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{"ctr" if chip else anchor}">'
        f'<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{side}">'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{int(size * 100)}" b="{int(bold)}">'
        f"<a:solidFill>{said}</a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle><a:p>{inner}</a:p></p:txBody></p:sp>"
    )


def _box(box: tuple[float, float, float, float]) -> str:
    left, top, width, height = (int(Inches(one)) for one in box)
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _rule(number: int, left: float, top: float, width: float, colour: str = words.RULE, points: float = 0.75) -> str:
    return (
        f'<p:cxnSp {SPACE}><p:nvCxnSpPr><p:cNvPr id="{number}" name="Line {number}"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>'
        f'<p:spPr>{_box((left, top, width, 0))}<a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        f'<a:ln w="{int(Pt(points))}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )


def _line(left: float, middle: float, width: float, first: int) -> list[str]:
    """The line with its six stations, the last one filled."""
    shapes = [_rule(first, left, middle, width, words.ACCENT, 1.25)]
    last = words.STATIONS - 1
    for n in range(words.STATIONS):
        size = 0.2 if n == last else 0.14
        at = left + (width - 0.2) * n / last + 0.1 - size / 2
        fill = words.ACCENT if n == last else "FFFFFF"
        shapes.append(
            f'<p:sp {SPACE}><p:nvSpPr><p:cNvPr id="{first + 1 + n}" name="Station {n + 1}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{_box((at, middle - size / 2, size, size))}<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>'
            f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>'
            f'<a:ln w="15875"><a:solidFill><a:srgbClr val="{words.ACCENT}"/></a:solidFill></a:ln></p:spPr></p:sp>'
        )
    return shapes
