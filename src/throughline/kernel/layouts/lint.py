"""What keeps a template from being used, in plain words: unknown names, missing styles, brackets that belong to nothing.

The file was found safe to open before (`package.check`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

from throughline.kernel.layouts.findings import NOTE, STOP, Finding
from throughline.kernel.layouts.known import Known
from throughline.kernel.reporting.placeholders import Broken, Placeholder, alone, orphans, read, spans
from throughline.kernel.reporting.render import filling, pptx_filling, word_filling
from throughline.kernel.reporting.render.docx_template import STYLES
from throughline.kernel.reporting.render.pptx_template import Place

NOT_FILLED = ("footnotes", "endnotes", "comments", "glossary", "commentsExtended")
MARKS = ("handling", "illustrative")
SHOWN = 90
# Of each layout of the slides, what the slides of the document cannot do without.
LAYOUTS = {
    "Cover": {Place.TITLE: "Title"},
    "Message": {
        Place.TITLE: "Title", Place.BODY: "Content", Place.HANDLING: "Handling", Place.NOTICE: "Illustrative notice",
        Place.FOOTER: "Footer",
    },
}  # fmt: skip


class Line(NamedTuple):
    """A paragraph of the template with a bracket in it, and where it stands."""

    text: str
    where: str
    takes_blocks: bool


def lint(content: bytes, fmt: str, known: Known) -> list[Finding]:
    """Everything to say of this template, what stops it first."""
    try:
        found = list(_word(Document(BytesIO(content)), known) if fmt == "docx" else _slides(content, known))
    except Exception as fault:
        message = _("The file cannot be read (%(fault)s). Open it, save it again and try once more.")
        return [Finding(STOP, message % {"fault": type(fault).__name__})]
    found = list(dict.fromkeys(found))
    return sorted(found, key=lambda one: one.level != STOP)


def _stop(message: str, where: str = "") -> Finding:
    return Finding(STOP, message, where)


# ---- what both kinds of file share


def _names_in(lines: Iterable[Line]) -> list[Placeholder]:
    made = []
    for line in lines:
        for _start, _end, inside in spans(line.text):
            try:
                made.append(read(inside))
            except Broken:
                continue
    return made


def _line(line: Line, known: Known) -> Iterator[Finding]:
    """One paragraph: its brackets, its names, and whether what needs a place of its own has one."""
    where = f"{line.where}: “{line.text.strip()[:SHOWN]}”"
    for orphan in orphans(line.text):
        yield _stop(
            _("Brackets that belong to nothing: “%(text)s”. A name is written {{ title }}.") % {"text": orphan}, where
        )
    single = alone(line.text)
    for _start, _end, inside in spans(line.text):
        try:
            one = read(inside)
        except Broken as broken:
            yield _stop(
                _("“%(text)s” is no name. Only names stand in brackets, nothing is worked out there.")
                % {"text": broken},
                where,
            )
            continue
        if fault := known.fault(one):
            yield _stop(fault, where)
        elif one.is_block and one.kind != "facts" and single is None:
            yield _stop(_("%(name)s needs a paragraph, or a text box, to itself.") % {"name": one}, where)
        elif one.is_block and one.kind != "facts" and not line.takes_blocks:
            yield _stop(_("%(name)s cannot stand here; give it a place of its own on the page.") % {"name": one}, where)


def _coverage(names: list[Placeholder], known: Known) -> Iterator[Finding]:
    """What of the document the template prints, and what it leaves out."""
    blocks = Counter(one for one in names if one.kind in ("document", "section", "chart", "table"))
    if not blocks:
        yield _stop(_("Nothing of the document would be printed. Put {{ document }} where its sections are to stand."))
    for one, times in blocks.items():
        if times > 1:
            yield _stop(
                _("%(name)s stands in the template %(times)s times; once is enough.") % {"name": one, "times": times}
            )
    if known.last is None:
        yield Finding(
            NOTE,
            _(
                "No document of this kind has been built yet, so names of figures, charts and tables could not be checked."
            ),
        )
    elif blocks and Placeholder("document", "") not in blocks:
        placed = {one.name for one in blocks if one.kind == "section"}
        left = [part.title for name, part in known.last.sections.items() if name not in placed]
        if left:
            yield Finding(
                NOTE, _("These sections are not placed as a whole: %(sections)s.") % {"sections": "; ".join(left)}
            )


# ---- Word


def _word(document: Any, known: Known) -> Iterator[Finding]:
    yield from _styles(document)
    yield from _unfinished(document)
    lines = list(_word_lines(document))
    for line in lines:
        yield from _line(line, known)
    yield from _coverage(_names_in(lines), known)
    yield from _marks_in_margins(document)
    body = document.element.body
    if any(one.get("descr") in (None, "") for one in body.iter("{*}docPr")):
        yield Finding(
            NOTE, _("A picture has no description for people who cannot see it: in Word, right click, View Alt Text.")
        )


def _styles(document: Any) -> Iterator[Finding]:
    have = {
        (one.find(qn("w:name")).get(qn("w:val")).lower(), one.get(qn("w:type")))
        for one in document.styles.element.iter(qn("w:style"))
        if one.find(qn("w:name")) is not None
    }
    for name in STYLES:
        if (name.lower(), "paragraph") not in have:
            message = _(
                "The style “%(name)s” is missing: part of the document would lose its look. Copy it from the house's own template (Organizer)."
            )
            yield _stop(message % {"name": name})
    if ("figure link", "character") not in have:
        yield Finding(
            NOTE, _("The style “Figure link” is missing: figures that are links will look like the text around them.")
        )


def _unfinished(document: Any) -> Iterator[Finding]:
    if any(next(document.element.body.iter(qn(tag)), None) is not None for tag in ("w:ins", "w:del", "w:moveFrom")):
        yield _stop(_("The file has tracked changes. Accept or reject them first: they would stand in every document."))
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external or kind not in NOT_FILLED:
            continue
        text = relation.target_part.blob.decode("utf-8", "replace")
        if kind == "comments" and "<w:comment " in text:
            yield _stop(_("The file has comments. Delete them first: they would stand in every document."))
        elif "{{" in text:
            yield _stop(_("Names in brackets are not filled in footnotes and the like. Put them into the text."))


def _word_lines(document: Any) -> Iterator[Line]:
    body = document.element.body
    for root in word_filling.roots(document):
        for paragraph in root.iter(qn("w:p")):
            text = filling.WORD.text_of(paragraph)
            if not any(mark in text for mark in ("{{", "}}", "{%", "%}")):
                continue
            boxed = any(one.tag == qn("w:txbxContent") for one in paragraph.iterancestors())
            where = _("text box") if boxed else _("text") if root is body else _("header or footer")
            yield Line(text, where, takes_blocks=root is body and not boxed)


def _marks_in_margins(document: Any) -> Iterator[Finding]:
    """Handling, draft and illustrative data are said on every page: each section has them in its header or footer."""
    for number, section in enumerate(document.sections, 1):
        texts = [
            filling.WORD.text_of(one)
            for part in (section.header, section.footer)
            for one in part._element.iter(qn("w:p"))
        ]
        said = {one.name for one in _names_in(Line(text, "", takes_blocks=False) for text in texts) if not one.kind}
        for mark in (*MARKS, "state"):
            if mark not in said:
                message = _(
                    "{{ %(mark)s }} is missing from header and footer of section %(number)s: every page has to say it."
                )
                yield _stop(message % {"mark": mark, "number": number})


# ---- PowerPoint


def _slides(content: bytes, known: Known) -> Iterator[Finding]:
    deck = Presentation(BytesIO(content))
    yield from _layouts(deck)
    names: list[Placeholder] = []
    for number, slide in enumerate(deck.slides, 1):
        lines = list(_slide_lines(slide, _("slide %(number)s") % {"number": number}))
        names += _names_in(lines)
        for line in lines:
            yield from _line(line, known)
        yield from _kept(slide, number, lines)
    if len(deck.slides):
        yield from _coverage(names, known)
    for layout in [*deck.slide_layouts, deck.slide_master]:
        if any("{{" in filling.SLIDE.text_of(one) for one in layout._element.iter(filling.SLIDE.paragraph)):
            yield _stop(
                _("Names in brackets are filled on slides, not in the slide master: “%(name)s”.")
                % {"name": layout.name}
            )


def _layouts(deck: Any) -> Iterator[Finding]:
    have = {layout.name: {one.placeholder_format.idx for one in layout.placeholders} for layout in deck.slide_layouts}
    for name, places in LAYOUTS.items():
        if name not in have:
            message = _(
                "The slide layout “%(name)s” is missing or has another name. Take it from the house's own template."
            )
            yield _stop(message % {"name": name})
            continue
        for index, place in places.items():
            if index not in have[name]:
                message = _(
                    "The layout “%(name)s” has lost its placeholder “%(place)s”. Take the layout from the house's own template."
                )
                yield _stop(message % {"name": name, "place": place})


def _slide_lines(slide: Any, where: str) -> Iterator[Line]:
    spots = {
        paragraph
        for spot in pptx_filling.spots(slide)
        for paragraph in spot.shape._element.iter(filling.SLIDE.paragraph)
    }
    for paragraph in slide._element.iter(filling.SLIDE.paragraph):
        text = filling.SLIDE.text_of(paragraph)
        if any(mark in text for mark in ("{{", "}}", "{%", "%}")):
            yield Line(text, where, takes_blocks=paragraph in spots)
    if slide.has_notes_slide and "{{" in slide.notes_slide.notes_text_frame.text:
        yield Line("{{ " + _("notes") + " }}", where, takes_blocks=False)


def _kept(slide: Any, number: int, lines: list[Line]) -> Iterator[Finding]:
    """A slide of the template's own says what every slide has to say."""
    spots = list(pptx_filling.spots(slide))
    if any(spot.placeholder.kind in pptx_filling.WHOLE for spot in spots):
        return
    said = {one.name for one in _names_in(lines) if not one.kind}
    for mark in MARKS:
        if mark not in said:
            message = _("{{ %(mark)s }} is missing from slide %(number)s: every slide has to say it.")
            yield _stop(message % {"mark": mark, "number": number})
    for shape in slide.shapes:
        if shape.shape_type is not None and shape._element.tag.endswith("}pic") and not _described(shape):
            yield Finding(
                NOTE,
                _("A picture on slide %(number)s has no description for people who cannot see it.")
                % {"number": number},
            )


def _described(shape: Any) -> bool:
    return any(one.get("descr") for one in shape._element.iter("{*}cNvPr"))
