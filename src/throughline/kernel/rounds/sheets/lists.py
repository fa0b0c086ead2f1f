"""The lists one chooses from, on a hidden sheet: Excel takes long ones only from cells."""

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from throughline.kernel.rounds.sheets.marks import LISTS
from throughline.kernel.rounds.sheets.values import DASH

LONGEST_WORDS = 32_000


class Lists:
    """Each list once, however many questions use it. The dash that takes an answer out ends each."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, ...], int] = {}

    def source(self, words: Sequence[str]) -> str:
        """The cells of a list, as data validation names them."""
        column = self.columns.setdefault((*words, DASH), len(self.columns))
        name = xl_col_to_name(column)
        return f"='{LISTS}'!${name}$1:${name}${len(words) + 1}"

    def write(self, book: Workbook) -> None:
        if not self.columns:
            return
        sheet = book.add_worksheet(LISTS)
        for words, column in self.columns.items():
            for row, word in enumerate(words):
                sheet.write_string(row, column, word[:LONGEST_WORDS])
        sheet.very_hidden()
        sheet.protect("")
