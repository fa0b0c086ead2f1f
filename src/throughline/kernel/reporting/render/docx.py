"""Word: the template's cover, headers and styles by docxtpl, the blocks by python-docx.

Everything visible takes its look from a named style of the template; only what Word has no
style for (widths, table lines) is set here.
"""

from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from typing import Any

import vl_convert
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

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
from throughline.kernel.reporting.render import pictures, word_fields, words
from throughline.kernel.reporting.templates import word_template

MARKER, CONTENTS, LINE = "[[document]]", "[[contents]]", "[[line]]"
TEXT_WIDTH = Mm(164)
LONG_STATEMENT = 1500  # letters; a longer one may run over the page's end


def render(snapshot: Snapshot) -> bytes:
    filled = DocxTemplate(BytesIO(word_template(snapshot.template)))
    filled.render(_context(snapshot), SandboxedEnvironment(autoescape=True))
    half = BytesIO()
    filled.save(half)
    document = Document(half)
    _properties(document, snapshot)
    _colour_chips(document, words.HANDLING[snapshot.handling], snapshot.handling_label)
    _Writer(document, snapshot).write()
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _context(snapshot: Snapshot) -> dict[str, Any]:
    """What the template may name. Plain texts only: a template can print them, not ask them."""
    plain = {key: value for key, value in asdict(snapshot).items() if isinstance(value, str | int)}
    return plain | {
        "period": snapshot.period_label,
        "scope": snapshot.scope_label,
        "handling": snapshot.handling_label,
        "members": " · ".join(snapshot.scope_members),
        "state": words.state_line(snapshot),
        "illustrative": words.illustrative_line(snapshot),
        "facts": [{"term": term, "value": value} for term, value in words.facts(snapshot)],
        "words": {"contents": _("Contents"), "page": _("Page")},
    }


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


def _colour_chips(document: Any, colour: str, label: str) -> None:
    """The letters of the handling chip in the standard's colour, wherever the template shows it."""
    section = document.sections[0]
    for part in (document, section.header, section.first_page_header, section.footer, section.first_page_footer):
        for paragraph in part.paragraphs:
            for run in paragraph.runs:
                if run.text.strip() == label:
                    run.font.color.rgb = RGBColor.from_string(colour)


class _Writer:
    """Puts the blocks in front of the template's marker, one after the other."""

    def __init__(self, document: Any, snapshot: Snapshot) -> None:
        self.document, self.snapshot = document, snapshot
        self.names = word_fields.Names(document)
        self.marker = self._find(MARKER)
        self.headings: list[tuple[int, str, str]] = []
        self.captions: list[tuple[str, str, str]] = []

    def write(self) -> None:
        for block in self.snapshot.blocks:
            getattr(self, f"_{block.kind}")(block)
        self._contents()
        self._cover_line()
        if self.marker._p.getprevious().tag == qn("w:tbl"):  # a table cannot be the last thing in a document
            self._paragraph("Note")
        self.marker._p.getparent().remove(self.marker._p)

    def _find(self, text: str) -> Any:
        return next((one for one in self.document.paragraphs if one.text.strip() == text), None)

    def _paragraph(self, style: str, text: str = "") -> Any:
        return self.names.style(self.marker.insert_paragraph_before(text), style)

    def _sentence(self, paragraph: Any, sentence: Sentence) -> None:
        for run in sentence:
            if run.figure:
                self._figure_text(paragraph, run.figure, bold=True)
            else:
                paragraph.add_run(run.text).bold = run.strong or None

    def _figure_text(self, paragraph: Any, figure: str, *, bold: bool = False) -> None:
        text = self.snapshot.figures[figure].text
        if self.snapshot.link(figure):
            self.names.hyperlink(paragraph, self.snapshot.link(figure), text, "Figure link", bold=bold)
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
        label = _("Table") if isinstance(block, Table) else _("Figure")
        paragraph = self._paragraph("Caption", f"{label} ")
        word_fields.field(paragraph, f"SEQ {label} \\* ARABIC", str(block.number))
        paragraph.add_run(f"  {block.title}")
        name = f"_Toc{len(self.captions) + 1:07d}1"
        word_fields.bookmark(paragraph, name, 1000 + len(self.captions))
        self.captions.append((label, f"{label} {block.number}  {block.title}", name))

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
        widths = [Emu(int(TEXT_WIDTH * part / whole)) for part in columns]
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
        label = self.names.style(cell.paragraphs[0], "Figure label")
        label.add_run(item.label)
        self._figure_text(self.names.style(cell.add_paragraph(), "Figure number"), item.figure)
        if changes:
            self._changes(cell, item, None)

    def _changes(self, cell: Any, item: KeyFigure, first: Any) -> None:
        for change in item.changes:
            paragraph = first if first is not None else cell.add_paragraph()
            first = None
            self.names.style(paragraph, "Change").add_run(change.text).bold = True
            paragraph.add_run(f" {change.against}")
            detail = "; ".join(part for part in (change.detail, change.words) if part)
            if detail:
                self.names.style(cell.add_paragraph(detail), "Change detail")
        if item.note:
            self.names.style(cell.add_paragraph(item.note), "Change detail")

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
            self._line(row, line, block, last=last, together=short and not last)
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
        paragraph = self.names.style(cell.paragraphs[0], style)
        if align == "right":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph

    def _charts(self, block: Charts) -> None:
        self._message(block.message)
        self._caption(block)
        columns = max(block.columns, 1)
        if columns == 1:
            for panel in block.panels:
                width = Emu(int(TEXT_WIDTH * pictures.share_of_page(panel)))
                self._picture(self._paragraph("Picture"), panel, width, keep=bool(block.notes))
        else:
            rows = -(-len(block.panels) // columns)
            table = self._grid(rows, [1.0] * columns)
            word_fields.margins(table, right=120, bottom=60)
            for row in table.rows:
                word_fields.keep_whole(row)
            for index, panel in enumerate(block.panels):
                cell = table.rows[index // columns].cells[index % columns]
                paragraph = self.names.style(cell.paragraphs[0], "Picture")
                self._picture(
                    paragraph, panel, Emu(int(TEXT_WIDTH / columns) - Mm(3)), keep=index // columns < rows - 1
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
            self._cell_text(self.names.style(name.add_paragraph(), "Table text"), item)
            for index, paragraph in enumerate(item.paragraphs):
                place = said.paragraphs[0] if index == 0 else said.add_paragraph()
                self.names.style(place, "Normal").add_run(paragraph).italic = item.missing or None
            if item.note:
                self.names.style(said.add_paragraph(item.note), "Note")
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
        place = self._find(CONTENTS)
        if place is None:
            return
        self._list(
            place, ' TOC \\o "1-2" \\h \\z \\u ', [(f"TOC {level}", text, name) for level, text, name in self.headings]
        )
        for label, title in ((_("Figure"), _("Figures")), (_("Table"), _("Tables"))):
            entries = [("TOC 3", text, name) for kind, text, name in self.captions if kind == label]
            if entries:
                place.insert_paragraph_before(title, "Contents part")
                self._list(place, f' TOC \\h \\z \\c "{label}" ', entries)
        place._p.getparent().remove(place._p)

    @staticmethod
    def _list(place: Any, code: str, entries: list[tuple[str, str, str]]) -> None:
        for index, (style, text, name) in enumerate(entries):
            line = place.insert_paragraph_before("", style)
            if index == 0:
                word_fields.open_field(line, code, dirty=True)
            link = word_fields.element("hyperlink", anchor=name, history="1")
            link.append(line.add_run(text)._r)
            line._p.append(link)
            if index == len(entries) - 1:
                word_fields.close_field(line)

    def _cover_line(self) -> None:
        place = self._find(LINE)
        if place is not None:
            place.clear()
            drawn = vl_convert.svg_to_png(words.line_svg(), scale=3)
            picture = place.add_run().add_picture(BytesIO(drawn), width=TEXT_WIDTH)
            word_fields.alternative(picture, _("A line with six stations; the sixth, Report, is filled."), "line")
