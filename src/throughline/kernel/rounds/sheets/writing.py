"""Writing the file: what is answered so far, ready to be filled further."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.forms import words
from throughline.kernel.rounds.forms.definition import CHOOSING, Form, Item, Question
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.rounds.models import Remark
from throughline.kernel.rounds.sheets import marks
from throughline.kernel.rounds.sheets.layout import (
    HEADING,
    NOTE,
    POINTER,
    Layout,
    Line,
    Section,
    Table,
    lay_out,
)  # fmt: skip
from throughline.kernel.rounds.sheets.lists import Lists
from throughline.kernel.rounds.sheets.marks import Answers, FileMark, Holder, SheetMark
from throughline.kernel.rounds.sheets.reading_me import write_read_me
from throughline.kernel.rounds.sheets.styles import Styles
from throughline.kernel.rounds.sheets.values import Cell, as_cell, in_excel, said_of

FREE_ROWS = 30
# Room to write in, where a question asks for more than a line.
TALL = 75
HEADER, FIRST = 3, 4
WIDTHS = {"number": 6, "question": 48, "hint": 30, marks.ANSWER: 34, "before": 24, marks.REMARK: 36}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
UNLOCKED = {"format_columns": True, "format_rows": True, "format_cells": True, "autofilter": True}


@dataclass
class Writing:
    """A file being written."""

    book: Workbook
    styles: Styles
    lists: Lists
    holder: Holder
    form: Form
    language: str
    answers: Answers
    before: Answers
    evaluation: Evaluation
    remarks: Mapping[str, str]
    layout: Layout
    signs: list[SheetMark] = field(default_factory=list)
    said: Answers = field(default_factory=dict)


def write(holder: Holder, *, viewer: Viewer, language: str, before: Answers) -> bytes:
    """The file of a return or part for somebody who may answer it, in one of the form's languages."""
    form = holder.edition.form
    language = form.language_for(language)
    shown = queries.answers_shown(viewer, holder)
    evaluation = evaluate(form, shown.answers, language=language)
    out = io.BytesIO()
    book = Workbook(out, OPTIONS)
    book.set_properties({"title": str(holder), "subject": holder.reference, "author": str(holder.round.owner)})
    made = Writing(
        book=book,
        styles=Styles(book),
        lists=Lists(),
        holder=holder,
        form=form,
        language=language,
        answers=shown.answers,
        before=before,
        evaluation=evaluation,
        remarks=_remarks(queries.remarks_open(holder)),
        layout=lay_out(form, evaluation, holder, language),
    )
    write_read_me(made)
    for sheet in made.layout.sheets:
        if isinstance(sheet, Section):
            _section(made, sheet)
        else:
            _table(made, sheet)
    made.lists.write(book)
    _mark(made)
    book.close()
    return out.getvalue()


def _remarks(remarks: Sequence[Remark]) -> dict[str, str]:
    """What is said about each place, '' for the whole."""
    found: dict[str, str] = {}
    for remark in remarks:
        found[remark.place] = "\n".join(filter(None, [found.get(remark.place, ""), f"{remark.by}: {remark.text}"]))
    return found


# Sheets of questions


def _section(made: Writing, section: Section) -> None:
    headings = {
        "number": _("No."),
        "question": _("Question"),
        "hint": _("How to answer"),
        marks.ANSWER: _("Answer"),
    }
    if any(line.place in made.before for line in section.lines):
        headings["before"] = _("Last time")
    if any(line.place in made.remarks for line in section.lines):
        headings[marks.REMARK] = _("Remark")
    sign = SheetMark(section.name, marks.QUESTIONS, section.key, headings)
    sheet = _start(made, sign, section.title, section.note)
    for column, name in enumerate(headings, start=1):
        sheet.set_column(column, column, WIDTHS[name])
    sheet.freeze_panes(FIRST, 3)
    columns = {name: column for column, name in enumerate(headings, start=1)}
    for row, line in enumerate(section.lines, start=FIRST):
        _line(made, sheet, row, line, columns)
    _finish(sheet, FIRST + len(section.lines), len(headings))


def _line(made: Writing, sheet: Worksheet, row: int, line: Line, columns: Mapping[str, int]) -> None:
    get, item = made.styles.get, line.item
    label = item.label(made.language)
    if line.kind == HEADING:
        for column in columns.values():
            sheet.write_blank(row, column, None, get("heading"))
        sheet.write_string(row, columns["question"], label, get("heading", line.depth))
    elif line.kind == POINTER:
        table = made.layout.table(item)  # type: ignore[arg-type]
        text = _('Fill in the sheet "%(sheet)s": %(title)s') % {"sheet": table.name if table else "", "title": label}
        sheet.write_url(
            row, columns["question"], f"internal:'{table.name if table else ''}'!A1", get("link"), string=text[:255]
        )
    else:
        place = made.evaluation.at(line.place)
        label = (place.label if place else "") or label
        if line.kind == NOTE:
            sheet.write_string(row, columns["question"], label, get("note", line.depth))
        elif isinstance(item, Question):
            _question(made, sheet, row, line, label, columns)


def _question(made: Writing, sheet: Worksheet, row: int, line: Line, label: str, columns: Mapping[str, int]) -> None:
    get, place, item = made.styles.get, line.place, line.item
    assert isinstance(item, Question)  # noqa: S101 (for the type checker: the caller has looked)
    sheet.write_string(row, columns["number"], line.number, get("number"))
    sheet.write_string(row, columns["question"], label or item.name, get("question", line.depth))
    sheet.write_string(row, columns["hint"], how_to(item, made.language), get("hint"))
    value = made.answers.get(place, "")
    if "multiline" in item.appearance and not value:
        sheet.set_row(row, TALL)
    if in_excel(item):
        sheet.write_string(row, 0, place, get("text"))
        _answer(made, sheet, (row, columns[marks.ANSWER]), item, place, value)
    else:
        text = words.value_label(made.form, item, value, made.language) if value else ""
        sheet.write_string(row, columns[marks.ANSWER], text or _("Answer this in the browser."), get("elsewhere"))
    if "before" in columns:
        earlier = made.before.get(place, "")
        text = words.value_label(made.form, item, earlier, made.language) if earlier else ""
        sheet.write_string(row, columns["before"], text[: marks.PIECE], get("before"))
    if marks.REMARK in columns:
        said = made.remarks.get(place, "")
        sheet.write_string(row, columns[marks.REMARK], said, get("remark" if said else "question"))


def _answer(made: Writing, sheet: Worksheet, at: tuple[int, int], item: Question, place: str, value: str) -> None:
    """The cell to fill, with what stands there now and the help Excel gives while one fills it."""
    _put(sheet, at, as_cell(item, value, said_of(item.choices(made.language))), made.styles.answer(item.kind))
    if value:
        made.said[place] = value
    _help(made, sheet, (*at, *at), item)


def _put(sheet: Worksheet, at: tuple[int, int], cell: Cell, style: Any) -> None:
    """Every cell as what it is: a text never becomes a formula."""
    if cell is None:
        sheet.write_blank(*at, None, style)
    elif isinstance(cell, date):
        sheet.write_datetime(*at, cell, style)
    elif isinstance(cell, int | float):
        sheet.write_number(*at, cell, style)
    else:
        sheet.write_string(*at, cell, style)


def _help(made: Writing, sheet: Worksheet, cells: tuple[int, int, int, int], item: Question) -> None:
    """A list to choose from; for numbers and dates a warning that can be passed over, for a dash has to get in."""
    rule: dict[str, Any] = {"ignore_blank": True, "error_type": "warning"}
    if item.kind == "select-one" and item.listed:
        source = made.lists.source([*said_of(item.choices(made.language)).values()])
        rule |= {"validate": "list", "source": source, "error_title": _("Choose from the list")}
        rule["error_message"] = _("Choose one of the answers in the list.")
    elif item.kind == "integer":
        rule |= {"validate": "integer", "criteria": "between", "minimum": -(10**14), "maximum": 10**14}
        rule["error_message"] = _("Enter a whole number in digits, such as 12.")
    elif item.kind in {"decimal", "range"}:
        rule |= {"validate": "decimal", "criteria": "between", "minimum": -(10**14), "maximum": 10**14}
        rule["error_message"] = _("Enter a number in digits, such as 12 or 12.5.")
    elif item.kind == "date":
        rule |= {"validate": "date", "criteria": ">", "value": date(1900, 1, 1)}
        rule["error_message"] = _("Enter year, month and day, such as 2023-12-31.")
    else:
        return
    sheet.data_validation(*cells, rule)


def how_to(item: Question, language: str) -> str:
    """The hint of the form, and what kind of answer is wanted."""
    said = [item.hint(language), _kind_words(item, language)]
    if item.required is not None:
        said.append(_("Required."))
    if item.relevant is not None:
        said.append(_("Only where it applies."))
    return "\n".join(part for part in said if part)


def _kind_words(item: Question, language: str) -> str:
    if item.kind in CHOOSING and item.kind != "select-one":
        many = _("Choose any, with ; between them:") if item.kind == "select-many" else _("In order, with ; between:")
        return f"{many} {', '.join(said_of(item.choices(language)).values())}"
    if item.kind == "range":
        given = item.parameters
        ends = {"start": given.get("start", "1"), "end": given.get("end", "10")}
        return _("A number from %(start)s to %(end)s.") % ends
    return {
        "integer": _("A whole number."),
        "decimal": _("A number."),
        "date": _("A date, such as 2023-12-31."),
        "time": _("A time, such as 14:30."),
        "datetime": _("A date and time, such as 2023-12-31 14:30."),
        "select-one": _("Choose one."),
        "geopoint": _("Latitude and longitude, such as 44.82 20.46."),
        "acknowledge": _("Write OK."),
    }.get(item.kind, "")


# Tables


def _table(made: Writing, table: Table) -> None:
    headings = {f"{marks.PARENT} {one.path}": one.label(made.language) or one.name for one in table.parents}
    headings |= {marks.ROW: _("No.")}
    headings |= {one.path: one.label(made.language) or one.name for one in table.columns}
    if any(place.startswith(tuple(f"{row}/" for row in table.rows)) for place in made.remarks if table.rows):
        headings[marks.REMARK] = _("Remark")
    sign = SheetMark(table.name, marks.TABLE, table.repeat.path, headings, table.counted)
    sheet = _start(made, sign, table.title, _("One row for each. Rows you do not need stay empty."))
    free = 0 if table.repeat.count is not None and table.rows else FREE_ROWS
    last = FIRST + len(table.rows) + free - 1
    columns = {name: column for column, name in enumerate(headings, start=1)}
    for name, column in columns.items():
        sheet.set_column(column, column, 6 if name == marks.ROW else 12 if name.startswith(marks.PARENT) else 24)
    sheet.freeze_panes(FIRST, 1 + len(table.parents) + 1)
    for row, place in enumerate([*table.rows, *[""] * free], start=FIRST):
        _row(made, sheet, row, place, table, columns)
    for question in table.columns:
        _help(made, sheet, (FIRST, columns[question.path], max(last, FIRST), columns[question.path]), question)
    _hints(made, sheet, table, columns)
    _finish(sheet, last + 1, len(headings))


def _hints(made: Writing, sheet: Worksheet, table: Table, columns: Mapping[str, int]) -> None:
    """How to answer stands as a comment on the heading of each column."""
    for question in table.columns:
        if hint := how_to(question, made.language):
            sheet.write_comment(HEADER, columns[question.path], hint[:2000], {"x_scale": 1.6, "font_size": 9})


def _row(made: Writing, sheet: Worksheet, row: int, place: str, table: Table, columns: Mapping[str, int]) -> None:
    get = made.styles.get
    sheet.write_string(row, 0, place, get("text"))
    for parent in table.parents:
        number = _row_number(place, parent)
        style = get("number") if place else get("integer-answer")
        _put(sheet, (row, columns[f"{marks.PARENT} {parent.path}"]), number, style)
    own = int(place.rpartition("[")[2][:-1]) if place else None
    _put(sheet, (row, columns[marks.ROW]), own, get("number"))
    for question in table.columns:
        spot = f"{place}{question.path[len(table.repeat.path) :]}" if place else ""
        value = made.answers.get(spot, "") if spot else ""
        cell = as_cell(question, value, said_of(question.choices(made.language)))
        _put(sheet, (row, columns[question.path]), cell, made.styles.answer(question.kind))
        if value:
            made.said[spot] = value
    if marks.REMARK in columns:
        said = [text for spot, text in made.remarks.items() if place and spot.startswith(f"{place}/")]
        sheet.write_string(row, columns[marks.REMARK], "\n".join(said), get("remark" if said else "question"))


def _row_number(place: str, parent: Item) -> int | None:
    """Under which row of an outer repeat a row stands."""
    steps = place.split("/")
    depth = parent.path.count("/")
    return int(steps[depth].rpartition("[")[2][:-1]) if len(steps) > depth and "[" in steps[depth] else None


# Common


def _start(made: Writing, sign: SheetMark, title: str, note: str) -> Worksheet:
    """A sheet with its sign in the first row, hidden, then title, note and headings."""
    get = made.styles.get
    sheet: Worksheet = made.book.add_worksheet(sign.name)
    made.signs.append(sign)
    sheet.write_string(0, 0, sign.sign)
    for column, (name, heading) in enumerate(sign.headings.items(), start=1):
        sheet.write_string(0, column, name)
        sheet.write_string(HEADER, column, heading, get("header"))
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(0, 0, 2, None, {"hidden": True})
    sheet.write_string(1, 1, title, get("title"))
    sheet.write_string(2, 1, note, get("subtitle"))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER)
    where = f"{made.holder.reference} · {made.holder.owner}".replace("&", "&&")
    sheet.set_footer(f"&L&9{where}&C&9&A&R&9&P / &N")
    sheet.protect("", UNLOCKED)
    return sheet


def _finish(sheet: Worksheet, rows: int, columns: int) -> None:
    sheet.print_area(1, 1, max(rows - 1, FIRST), columns)


def _mark(made: Writing) -> None:
    """The hidden sheet by which the file is known when it comes back."""
    holder = made.holder
    mark = FileMark(
        round=holder.round.reference,
        round_title=holder.round.title,
        holder=holder.reference,
        organisation=str(holder.owner),
        edition=holder.edition.number,
        fingerprint=marks.fingerprint(holder.edition),
        language=made.language,
        revision=holder.sheet.revision,
        sheets=tuple(made.signs),
        said=made.said,
    )
    sheet = made.book.add_worksheet(marks.SHEET)
    for row, piece in enumerate(marks.pieces(mark.as_text())):
        sheet.write_string(row, 0, piece)
    sheet.very_hidden()
    sheet.protect("")


def file_name(holder: Holder) -> str:
    """What the file is called when it is downloaded."""
    return f"{holder.reference}-{timezone.localdate():%Y-%m-%d}.xlsx"
