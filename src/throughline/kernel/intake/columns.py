"""What a column holds, from a look at its values: evidence for suggestions, and the guesses on dates and decimals."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from throughline.kernel.intake.formats.base import Table
from throughline.kernel.resources.values import Unreadable, read_date

LOOKED_AT = 2_000
MOST_DISTINCT = 400
INTEGER = re.compile(r"^[+-]?\d{1,3}([., '\u00a0]\d{3})+$|^[+-]?\d+([.,]0+)?$")
NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$|^[+-]?\d{1,3}([., '\u00a0]\d{3})+([.,]\d+)?$")
THREE_PARTS = re.compile(r"^(\d{1,2})[./\- ]+(\d{1,2})[./\- ]+(\d{2}|\d{4})\b")
CLOCK = re.compile(r"(?:[T ]|^)(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
MIDNIGHT = re.compile(r"(?:[T ]|^)0{1,2}:00")
COMMA = re.compile(r"^[+-]?\d{1,3}(\.\d{3})*,\d+$|^[+-]?\d+,\d+$")
POINT = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$|^[+-]?\d+\.\d+$")
FLAGS = {"true", "false", "yes", "no", "y", "n", "t", "f", "0", "1", "da", "ne", "po", "jo"}
SEPARATORS = ("||", ";", "|", "\n", ",", "/")


@dataclass
class Column:
    """Counts over the values looked at."""

    name: str
    tag: str = ""
    looked: int = 0
    filled: int = 0
    values: Counter[str] = field(default_factory=Counter)
    longest: int = 0

    def add(self, cell: str | None) -> None:
        self.looked += 1
        if cell is None:
            return
        self.filled += 1
        self.longest = max(self.longest, len(cell))
        if len(self.values) < MOST_DISTINCT * 5 or cell in self.values:
            self.values[cell] += 1

    @property
    def samples(self) -> list[str]:
        """A few different values to show."""
        return [value if len(value) <= 60 else f"{value[:59]}…" for value, _count in self.values.most_common(4)]

    @property
    def repeats(self) -> bool:
        """Whether values come back, as keys of a one-row-per-person file do."""
        return 0 < len(self.values) < self.filled

    @property
    def few(self) -> bool:
        return 0 < len(self.values) <= MOST_DISTINCT

    def share(self, test: "re.Pattern[str] | set[str]") -> float:
        """The share of different values that match."""
        if not self.values:
            return 0.0
        seen = list(islice(self.values, 300))
        if isinstance(test, set):
            return sum(value.casefold() in test for value in seen) / len(seen)
        return sum(bool(test.search(value)) for value in seen) / len(seen)

    def dates(self, order: str = "dmy") -> float:
        """The share of different values that can be read as dates (bare years and numbers apart)."""
        if self.share(re.compile(r"\d")) < 0.5:
            return 0.0
        seen = list(islice(self.values, 100))
        found = 0
        for value in seen:
            try:
                read_date(re.sub(r"[T ]+\d{1,2}:\d{2}.*$", "", value), "mdy" if order == "mdy" else "dmy")
            except Unreadable:
                continue
            found += 1
        return found / len(seen) if seen else 0.0

    @property
    def packed(self) -> str:
        """The separator, where most cells hold several values; '' where not."""
        if self.share(re.compile(r"\|\||^\d+::")) > 0.1:
            return "||"
        for separator in SEPARATORS[1:4]:
            several = [value for value in islice(self.values, 200) if separator in value]
            if (
                several
                and len(several) > len(self.values) * 0.3
                and all(len(part) < 40 for value in several for part in value.split(separator))
            ):
                return separator
        return ""


def look(table: Table) -> dict[str, Column]:
    """All columns, from the first rows."""
    found = [
        Column(name, table.tags[index] if index < len(table.tags) else "") for index, name in enumerate(table.columns)
    ]
    for row in islice(table.rows(), LOOKED_AT):
        for column, cell in zip(found, row.cells, strict=False):
            column.add(cell)
    return {column.name: column for column in found}


def guess_dates(columns: dict[str, Column]) -> tuple[str, bool]:
    """How dates are written: ('day-first' | 'month-first' | 'iso', certain), or ('', True) without dates."""
    first_large = second_large = seen = 0
    iso = False
    for column in columns.values():
        matches = [match for value in column.values if (match := THREE_PARTS.match(value))]
        if len(matches) < len(column.values) * 0.5:
            iso = iso or (bool(column.values) and column.share(re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")) > 0.5)
            continue
        seen += len(matches)
        first_large += sum(int(match[1]) > 12 for match in matches)
        second_large += sum(int(match[2]) > 12 for match in matches)
    if not seen:
        return ("iso", True) if iso else ("", True)
    if second_large > first_large:
        return "month-first", first_large == 0
    return "day-first", first_large > 0 and second_large == 0


def guess_decimal(columns: dict[str, Column]) -> tuple[str, bool]:
    """The decimal mark: (',' or '.', certain); a number such as 1,204 alone decides nothing."""
    comma = point = 0
    for column in columns.values():
        if column.share(NUMBER) < 0.6:
            continue
        plain = [value for value in column.values if not re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", value)]
        comma += sum(bool(COMMA.match(value)) for value in plain)
        point += sum(bool(POINT.match(value)) for value in plain)
    if not comma and not point:
        return ".", False
    return (",", point == 0) if comma > point else (".", comma == 0)
