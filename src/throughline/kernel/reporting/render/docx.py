"""Word: the template filled with the words and figures of the document, then the blocks put in their places.

Everything visible takes its look from a named style of the template; only what Word has no
style for (widths, table lines) is set here.
"""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import vl_convert
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from throughline.kernel.reporting.blocks import (
    Charts,
    Definitions,
    FigureRow,
    Footnotes,
    Heading,
    KeyFigure,
    Sentence,
    Snapshot,
    Statement,
    Statements,
    Table,
    Text,
)
from throughline.kernel.reporting.names import Names
from throughline.kernel.reporting.placeholders import Placeholder
from throughline.kernel.reporting.render import filling, pictures, word_fields, word_filling, words
from throughline.kernel.reporting.templates import word_template

LONG_STATEMENT = 1500  # letters; a longer one may run over the page's end


def render(snapshot: Snapshot, look: bytes | None = None) -> bytes:
    """`look` is the template the programme made active; without one, the house's own is used."""
    document = Document(BytesIO(word_template(snapshot.template) if look is None else look))
    names = Names(snapshot)
    _properties(document, snapshot)
    places = filling.blocks_in(document.element.body, filling.WORD)
    writer = _Writer(document, names)
    word_filling.fill(document, names, writer.links)
    writer.write(places)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _properties(document: Any, snapshot: Snapshot) -> None:
    core = document.core_properties
    core.title = f"{snapshot.title}, {snapshot.period_label}, {snapshot.scope_label}"
    core.author = core.last_modified_by = snapshot.publisher
    core.subject = snapshot.programme
    core.keywords = snapshot.handling_label
    core.comments = words.illustrative_line(snapshot)
    core.language = snapshot.language
    core.created = core.modified = datetime.fromisoformat(snapshot.data_time).replace(tzinfo=None)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), snapshot.language)
    document.settings.element.append(word_fields.element("updateFields", val="true"))


class _Writer:
    """Puts the blocks in front of a place's paragraph, one after the other."""

    def __init__(self, document: Any, names: Names) -> None:
        self.document, self.names, self.snapshot = document, names, names.snapshot
        self.links = word_fields.Names(document)
        self.marker: Any = None
        self.width = 0
        self.numbers = {"table": 0, "charts": 0}
        self.headings: list[tuple[int, str, str]] = []
        self.captions: list[tuple[str, str, str]] = []

    def write(self, places: list[filling.Found]) -> None:
        placed = frozenset(one.placeholder.name for one in places if one.placeholder.kind == "section")
        last = [one for one in places if one.placeholder.kind == "contents"]
        for one in [one for one in places if one not in last] + last:  # contents know what they list at the end
            self.marker = Paragraph(one.paragraph, self.document._body)
            self.width = word_filling.width_at(self.document, one.paragraph)
            self._place(one.placeholder, placed)

    def _place(self, one: Placeholder, placed: frozenset[str]) -> None:
        if one.kind == "line":
            self._cover_line()
            return
        if one.kind == "contents":
            self._contents()
        elif one.kind == "facts":
            self._facts()
        blocks = self.names.blocks(one, placed)
        if one.kind == "section" and blocks and isinstance(blocks[0], Heading):
            blocks = (replace(blocks[0], new_page=False), *blocks[1:])  # where its page starts is the template's affair
        for block in blocks:
            getattr(self, f"_{block.kind}")(block)
        self._leave()

    def _leave(self) -> None:
        """Out with the place's own paragraph, unless Word needs one there: after a table, at an end or before another."""
        before, after = self.marker._p.getprevious(), self.marker._p.getnext()
        if (before is not None and before.tag != qn("w:tbl") and before.tag != qn("w:tcPr")) or (
            after is not None and after.tag == qn("w:p")
        ):
            self.marker._p.getparent().remove(self.marker._p)
            return
        self.marker.clear()
        self.links.style(self.marker, "Note")

    def _paragraph(self, style: str, text: str = "") -> Any:
        return self.links.style(self.marker.insert_paragraph_before(text), style)

    def _sentence(self, paragraph: Any, sentence: Sentence) -> None:
        for run in sentence:
            if run.figure:
                self._figure_text(paragraph, run.figure, bold=True)
            else:
                paragraph.add_run(run.text).bold = run.strong or None

    def _figure_text(self, paragraph: Any, figure: str, *, bold: bool = False) -> None:
        text = self.snapshot.figures[figure].text
        if self.snapshot.link(figure):
            self.links.hyperlink(paragraph, self.snapshot.link(figure), text, "Figure link", bold=bold)
        else:
            paragraph.add_run(text).bold = bold or None

    # ---- blocks

    def _heading(self, block: Heading) -> None:
        paragraph = self._paragraph(f"Heading {block.level}", block.text)
        if block.new_page:
            paragraph.paragraph_format.page_break_before, paragraph.paragraph_format.space_before = True, Pt(0)
        name = f"_Toc{len(self.headings) + 1:07d}0"
        word_fields.bookmark(paragraph, name, len(self.headings) + 1)
        self.headings.append((block.level, block.text, name))

    def _text(self, block: Text) -> None:
        for sentence in block.paragraphs:
            paragraph = self._paragraph("Normal")
            if paragraph._p.getprevious().tag == qn("w:tbl"):
                paragraph.paragraph_format.space_before = Pt(14)
            self._sentence(paragraph, sentence)

    def _message(self, sentence: Sentence) -> None:
        if sentence:
            self._sentence(self._paragraph("Key message"), sentence)

    def _caption(self, block: Table | Charts) -> None:
        """'Figure 3' as a field, so that Word numbers on when somebody adds one of their own."""
        self.numbers[block.kind] += 1
        label, number = _("Table") if isinstance(block, Table) else _("Figure"), self.numbers[block.kind]
        paragraph = self._paragraph("Caption", f"{label} ")
        word_fields.field(paragraph, f"SEQ {label} \\* ARABIC", str(number))
        paragraph.add_run(f"  {block.title}")
        name = f"_Toc{len(self.captions) + 1:07d}1"
        word_fields.bookmark(paragraph, name, 1000 + len(self.captions))
        self.captions.append((label, f"{label} {number}  {block.title}", name))

    def _notes(self, notes: tuple[str, ...]) -> None:
        if not notes:
            return
        paragraph = self._paragraph("Note")
        for index, note in enumerate(notes):
            run = paragraph.add_run(note)
            if index < len(notes) - 1:
                run.add_break()

    def _grid(self, rows: int, columns: list[float]) -> Any:
        """A table across the text, its columns in the given proportions, before the marker."""
        table = self.document.add_table(rows=rows, cols=len(columns))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        whole = sum(columns)
        widths = [Emu(int(self.width * part / whole)) for part in columns]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        self.marker._p.addprevious(table._tbl)
        return table

    def _figures(self, block: FigureRow) -> None:
        self._message(block.message)
        items = list(block.items)
        wide = [items.pop(0)] if len(items) % 2 else []
        table = self._grid(len(wide) + len(items) // 2, [1, 1])
        word_fields.margins(table, top=80, bottom=200, left=0, right=200)
        word_fields.describe(table, block.title or _("Key figures"))
        for row in table.rows:
            word_fields.keep_whole(row)
            for cell in row.cells:
                word_fields.borders(cell, top=(10, words.ACCENT))
        if wide:
            left, right = table.rows[0].cells
            self._key_figure(left, wide[0], changes=False)
            self._changes(right, wide[0], right.paragraphs[0])
        for index, item in enumerate(items):
            self._key_figure(table.rows[len(wide) + index // 2].cells[index % 2], item)

    def _key_figure(self, cell: Any, item: KeyFigure, *, changes: bool = True) -> None:
        label = self.links.style(cell.paragraphs[0], "Figure label")
        label.add_run(item.label)
        self._figure_text(self.links.style(cell.add_paragraph(), "Figure number"), item.figure)
        if changes:
            self._changes(cell, item, None)

    def _changes(self, cell: Any, item: KeyFigure, first: Any) -> None:
        for change in item.changes:
            paragraph = first if first is not None else cell.add_paragraph()
            first = None
            self.links.style(paragraph, "Change").add_run(change.text).bold = True
            paragraph.add_run(f" {change.against}")
            detail = "; ".join(part for part in (change.detail, change.words) if part)
            if detail:
                self.links.style(cell.add_paragraph(detail), "Change detail")
        if item.note:
            self.links.style(cell.add_paragraph(item.note), "Change detail")

    def _table(self, block: Table) -> None:
        self._message(block.message)
        self._caption(block)
        table = self._grid(len(block.rows) + 1, [column.width for column in block.columns])
        word_fields.margins(table, left=50, right=50)
        word_fields.describe(table, block.title)
        word_fields.repeat_header(table.rows[0])
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            self._into(cell, "Table head", column.align).add_run(column.label)
            word_fields.borders(cell, top=(8, words.INK), bottom=(6, words.INK))
        short = len(block.rows) <= 22
        for index, (row, line) in enumerate(zip(table.rows[1:], block.rows, strict=True)):
            last = index == len(block.rows) - 1
            self._line(row, line, block, last=last, together=short and (not last or bool(block.notes)))
        self._notes(block.notes)

    def _line(self, row: Any, line: Any, block: Table, *, last: bool, together: bool) -> None:
        word_fields.keep_whole(row)
        if line.kind == "group":
            merged = row.cells[0].merge(row.cells[-1])
            paragraph = self._into(merged, "Table head", "left")
            paragraph.add_run(self.snapshot.cell(line.cells[0]))
            word_fields.borders(merged, bottom=(2, words.RULE))
            return
        total = line.kind == "total"
        for place, (cell, content, column) in enumerate(zip(row.cells, line.cells, block.columns, strict=True)):
            paragraph = self._into(cell, "Table text", column.align)
            paragraph.paragraph_format.keep_with_next = together or None
            if line.kind == "part" and place == 0:
                paragraph.paragraph_format.left_indent = Mm(3.5)
            bold = total or content.strong
            if content.figure:
                self._figure_text(paragraph, content.figure, bold=bold)
            else:
                paragraph.add_run(content.text).bold = bold or None
            top = {"top": (6, words.INK)} if total else {}
            word_fields.borders(cell, bottom=(8, words.INK) if last else (2, words.RULE), **top)

    def _into(self, cell: Any, style: str, align: str) -> Any:
        paragraph = self.links.style(cell.paragraphs[0], style)
        if align == "right":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph

    def _charts(self, block: Charts) -> None:
        self._message(block.message)
        self._caption(block)
        columns = max(block.columns, 1)
        if columns == 1:
            for panel in block.panels:
                width = Emu(int(self.width * pictures.share_of_page(panel)))
                self._picture(self._paragraph("Picture"), panel, width, keep=bool(block.notes))
        else:
            rows = -(-len(block.panels) // columns)
            table = self._grid(rows, [1.0] * columns)
            word_fields.margins(table, right=120, bottom=60)
            for row in table.rows:
                word_fields.keep_whole(row)
            for index, panel in enumerate(block.panels):
                cell = table.rows[index // columns].cells[index % columns]
                paragraph = self.links.style(cell.paragraphs[0], "Picture")
                self._picture(
                    paragraph, panel, Emu(int(self.width / columns) - Mm(3)), keep=index // columns < rows - 1
                )
        self._notes(block.notes)

    def _picture(self, paragraph: Any, panel: Any, width: int, *, keep: bool) -> None:
        picture = paragraph.add_run().add_picture(BytesIO(pictures.png(panel)), width=width)
        word_fields.alternative(picture, panel.alt, panel.chart.get("title", ""))
        paragraph.paragraph_format.keep_with_next = keep or None

    def _definitions(self, block: Definitions) -> None:
        if block.title:
            self._heading(Heading(block.title, 2))
        table = self._grid(len(block.items), [38, 126])
        word_fields.margins(table, top=60, bottom=60, right=100)
        word_fields.describe(table, block.title or _("Method, coverage and sources"))
        for row, item in zip(table.rows, block.items, strict=True):
            word_fields.keep_whole(row)
            self._into(row.cells[0], "Table text", "left").add_run(item.term).bold = True
            self._sentence(self._into(row.cells[1], "Table text", "left"), item.text)
            for cell in row.cells:
                word_fields.borders(cell, top=(2, words.RULE))

    def _statements(self, block: Statements) -> None:
        table = self._grid(len(block.items), [40, 124])
        word_fields.margins(table, top=80, bottom=40, right=100)
        word_fields.describe(table, block.title)
        for row, item in zip(table.rows, block.items, strict=True):
            if sum(map(len, item.paragraphs)) < LONG_STATEMENT:
                word_fields.keep_whole(row)
            name, said = row.cells
            self._into(name, "Table text", "left").add_run(item.name).bold = True
            self._cell_text(self.links.style(name.add_paragraph(), "Table text"), item)
            for index, paragraph in enumerate(item.paragraphs):
                place = said.paragraphs[0] if index == 0 else said.add_paragraph()
                self.links.style(place, "Normal").add_run(paragraph).italic = item.missing or None
            if item.note:
                self.links.style(said.add_paragraph(item.note), "Note")
            for cell in row.cells:
                word_fields.borders(cell, top=(2, words.RULE))

    def _cell_text(self, paragraph: Any, item: Statement) -> None:
        if item.status.figure:
            self._figure_text(paragraph, item.status.figure)
        else:
            paragraph.add_run(item.status.text)

    def _footnotes(self, block: Footnotes) -> None:
        for note in block.items:
            self._paragraph("Note", f"{note.mark} {note.text}")

    # ---- contents and cover

    def _contents(self) -> None:
        """Contents, figures and tables as fields that Word fills with page numbers; until then they list the titles."""
        self._list(' TOC \\o "1-2" \\h \\z \\u ', [(f"TOC {level}", text, name) for level, text, name in self.headings])
        for label, title in ((_("Figure"), _("Figures")), (_("Table"), _("Tables"))):
            entries = [("TOC 3", text, name) for kind, text, name in self.captions if kind == label]
            if entries:
                self._paragraph("Contents part", title)
                self._list(f' TOC \\h \\z \\c "{label}" ', entries)

    def _list(self, code: str, entries: list[tuple[str, str, str]]) -> None:
        for index, (style, text, name) in enumerate(entries):
            line = self._paragraph(style)
            if index == 0:
                word_fields.open_field(line, code, dirty=True)
            link = word_fields.element("hyperlink", anchor=name, history="1")
            link.append(line.add_run(text)._r)
            line._p.append(link)
            if index == len(entries) - 1:
                word_fields.close_field(line)

    def _facts(self) -> None:
        """What the cover says of the document, line by line."""
        facts = words.facts(self.snapshot)
        table = self._grid(len(facts), [40, 124])
        word_fields.describe(table, _("About this document"))
        for row, (term, value) in zip(table.rows, facts, strict=True):
            for cell, text in zip(row.cells, (term, value), strict=True):
                self._into(cell, "Cover text", "left").add_run(text)

    def _cover_line(self) -> None:
        self.marker.clear()
        drawn = vl_convert.svg_to_png(words.line_svg(), scale=3)
        picture = self.marker.add_run().add_picture(BytesIO(drawn), width=self.width)
        word_fields.alternative(picture, _("A line with six stations; the sixth, Report, is filled."), "line")
