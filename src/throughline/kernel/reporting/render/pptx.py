"""PowerPoint: one message a slide, native tables and charts, the questions in the notes."""

import copy
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.packuri import PackURI
from pptx.util import Emu, Inches, Pt

from throughline.kernel.reporting.blocks import (
    Block,
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
from throughline.kernel.reporting.names import Names
from throughline.kernel.reporting.render import pptx_filling, words
from throughline.kernel.reporting.render.pptx_charts import place_panel
from throughline.kernel.reporting.render.pptx_pieces import (
    add,
    fill_cell,
    plain_style,
    smaller_if_long,
    take_box,
    text_box,
)
from throughline.kernel.reporting.render.pptx_template import Place
from throughline.kernel.reporting.sentences import shortened
from throughline.kernel.reporting.templates import slides_template

ROWS_A_SLIDE = 14
GAP = Inches(0.3)
FEW_ROWS = 9
MUCH_TEXT, LITTLE_TEXT, FEW_LINES = 900, 300, 2
KEYS_IN_A_LINE = 5
TERMS_A_SLIDE = 8
# Of a text, what can be read in a room; the whole of it is in the speaker's notes.
SAID_ON_A_SLIDE, STATEMENTS_A_SLIDE, LONGEST_TITLE = 210, 7, 130
COVER, MESSAGE = "Cover", "Message"
LEAST_ROW, NOTE_LINE = Inches(0.3), 0.22
Box = tuple[int, int, int, int]


def render(snapshot: Snapshot, look: bytes | None = None) -> bytes:
    """`look` is the template the programme made active; without one, the house's own is used."""
    deck = Presentation(BytesIO(slides_template(snapshot.template) if look is None else look))
    _count_parts(deck.part.package)
    _properties(deck, snapshot)
    _Writer(deck, Names(snapshot)).write()
    pptx_filling.forget_sections(deck)
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
    def __init__(self, deck: Any, names: Names) -> None:
        self.deck, self.names, self.snapshot = deck, names, names.snapshot
        self.layouts = {layout.name: layout for layout in deck.slide_layouts}
        self.section = self.above = ""
        self.room: tuple[Any, Box] | None = None
        self.last: Any = None
        self.at = 0  # how many slides stand before the next one
        self.numbers: dict[str, int] | None = None  # where the template has an order of its own

    # ---- the template's own slides

    def write(self) -> None:
        """Slide by slide of the template: some are filled, in the place of others come slides of the document."""
        slides = [(slide, list(pptx_filling.spots(slide))) for slide in self.deck.slides]
        named = [spot.placeholder for _slide, found in slides for spot in found]
        placed = frozenset(one.name for one in named if one.kind == "section")
        if any(one.kind != "document" for one in named):
            self.numbers = {"table": 0, "charts": 0}
        if not slides:
            self.cover()
            self._blocks(self.snapshot.blocks)
        used: list[Any] = []
        for slide, found in slides:
            self.at += 1
            whole = [spot for spot in found if spot.placeholder.kind in pptx_filling.WHOLE]
            if not whole:
                self._fill(slide, found)
                continue
            for spot in whole:
                self._blocks(self.names.blocks(spot.placeholder, placed))
            used.append(slide)
        pptx_filling.remove(self.deck, used)

    def _blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if not getattr(block, "aside", False):
                getattr(self, f"_{block.kind}")(block)

    def _fill(self, slide: Any, found: list[pptx_filling.Spot]) -> None:
        """A slide of the template, kept: words and figures filled in, charts and tables in their shapes."""
        self.last, self.room = slide, None
        used = pptx_filling.fill(slide, self.names)
        for spot in found:
            shape = spot.shape
            box = (shape.left, shape.top, shape.width, shape.height)
            shape._element.getparent().remove(shape._element)
            for block in self.names.blocks(spot.placeholder):
                if isinstance(block, Charts):
                    used += _named([block.message]) + [name for panel in block.panels for name in panel.figures]
                    self._draw(slide, self._captioned(slide, box, self._numbered(block)), block)
                elif isinstance(block, Table):
                    self._table_in(slide, box, self._numbered(block))
        self._colour_chip(slide)
        title = slide.shapes.title
        if title is not None and title.has_text_frame and slide.slide_layout.name == COVER:
            smaller_if_long(title.text_frame)
        self._note(slide, used)

    def _table_in(self, slide: Any, box: Box, block: Table) -> None:
        """A table in the shape of the template; rows that find no room there go on, on slides of their own."""
        inner = self._captioned(slide, box, block)
        most = max(int(inner[3] / LEAST_ROW) - 1, 3)
        self._grid(slide, inner, block, block.rows[:most])
        self._under(slide, box, block.notes)
        if block.rows[most:]:
            rest = replace(block, rows=block.rows[most:], message=())
            self._table_pages(rest, _("%(title)s (continued)") % {"title": block.title})

    def _under(self, slide: Any, box: Box, notes: tuple[str, ...]) -> None:
        if notes:
            high = Inches(NOTE_LINE * len(notes))
            foot = text_box(slide, (box[0], Emu(box[1] + box[3] - high), box[2], high))
            for index, note in enumerate(notes):
                add(foot.paragraphs[0] if index == 0 else foot.add_paragraph(), note, 10, colour=words.MUTED)

    def _numbered(self, block: Any) -> Any:
        """The block with its number in the order of the slides, where that is not the order of the document."""
        if self.numbers is None:
            return block
        self.numbers[block.kind] += 1
        return replace(block, number=self.numbers[block.kind])

    def _new(self, layout: Any) -> Any:
        """A slide of its own, behind the one before it."""
        slide = self.deck.slides.add_slide(layout)
        entries = self.deck.slides._sldIdLst
        entries.insert(self.at, entries[-1])
        self.at += 1
        self.last = slide
        return slide

    # ---- slides

    def cover(self) -> None:
        snapshot = self.snapshot
        slide = self._new(self.layouts[COVER])
        self._say(slide, Place.SECTION, snapshot.programme)
        self._say(slide, Place.TITLE, snapshot.title)
        smaller_if_long(slide.shapes.title.text_frame)
        when = " · ".join(part for part in (snapshot.subtitle, snapshot.period_label) if part)
        self._say(slide, 1, f"{when}\n{snapshot.scope_label}")
        facts = [f"{term}: {value}" for term, value in words.facts(snapshot)[2:]]
        self._say(slide, Place.FACTS, "\n".join([*facts, snapshot.publisher]))
        self._mark(slide)

    def _slide(self, title: str, figures: Iterable[str] = ()) -> tuple[Any, Any]:
        """A slide with its message, and the box its content may fill."""
        layout, self.room = self.layouts[MESSAGE], None
        slide = self._new(layout)
        self._say(slide, Place.SECTION, self.section)
        self._say(slide, Place.TITLE, title)
        box = take_box(slide)
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
        self._colour_chip(slide)

    def _colour_chip(self, slide: Any) -> None:
        """The handling in the colour the standard prescribes, which is for letters on black."""
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == Place.HANDLING:
                for run in shape.text_frame.paragraphs[0].runs:
                    run.font.color.rgb = RGBColor.from_string(words.HANDLING[self.snapshot.handling])

    def _note(self, slide: Any, figures: Iterable[str]) -> None:
        """For the speaker: each figure of the slide with the question it answers."""
        lines = []
        for name in dict.fromkeys(figures):
            figure = self.snapshot.figures[name]
            parts = [f"{figure.label}: {figure.text}", figure.base, figure.coverage, self.snapshot.link(name)]
            lines.append(" · ".join(part for part in parts if part))
        if lines:
            frame = slide.notes_slide.notes_text_frame
            written = [frame.text, ""] if frame.text.strip() else []
            frame.text = "\n".join([*written, _("Figures on this slide"), *lines])

    # ---- blocks

    def _heading(self, block: Heading) -> None:
        if block.level == 1:
            self.section = self.above = block.text
        else:
            self.section = " · ".join(part for part in (self.above, block.text) if part)

    def _text(self, block: Text) -> None:
        """Under the key figures where they leave room for it, else on a slide of its own."""
        said = sum(len(self.snapshot.plain(one)) for one in block.paragraphs)
        if self.room is not None and len(block.paragraphs) <= FEW_LINES and said <= LITTLE_TEXT:
            slide, box = self.room
            self.room = None
        else:
            slide, box = self._slide(self.section, _named(block.paragraphs))
        frame = text_box(slide, box)
        size = 16 if said < MUCH_TEXT else 12
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
            self._key_figure(text_box(slide, (left, Emu(top + Inches(0.12)), width, high)), item)
        if lines == 1:
            below = Inches(0.95)
            self.room = slide, (box[0], Emu(box[1] + box[3] - below), box[2], below)

    def _key_figure(self, frame: Any, item: KeyFigure) -> None:
        add(frame.paragraphs[0], item.label, 15, bold=True)
        number = frame.add_paragraph()
        run = add(number, self.snapshot.figures[item.figure].text, 44, bold=True, colour=words.ACCENT)
        self._link(run, item.figure)
        run.font.underline = False
        for change in item.changes:
            line = frame.add_paragraph()
            line.space_before = Pt(8)
            add(line, change.text, 13, bold=True)
            add(line, f" {change.against}", 13)
            detail = "; ".join(part for part in (change.detail, change.words) if part)
            if detail:
                add(frame.add_paragraph(), detail, 11, colour=words.MUTED)
        if item.note:
            add(frame.add_paragraph(), item.note, 11, colour=words.MUTED)

    def _charts(self, block: Charts) -> None:
        named = [*_named([block.message]), *(name for panel in block.panels for name in panel.figures)]
        slide, box = self._slide(self._title(block.message, block.title), named)
        self._draw(slide, self._captioned(slide, box, self._numbered(block)), block)
        self._say_notes(slide, block.notes)

    def _draw(self, slide: Any, box: Box, block: Charts) -> None:
        """One chart, or small multiples beside one another."""
        left, top, width, height = box
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
        frame = text_box(slide, (left, top, width, Inches(0.3)))
        add(frame.paragraphs[0], f"{words.caption(block)}  ", 12, bold=True, colour=words.ACCENT)
        add(frame.paragraphs[0], block.title, 12, bold=True)
        below = Inches(0.22 * len(block.notes))
        return left, Emu(top + Inches(0.36)), width, Emu(height - Inches(0.42) - below)

    def _say_notes(self, slide: Any, notes: tuple[str, ...]) -> None:
        """Notes at the foot of the content, just above the line."""
        if notes:
            high = Inches(0.22 * len(notes))
            foot = text_box(slide, (Inches(0.7), Emu(Inches(6.72) - high), Inches(11.93), high))
            for index, note in enumerate(notes):
                add(foot.paragraphs[0] if index == 0 else foot.add_paragraph(), note, 10, colour=words.MUTED)

    def _table(self, block: Table) -> None:
        self._table_pages(self._numbered(block), self._title(block.message, block.title))

    def _table_pages(self, block: Table, said: str) -> None:
        """A long table over several slides, each with the heads; no heading last, no total alone."""
        pages = [block.rows[start : start + ROWS_A_SLIDE] for start in range(0, len(block.rows), ROWS_A_SLIDE)]
        if len(pages) > 1 and len(pages[-1]) < 3:  # no slide for a total alone
            pages = _evenly(block.rows, len(pages))
        for number, rows in enumerate(_headed(pages), 1):
            title = said
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
        plain_style(shape)
        table, size = shape.table, 13 if few else 11
        whole = sum(column.width for column in block.columns)
        for place, column in enumerate(block.columns):
            table.columns[place].width = Emu(int(width * column.width / whole))
            fill_cell(
                table.cell(0, place), column.label, column.align, size, bold=True, colour=words.MUTED, line=words.INK
            )
        table.rows[0].height = _head_height(table, block, size, high)
        for index, row in enumerate(rows, 1):
            table.rows[index].height = high
            if row.kind == "group":
                table.cell(index, 0).merge(table.cell(index, len(block.columns) - 1))
                text = self.snapshot.cell(row.cells[0])
                fill_cell(table.cell(index, 0), text, "left", size, bold=True, colour=words.ACCENT)
                continue
            total = row.kind == "total"
            for place, (cell, column) in enumerate(zip(row.cells, block.columns, strict=True)):
                text = ("   " if row.kind == "part" and place == 0 else "") + self.snapshot.cell(cell)
                line = words.INK if total else words.RULE
                fill_cell(table.cell(index, place), text, column.align, size, bold=total or cell.strong, line=line)

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
            plain_style(frame, header=False)
            frame.table.columns[0].width, frame.table.columns[1].width = Inches(2.4), Emu(box[2] - Inches(2.4))
            for index, item in enumerate(items):
                fill_cell(frame.table.cell(index, 0), item.term, "left", 12, bold=True)
                fill_cell(frame.table.cell(index, 1), self.snapshot.plain(item.text), "left", 12)

    def _footnotes(self, block: Footnotes) -> None:
        """Under the last slide, where there is room; a slide of its own for a footnote would be an empty one."""
        slide = self.last
        if not block.items or slide is None:
            return
        high = Inches(0.3 * len(block.items))
        frame = text_box(slide, (Inches(0.7), Emu(Inches(6.8) - high), Inches(11.93), high))
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        for index, note in enumerate(block.items):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            add(paragraph, f"{note.mark} {note.text}", 10, colour=words.MUTED)


def _head_height(table: Any, block: Table, size: int, least: int) -> int:
    """As high as the longest head needs: programs that show slides do not make room by themselves."""
    lines = [
        math.ceil(len(column.label) * size * 0.6 * Pt(1) / table.columns[place].width)
        for place, column in enumerate(block.columns)
    ]
    return max(least, Emu(int(max(lines) * size * 1.25 * Pt(1)) + Inches(0.06)))


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
