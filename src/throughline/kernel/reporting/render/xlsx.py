"""Excel: what the document is, every figure with its question, then a sheet for each table and chart.

Texts are written as texts: a cell that begins with '=' is shown, never calculated.
"""

import re
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from throughline.kernel.reporting.blocks import Charts, Figure, Heading, Snapshot, Statements, Table
from throughline.kernel.reporting.render import pictures, words

LONGEST_TEXT = 32_000  # what a cell takes
LONGEST_ADDRESS = 2000  # what Excel takes as a link
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def render(snapshot: Snapshot) -> bytes:
    buffer = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": f"{snapshot.title}, {snapshot.period_label}, {snapshot.scope_label}",
                "author": snapshot.publisher,
                "subject": snapshot.programme,
                "keywords": snapshot.handling_label,
                "comments": words.illustrative_line(snapshot),
            }
        )
        writer = _Writer(book, snapshot)
        writer.about()
        writer.figures()
        for block in snapshot.blocks:
            if isinstance(block, Table):
                writer.table(block)
            elif isinstance(block, Charts):
                writer.chart(block)
        writer.texts()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, snapshot: Snapshot) -> None:
        self.book, self.snapshot = book, snapshot
        base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self.plain = book.add_format(base)
        self.wrap = book.add_format(base | {"text_wrap": True})
        self.right = book.add_format(base | {"align": "right"})
        self.number = book.add_format(base | {"num_format": "#,##0.##", "align": "right"})
        self.whole = book.add_format(base | {"num_format": "#,##0", "align": "right"})
        self.total = book.add_format(base | {"bold": True, "top": 1})
        self.total_number = book.add_format(base | {"bold": True, "top": 1, "num_format": "#,##0", "align": "right"})
        self.head = book.add_format(
            base | {"bold": True, "bottom": 1, "text_wrap": True, "font_color": f"#{words.MUTED}"}
        )
        self.title = book.add_format(base | {"bold": True, "font_size": 14, "font_color": f"#{words.ACCENT}"})
        self.bold = book.add_format(base | {"bold": True})
        self.link = book.add_format(base | {"font_color": f"#{words.ACCENT}", "underline": 1})

    def _sheet(self, name: str, title: str) -> Any:
        """A sheet with its title, the handling code and what the data are, also when printed."""
        sheet = self.book.add_worksheet(FORBIDDEN.sub(" ", name)[:31])
        snapshot = self.snapshot
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        notice = words.illustrative_line(snapshot)
        sheet.set_header(
            f"&L{_code(snapshot.title)}, {_code(snapshot.period_label)}&R&B{_code(snapshot.handling_label)}"
        )
        sheet.set_footer(f"&L{_code(notice)}&C{_code(words.state_line(snapshot))}&R&P / &N")
        sheet.write_string(0, 0, title, self.title)
        said = " · ".join(
            part for part in (snapshot.period_label, snapshot.scope_label, snapshot.handling_label, notice) if part
        )
        sheet.write_string(1, 0, said, self.bold)
        return sheet

    def about(self) -> None:
        snapshot = self.snapshot
        sheet = self._sheet(_("About"), snapshot.title)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 100)
        row = 3
        for term, value in [
            (_("Programme"), snapshot.programme),
            *words.facts(snapshot),
            (_("Publisher"), snapshot.publisher),
        ]:
            sheet.write_string(row, 0, term, self.bold)
            sheet.write_string(row, 1, value, self.wrap)
            row += 1
        for block in snapshot.blocks:
            if block.kind == "definitions":
                for item in block.items:
                    sheet.write_string(row, 0, item.term, self.bold)
                    sheet.write_string(row, 1, snapshot.plain(item.text), self.wrap)
                    row += 1
            elif block.kind == "footnotes":
                for note in block.items:
                    sheet.write_string(row, 0, note.mark, self.bold)
                    sheet.write_string(row, 1, note.text, self.wrap)
                    row += 1

    def figures(self) -> None:
        """Every figure of the document, so that none has to be typed again."""
        sheet = self._sheet(_("Figures"), _("Figures of this document"))
        columns = (
            (_("Id"), 38), (_("Figure"), 52), (_("Value"), 11), (_("As printed"), 11), (_("Unit"), 14), (_("Numerator"), 11),
            (_("Denominator"), 11), (_("Base"), 44), (_("Coverage"), 22), (_("Question"), 60),
        )  # fmt: skip
        for place, (label, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(3, place, label, self.head)
        sheet.freeze_panes(4, 0)
        for row, figure in enumerate(self.snapshot.figures.values(), 4):
            self._figure(sheet, row, figure)
        sheet.autofilter(3, 0, 3 + len(self.snapshot.figures), len(columns) - 1)

    def _figure(self, sheet: Any, row: int, figure: Figure) -> None:
        sheet.write_string(row, 0, figure.id, self.plain)
        sheet.write_string(row, 1, figure.label, self.plain)
        self._value(sheet, row, 2, figure.value, self.number)
        sheet.write_string(row, 3, figure.text, self.right)
        sheet.write_string(row, 4, figure.unit, self.plain)
        self._value(sheet, row, 5, figure.numerator, self.whole)
        self._value(sheet, row, 6, figure.denominator, self.whole)
        sheet.write_string(row, 7, figure.base or figure.reason, self.plain)
        sheet.write_string(row, 8, figure.coverage, self.plain)
        address = self.snapshot.link(figure.id)
        if address and len(address) < LONGEST_ADDRESS:
            sheet.write_url(row, 9, address, self.link, figure.question)
        else:
            sheet.write_string(row, 9, figure.question, self.plain)

    @staticmethod
    def _value(sheet: Any, row: int, column: int, value: float | None, look: Any) -> None:
        if value is not None:
            sheet.write_number(row, column, value, look)

    def table(self, block: Table) -> None:
        sheet = self._sheet(words.caption(block), f"{words.caption(block)}. {block.title}")
        for place, column in enumerate(block.columns):
            sheet.set_column(place, place, max(12, 15 * column.width))
            sheet.write_string(3, place, column.label, self.head)
        sheet.freeze_panes(4, 1)
        for row, line in enumerate(block.rows, 4):
            if line.kind == "group":
                sheet.write_string(row, 0, self.snapshot.cell(line.cells[0]), self.bold)
                continue
            total = line.kind == "total"
            for place, cell in enumerate(line.cells):
                value = self.snapshot.figures[cell.figure].value if cell.figure else None
                if value is not None and float(value).is_integer() and "%" not in self.snapshot.cell(cell):
                    sheet.write_number(row, place, value, self.total_number if total else self.whole)
                else:
                    right = block.columns[place].align == "right"
                    look = self.total if total else self.right if right else self.plain
                    sheet.write_string(row, place, self.snapshot.cell(cell), look)
        self._notes(sheet, 5 + len(block.rows), block.notes)

    def chart(self, block: Charts) -> None:
        """The numbers behind a chart, one small table a panel."""
        sheet = self._sheet(words.caption(block), f"{words.caption(block)}. {block.title}")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 20, 13)
        row = 3
        for panel in block.panels:
            names, table = pictures.series_of(panel.chart)
            sheet.write_string(row, 0, str(panel.chart.get("title", "")), self.head)
            for place, name in enumerate(names, 1):
                sheet.write_string(
                    row, place, name if len(names) > 1 else panel.chart.get("unit", "") or name, self.head
                )
            for row_label, values in table.items():
                row += 1
                sheet.write_string(row, 0, row_label, self.plain)
                for place, value in enumerate(values, 1):
                    self._value(sheet, row, place, value, self.number)
            row += 2
        self._notes(sheet, row, block.notes)

    def texts(self) -> None:
        """What parties said, a row each, under the headings it stands under."""
        if not any(isinstance(block, Statements) for block in self.snapshot.blocks):
            return
        sheet = self._sheet(_("Texts"), _("Texts of this document"))
        for place, (label, width) in enumerate(
            ((_("Section"), 30), (_("On"), 40), (_("Who"), 18), (_("Status"), 18), (_("Text"), 90), (_("Note"), 30))
        ):
            sheet.set_column(place, place, width)
            sheet.write_string(3, place, label, self.head)
        sheet.freeze_panes(4, 0)
        row, section = 4, ""
        for block in self.snapshot.blocks:
            if isinstance(block, Heading) and block.level == 1:
                section = block.text
            for item in block.items if isinstance(block, Statements) else ():
                said = (section, getattr(block, "title", ""), item.name, self.snapshot.cell(item.status))
                for place, text in enumerate((*said, "\n".join(item.paragraphs)[:LONGEST_TEXT], item.note)):
                    sheet.write_string(row, place, text, self.wrap)
                row += 1
        sheet.autofilter(3, 0, row - 1, 5)

    def _notes(self, sheet: Any, row: int, notes: tuple[str, ...]) -> None:
        for offset, note in enumerate(notes):
            sheet.write_string(row + offset, 0, note, self.plain)


def _code(text: str) -> str:
    """A text inside a header code, where & begins a command."""
    return text.replace("&", "&&")
