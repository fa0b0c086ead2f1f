"""PowerPoint: one message a slide, native tables and charts, the questions in the notes."""

import copy
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches, Pt

from throughline.kernel.reporting.blocks import (
    Cell,
    Charts,
    Column,
    Definitions,
    FigureRow,
    Footnotes,
    Heading,
    KeyFigure,
    Row,
    Sentence,
    Snapshot,
    Statements,
    Table,
    Text,
)
from throughline.kernel.reporting.render import words
from throughline.kernel.reporting.render.pptx_charts import place_panel
from throughline.kernel.reporting.render.pptx_template import Place
from throughline.kernel.reporting.sentences import shortened
from throughline.kernel.reporting.templates import slides_template

ROWS_A_SLIDE = 14
GAP = Inches(0.3)
FEW_ROWS = 9
MUCH_TEXT = 900
KEYS_IN_A_LINE = 5
TERMS_A_SLIDE = 8
LONG_TITLE = 36
# Of a text, what can be read in a room; the whole of it is in the speaker's notes.
SAID_ON_A_SLIDE, STATEMENTS_A_SLIDE, LONGEST_TITLE = 210, 7, 130
Box = tuple[int, int, int, int]


def render(snapshot: Snapshot) -> bytes:
    deck = Presentation(BytesIO(slides_template(snapshot.template)))
    _count_parts(deck.part.package)
    _properties(deck, snapshot)
    writer = _Writer(deck, snapshot)
    writer.cover()
    for block in snapshot.blocks:
        if not getattr(block, "aside", False):
            getattr(writer, f"_{block.kind}")(block)
    buffer = BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _properties(deck: Any, snapshot: Snapshot) -> None:
    core = deck.core_properties
    core.title = f"{snapshot.title}, {snapshot.period_label}, {snapshot.scope_label}"
    core.author = core.last_modified_by = snapshot.publisher
    core.subject, core.keywords, core.language = snapshot.programme, snapshot.handling_label, snapshot.language
    core.comments = words.illustrative_line(snapshot)
    core.created = core.modified = datetime.fromisoformat(snapshot.data_time).replace(tzinfo=None)


def _count_parts(package: Any) -> None:
    """Names of new notes and charts by counting: python-pptx walks through the whole package for each of them."""
    taken = {str(part.partname) for part in package.iter_parts()}

    def next_partname(pattern: str) -> PackURI:
        return PackURI(next(name for number in numbers[pattern] if (name := pattern % number) not in taken))

    numbers: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    package.next_partname = next_partname


class _Writer:
    def __init__(self, deck: Any, snapshot: Snapshot) -> None:
        self.deck, self.snapshot = deck, snapshot
        self.layouts = {layout.name: layout for layout in deck.slide_layouts}
        self.section = ""
        self.room: tuple[Any, Box] | None = None

    # ---- slides

    def cover(self) -> None:
        snapshot = self.snapshot
        slide = self.deck.slides.add_slide(self.layouts["Cover"])
        self._say(slide, Place.SECTION, snapshot.programme)
        self._say(slide, Place.TITLE, snapshot.title)
        if len(snapshot.title) > LONG_TITLE:
            slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(34)
        when = " · ".join(part for part in (snapshot.subtitle, snapshot.period_label) if part)
        self._say(slide, 1, f"{when}\n{snapshot.scope_label}")
        facts = [f"{term}: {value}" for term, value in words.facts(snapshot)[2:]]
        self._say(slide, Place.FACTS, "\n".join([*facts, snapshot.publisher]))
        self._mark(slide)

    def _slide(self, title: str, figures: Iterable[str] = ()) -> tuple[Any, Any]:
        """A slide with its message, and the box its content may fill."""
        layout, self.room = self.layouts["Message"], None
        slide = self.deck.slides.add_slide(layout)
        self._say(slide, Place.SECTION, self.section)
        self._say(slide, Place.TITLE, title)
        box = _take_box(slide)
        for shape in layout.placeholders:
            if shape.placeholder_format.idx in (Place.FOOTER, Place.NUMBER):
                slide.shapes._spTree.append(copy.deepcopy(shape._element))
        self._say(
            slide,
            Place.FOOTER,
            f"{self.snapshot.period_label} · {self.snapshot.scope_label} · {words.state_line(self.snapshot)}",
        )
        self._mark(slide)
        self._note(slide, figures)
        return slide, box

    def _say(self, slide: Any, index: int, text: str) -> None:
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == index:
                shape.text_frame.text = text

    def _mark(self, slide: Any) -> None:
        """Handling and, where it applies, that the data are illustrative: on every slide."""
        self._say(slide, Place.NOTICE, words.illustrative_line(self.snapshot))
        self._say(slide, Place.HANDLING, self.snapshot.handling_label)
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == Place.HANDLING:
                font = shape.text_frame.paragraphs[0].runs[0].font
                font.color.rgb = RGBColor.from_string(words.HANDLING[self.snapshot.handling])

    def _note(self, slide: Any, figures: Iterable[str]) -> None:
        """For the speaker: each figure of the slide with the question it answers."""
        lines = []
        for name in dict.fromkeys(figures):
            figure = self.snapshot.figures[name]
            parts = [f"{figure.label}: {figure.text}", figure.base, figure.coverage, self.snapshot.link(name)]
            lines.append(" · ".join(part for part in parts if part))
        if lines:
            slide.notes_slide.notes_text_frame.text = _("Figures on this slide") + "\n" + "\n".join(lines)

    # ---- blocks

    def _heading(self, block: Heading) -> None:
        if block.level == 1:
            self.section = block.text

    def _text(self, block: Text) -> None:
        """Under the key figures where they leave room, else on a slide of its own."""
        if self.room is not None:
            slide, box = self.room
            self.room = None
        else:
            slide, box = self._slide(self.section, _named(block.paragraphs))
        frame = _text_box(slide, box)
        size = 16 if sum(len(self.snapshot.plain(one)) for one in block.paragraphs) < MUCH_TEXT else 12
        for index, sentence in enumerate(block.paragraphs):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(10)
            self._sentence(paragraph, sentence, size)

    def _sentence(self, paragraph: Any, sentence: Sentence, size: float) -> None:
        for run in sentence:
            made = paragraph.add_run()
            made.font.size = Pt(size)
            if run.figure:
                made.text, made.font.bold = self.snapshot.figures[run.figure].text, True
                self._link(made, run.figure)
            else:
                made.text, made.font.bold = run.text, run.strong or None

    def _link(self, run: Any, figure: str) -> None:
        if self.snapshot.link(figure):
            run.hyperlink.address = self.snapshot.link(figure)

    def _title(self, message: Sentence, title: str) -> str:
        return self.snapshot.plain(message).rstrip(".") or title

    def _figures(self, block: FigureRow) -> None:
        named = [item.figure for item in block.items]
        slide, box = self._slide(self._title(block.message, block.title or self.section), named)
        lines = 1 if len(block.items) <= KEYS_IN_A_LINE else 2
        count = -(-len(block.items) // lines)
        width, high = Emu(int((box[2] - GAP * (count - 1)) / count)), Emu(int(box[3] / lines))
        for index, item in enumerate(block.items):
            left, top = Emu(box[0] + (width + GAP) * (index % count)), Emu(box[1] + high * (index // count))
            line = slide.shapes.add_connector(1, left, top, Emu(left + width), top)
            line.line.color.rgb, line.line.width = RGBColor.from_string(words.ACCENT), Pt(1.5)
            self._key_figure(_text_box(slide, (left, Emu(top + Inches(0.12)), width, high)), item)
        if lines == 1:
            below = Inches(0.95)
            self.room = slide, (box[0], Emu(box[1] + box[3] - below), box[2], below)

    def _key_figure(self, frame: Any, item: KeyFigure) -> None:
        _add(frame.paragraphs[0], item.label, 15, bold=True)
        number = frame.add_paragraph()
        run = _add(number, self.snapshot.figures[item.figure].text, 44, bold=True, colour=words.ACCENT)
        self._link(run, item.figure)
        run.font.underline = False
        for change in item.changes:
            line = frame.add_paragraph()
            line.space_before = Pt(8)
            _add(line, change.text, 13, bold=True)
            _add(line, f" {change.against}", 13)
            detail = "; ".join(part for part in (change.detail, change.words) if part)
            if detail:
                _add(frame.add_paragraph(), detail, 11, colour=words.MUTED)
        if item.note:
            _add(frame.add_paragraph(), item.note, 11, colour=words.MUTED)

    def _charts(self, block: Charts) -> None:
        named = [*_named([block.message]), *(name for panel in block.panels for name in panel.figures)]
        slide, box = self._slide(self._title(block.message, block.title), named)
        left, top, width, height = self._captioned(slide, box, block)
        self._say_notes(slide, block.notes)
        columns = max(block.columns, 1)
        if len(block.panels) > 2:
            columns = max(columns, 3)
        rows = -(-len(block.panels) // columns)
        each = (Emu(int((width - GAP * (columns - 1)) / columns)), Emu(int((height - GAP * (rows - 1)) / rows)))
        for index, panel in enumerate(block.panels):
            at = (Emu(left + (each[0] + GAP) * (index % columns)), Emu(top + (each[1] + GAP) * (index // columns)))
            place_panel(slide, panel, (*at, *each), small=len(block.panels) > 1)

    def _captioned(self, slide: Any, box: Box, block: Table | Charts) -> Box:
        """The numbered caption on top; returns what is left under it, with room for notes."""
        left, top, width, height = box
        frame = _text_box(slide, (left, top, width, Inches(0.3)))
        _add(frame.paragraphs[0], f"{words.caption(block)}  ", 12, bold=True, colour=words.ACCENT)
        _add(frame.paragraphs[0], block.title, 12, bold=True)
        below = Inches(0.22 * len(block.notes))
        return left, Emu(top + Inches(0.36)), width, Emu(height - Inches(0.42) - below)

    def _say_notes(self, slide: Any, notes: tuple[str, ...]) -> None:
        """Notes at the foot of the content, just above the line."""
        if notes:
            high = Inches(0.22 * len(notes))
            foot = _text_box(slide, (Inches(0.7), Emu(Inches(6.72) - high), Inches(11.93), high))
            for index, note in enumerate(notes):
                _add(foot.paragraphs[0] if index == 0 else foot.add_paragraph(), note, 10, colour=words.MUTED)

    def _table(self, block: Table) -> None:
        pages = [block.rows[start : start + ROWS_A_SLIDE] for start in range(0, len(block.rows), ROWS_A_SLIDE)]
        if len(pages) > 1 and len(pages[-1]) < 3:  # no slide for a total alone
            pages = _evenly(block.rows, len(pages))
        for number, rows in enumerate(_headed(pages), 1):
            title = self._title(block.message, block.title)
            if len(pages) > 1:
                title += " " + _("(%(number)s of %(all)s)") % {"number": number, "all": len(pages)}
            named = [cell.figure for row in rows for cell in row.cells if cell.figure]
            slide, box = self._slide(title, named)
            self._grid(slide, self._captioned(slide, box, block), block, rows)
            self._say_notes(slide, block.notes)

    def _grid(self, slide: Any, box: Box, block: Table, rows: tuple[Row, ...]) -> None:
        left, top, width, height = box
        few = len(rows) <= FEW_ROWS
        high = min(Inches(0.42 if few else 0.36), Emu(int(height / (len(rows) + 1))))
        shape = slide.shapes.add_table(len(rows) + 1, len(block.columns), left, top, width, Emu(high * (len(rows) + 1)))
        shape._element.nvGraphicFramePr.cNvPr.set("descr", block.title)
        _plain_style(shape)
        table, size = shape.table, 13 if few else 11
        whole = sum(column.width for column in block.columns)
        for place, column in enumerate(block.columns):
            table.columns[place].width = Emu(int(width * column.width / whole))
            _fill(table.cell(0, place), column.label, column.align, size, bold=True, colour=words.MUTED, line=words.INK)
        for index, row in enumerate(rows, 1):
            table.rows[index].height = high
            if row.kind == "group":
                table.cell(index, 0).merge(table.cell(index, len(block.columns) - 1))
                text = self.snapshot.cell(row.cells[0])
                _fill(table.cell(index, 0), text, "left", size, bold=True, colour=words.ACCENT)
                continue
            total = row.kind == "total"
            for place, (cell, column) in enumerate(zip(row.cells, block.columns, strict=True)):
                text = ("   " if row.kind == "part" and place == 0 else "") + self.snapshot.cell(cell)
                line = words.INK if total else words.RULE
                _fill(table.cell(index, place), text, column.align, size, bold=total or cell.strong, line=line)

    def _statements(self, block: Statements) -> None:
        """Who says what, shortened to what a slide bears; the words themselves are in the notes."""
        columns = (Column(_("Who"), "left", 3), Column(_("Status"), "left", 4), Column("", "left", 18))
        for start in range(0, len(block.items), STATEMENTS_A_SLIDE):
            items = block.items[start : start + STATEMENTS_A_SLIDE]
            slide, box = self._slide(shortened(block.title or self.section, LONGEST_TITLE))
            rows = tuple(
                Row(
                    (
                        Cell(one.name, strong=True),
                        one.status,
                        Cell(shortened(" ".join(one.paragraphs), SAID_ON_A_SLIDE)),
                    )
                )
                for one in items
            )
            self._grid(slide, box, Table("", block.title, columns, rows), rows)
            said = ["\n".join([one.name, self.snapshot.cell(one.status), *one.paragraphs, one.note]) for one in items]
            slide.notes_slide.notes_text_frame.text = "\n\n".join([block.title, *said])

    def _definitions(self, block: Definitions) -> None:
        size = -(-len(block.items) // (-(-len(block.items) // TERMS_A_SLIDE) or 1))
        for start in range(0, len(block.items), size or 1):
            items = block.items[start : start + size]
            slide, box = self._slide(
                block.title or self.section, [name for item in items for name in _named([item.text])]
            )
            frame = slide.shapes.add_table(len(items), 2, box[0], box[1], box[2], Inches(0.5 * len(items)))
            frame._element.nvGraphicFramePr.cNvPr.set("descr", block.title or self.section)
            _plain_style(frame, header=False)
            frame.table.columns[0].width, frame.table.columns[1].width = Inches(2.4), Emu(box[2] - Inches(2.4))
            for index, item in enumerate(items):
                _fill(frame.table.cell(index, 0), item.term, "left", 12, bold=True)
                _fill(frame.table.cell(index, 1), self.snapshot.plain(item.text), "left", 12)

    def _footnotes(self, block: Footnotes) -> None:
        """Under the last slide, where there is room; a slide of its own for a footnote would be an empty one."""
        if not block.items or len(self.deck.slides) < 2:
            return
        slide = self.deck.slides[len(self.deck.slides) - 1]
        high = Inches(0.3 * len(block.items))
        frame = _text_box(slide, (Inches(0.7), Emu(Inches(6.8) - high), Inches(11.93), high))
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        for index, note in enumerate(block.items):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            _add(paragraph, f"{note.mark} {note.text}", 10, colour=words.MUTED)


def _fill(
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
    _add(paragraph, text, size, bold=bold, colour=colour)
    _under(cell, line, 0.5 if line == words.RULE else 1.0)


def _take_box(slide: Any) -> tuple[int, int, int, int]:
    """Where the layout wants the content; the empty placeholder itself goes."""
    for shape in slide.placeholders:
        if shape.placeholder_format.idx == Place.BODY:
            box = (shape.left, shape.top, shape.width, shape.height)
            shape._element.getparent().remove(shape._element)
            return box
    return Inches(0.7), Inches(1.85), Inches(11.93), Inches(4.8)


def _named(sentences: Iterable[Sentence]) -> list[str]:
    return [run.figure for sentence in sentences for run in sentence if run.figure]


def _headed(pages: list[tuple[Row, ...]]) -> list[tuple[Row, ...]]:
    """The same pages, where a heading that would stand last stands first on the next."""
    found: list[tuple[Row, ...]] = []
    over: tuple[Row, ...] = ()
    for place, page in enumerate(pages):
        rows = (*over, *page)
        over = rows[-1:] if rows[-1].kind == "group" and place + 1 < len(pages) else ()
        found.append(rows[: len(rows) - len(over)])
    return found


def _evenly(rows: tuple[Row, ...], parts: int) -> list[tuple[Row, ...]]:
    size = -(-len(rows) // parts)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _text_box(slide: Any, box: Any) -> Any:
    frame = slide.shapes.add_textbox(*box).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _add(paragraph: Any, text: str, size: float, *, bold: bool = False, colour: str = words.INK) -> Any:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _plain_style(frame: Any, *, header: bool = True) -> None:
    """No fills and no bands: tables breathe by lines."""
    properties = frame._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", "1" if header else "0")
    style = properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId")
    style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # 'No style, no grid', known to every PowerPoint


def _under(cell: Any, colour: str, points: float) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(
        parse_xml(
            '<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            f'w="{int(Pt(points))}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
        )
    )
