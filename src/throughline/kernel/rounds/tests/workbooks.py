"""Working on a downloaded file as a person does in Excel."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

Cells = Mapping[tuple[str, str], Any]


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(content: bytes, cells: Cells) -> bytes:
    """The file with these cells typed: ("1 Seizures", "E5") -> 12."""
    book = opened(content)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    return saved(book)


def changed(content: bytes, change: Callable[[Workbook], Any]) -> bytes:
    """The file after something else was done to it."""
    book = opened(content)
    change(book)
    return saved(book)


def cell_of(content: bytes, sheet: str, place: str, heading: str = "Answer") -> str:
    """Where the answer to a question stands: found by its key, as the reader does."""
    page = opened(content)[sheet]
    row = next(cells[0].row for cells in page.iter_rows() if cells[0].value == place)
    column = next(cell.column_letter for cells in page.iter_rows() for cell in cells if cell.value == heading)
    return f"{column}{row}"
