"""An answer as a file: the table as on the page, and everything needed to read it."""

import csv
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.grid import Grid, Row, grid_of
from throughline.kernel.ui.formats import moment

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for the start of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def about_lines(answer: Answer) -> list[tuple[str, str]]:
    """The header sheet: what was asked, of what, when, by whom."""
    lines = [
        (_("Question"), answer.title),
        (_("Unit"), answer.unit),
        (_("Base"), answer.base),
        (_("Coverage"), answer.coverage.words),
        (_("Adds up"), _("yes") if answer.additive else _("no")),
        (_("Asked on"), moment(answer.asked_at)),
        (_("Run as"), answer.run_as),
        (_("Address"), answer.question.to_query()),
        (_("Version of the facts"), " ".join(answer.as_of)),
    ]
    if answer.illustrative:
        lines.insert(0, (_("Illustrative"), _("These records are illustrative. They describe no real case.")))
    lines += [(_("Note"), text) for text in answer.notes]
    return lines + [(_("Footnote"), text) for text in answer.footnotes]


def as_csv(answer: Answer) -> tuple[bytes, str]:
    """The header sheet as lines on top, an empty line, the table."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    for name, value in about_lines(answer):
        writer.writerow([name, _defused(value)])
    writer.writerow([])
    grid = grid_of(answer)
    writer.writerow([_defused(head) for head in (*grid.heads, *grid.columns)])
    for row in _all_rows(grid):
        writer.writerow([*(_defused(head) for head in row.heads), *(_plain(row, at) for at in range(len(row.entries)))])
    return text.getvalue().encode(), CSV_TYPE


def as_xlsx(answer: Answer) -> tuple[bytes, str]:
    """Two sheets: the answer, and what must be known about it. Numbers are numbers, no text is a formula."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    figure = book.add_format({"num_format": "#,##0.0" if answer.unit == "%" else "#,##0"})
    _write_table(book.add_worksheet(_("Answer")), grid_of(answer), bold, figure)
    sheet = book.add_worksheet(_("About"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for index, (name, value) in enumerate(about_lines(answer)):
        sheet.write_string(index, 0, name, bold)
        sheet.write_string(index, 1, value)
    book.close()
    return buffer.getvalue(), XLSX_TYPE


def _write_table(sheet: Any, grid: Grid, bold: Any, figure: Any) -> None:
    sheet.set_column(0, len(grid.heads) - 1, 28)
    sheet.set_column(len(grid.heads), len(grid.heads) + len(grid.columns), 16)
    sheet.freeze_panes(1, len(grid.heads))
    for column, head in enumerate((*grid.heads, *grid.columns)):
        sheet.write_string(0, column, head, bold)
    for index, row in enumerate(_all_rows(grid), start=1):
        for column, head in enumerate(row.heads):
            sheet.write_string(index, column, head, bold if row is grid.total else None)
        for column, entry in enumerate(row.entries, start=len(row.heads)):
            if entry.value is not None and not _is_change(grid, column):
                sheet.write_number(index, column, entry.value, figure)
            else:
                sheet.write_string(index, column, entry.sentence)


def _is_change(grid: Grid, column: int) -> bool:
    return (*grid.heads, *grid.columns)[column] == _("Change")


def _all_rows(grid: Grid) -> list[Row]:
    return [*grid.rows, *([grid.total] if grid.total else [])]


def _plain(row: Row, at: int) -> str:
    """A number for a machine: whole numbers whole, others as exact as they are, nothing where it is missing.

    A change is a sentence here too: its number without what it is worth would mislead.
    """
    entry = row.entries[at]
    if entry.value is None or entry.worth or entry.interval:
        return "" if entry.why else _defused(entry.sentence)
    return str(int(entry.value)) if entry.value == int(entry.value) else repr(entry.value)


def _defused(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


FORMATS = {"csv": as_csv, "xlsx": as_xlsx}
