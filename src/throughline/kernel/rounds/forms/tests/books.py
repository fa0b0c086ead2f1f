"""Workbooks of forms, written as a form author would."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from throughline.kernel.rounds.forms.definition import Form, load
from throughline.kernel.rounds.forms.reading import Reading, read_xlsform

Rows = Sequence[dict[str, Any]]


def book(survey: Rows, choices: Rows = (), settings: Rows = (), **others: Rows) -> bytes:
    """An .xlsx with these sheets; the columns are the keys, in order of appearance."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **others}.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        if not columns:
            continue
        sheet = workbook.add_worksheet(name)
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                if row.get(column) not in (None, ""):
                    sheet.write(number, place, row[column])
    workbook.close()
    return stream.getvalue()


def q(type_: str, name: str = "", label: str | None = None, **more: Any) -> dict[str, Any]:
    """One row of a survey; a label that is not given is the name."""
    silent = type_.startswith(("end", "calculate", "hidden"))
    row = {"type": type_, "name": name, "label": "" if silent and label is None else (name if label is None else label)}
    return {**row, **{key.replace("__", "::"): value for key, value in more.items()}}


def read(survey: Rows, choices: Rows = (), settings: Rows = (), **others: Rows) -> Reading:
    return read_xlsform(book(survey, choices, settings, **others), "form.xlsx")


def form(survey: Rows, choices: Rows = (), settings: Rows = ()) -> Form:
    """The form; a mistake in the test's own sheets shows as what a form author would read."""
    reading = read(survey, choices, settings)
    assert not reading.problems, [str(problem) for problem in reading.problems]
    return load(reading.xform)


def problems(survey: Rows, choices: Rows = (), settings: Rows = (), **others: Rows) -> list[str]:
    return [str(problem) for problem in read(survey, choices, settings, **others).problems]


YES_NO = [
    {"list_name": "yes_no", "name": "yes", "label": "Yes"},
    {"list_name": "yes_no", "name": "no", "label": "No"},
]
