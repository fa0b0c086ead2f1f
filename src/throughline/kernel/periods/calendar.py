"""The kinds of period. They stand in one file because each iterates over the others."""

import re
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import ClassVar, Self, TypeVar

from babel.dates import format_date, get_month_names

MONTHS_A_YEAR = 12


class NotAPeriodError(ValueError):
    """The text names no period."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is not a period: write 2023, 2023-H1, 2023-Q4, 2023-05, 2023-05-03 or 2022-Q1..2024-Q1"
        )
        self.text = text


class Period(ABC):
    """A stretch of whole days, written alike in addresses, files and on the command line.

    `str(period)` and `Period.parse(text)` are each other's inverse.
    """

    @property
    @abstractmethod
    def start(self) -> date:
        """The first day."""

    @property
    @abstractmethod
    def end(self) -> date:
        """The last day; it belongs to the period."""

    @property
    @abstractmethod
    def previous(self) -> "Period":
        """The period of the same kind and length that ends the day before this one starts."""

    @property
    @abstractmethod
    def next(self) -> "Period":
        """The period of the same kind and length that starts the day after this one ends."""

    @property
    @abstractmethod
    def last_year(self) -> "Period":
        """The same period one year earlier."""

    @abstractmethod
    def label(self, locale: str = "en_GB") -> str:
        """The period in words, such as 'January–March 2024'."""

    @staticmethod
    def parse(text: str) -> "Period":
        """The period a text such as '2023-Q4' names; NotAPeriodError, if it names none."""
        first, dots, last = text.strip().upper().partition("..")
        if not dots:
            return _simple(first, text)
        begin, finish = _simple(first.strip(), text), _simple(last.strip(), text)
        if finish.end < begin.start:
            raise NotAPeriodError(text)
        return begin if begin == finish else Span(begin, finish)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def calendar_years(self) -> range:
        """The calendar years the period touches."""
        return range(self.start.year, self.end.year + 1)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def covers(self, other: "Period") -> bool:
        """Whether every day of the other period is a day of this one."""
        return self.start <= other.start and other.end <= self.end

    def blocks(self, kind: "type[B]") -> "Iterator[B]":
        """The years, halves, quarters or months this period touches, in order."""
        block = kind.containing(self.start)
        while block.start <= self.end:
            yield block
            if block.end >= self.end:
                return
            block = block.shifted(1)

    def years(self) -> "Iterator[Year]":
        return self.blocks(Year)

    def halves(self) -> "Iterator[Half]":
        return self.blocks(Half)

    def quarters(self) -> "Iterator[Quarter]":
        return self.blocks(Quarter)

    def months(self) -> "Iterator[Month]":
        return self.blocks(Month)


@dataclass(frozen=True, order=True)
class Block(Period):
    """A calendar period of whole months that starts where the year, or an equal part of it, starts."""

    year: int
    number: int = 1

    MONTHS: ClassVar[int] = MONTHS_A_YEAR
    PATTERN: ClassVar[str] = ""
    WRITTEN: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not (MINYEAR <= self.year <= MAXYEAR and 1 <= self.number <= self.a_year()):
            raise NotAPeriodError(str(self))

    @classmethod
    def a_year(cls) -> int:
        """How many of this kind a year has."""
        return MONTHS_A_YEAR // cls.MONTHS

    @classmethod
    def containing(cls, day: date) -> Self:
        """The one of this kind on whose days `day` is."""
        return cls(day.year, (day.month - 1) // cls.MONTHS + 1)

    def shifted(self, by: int) -> Self:
        """The block `by` places later (earlier, if negative)."""
        year, index = divmod(self.year * self.a_year() + self.number - 1 + by, self.a_year())
        return type(self)(year, index + 1)

    @property
    def start(self) -> date:
        return date(self.year, (self.number - 1) * self.MONTHS + 1, 1)

    @property
    def end(self) -> date:
        month = self.number * self.MONTHS
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def previous(self) -> Self:
        return self.shifted(-1)

    @property
    def next(self) -> Self:
        return self.shifted(1)

    @property
    def last_year(self) -> Self:
        return type(self)(self.year - 1, self.number)

    def label(self, locale: str = "en_GB") -> str:
        names = get_month_names("wide", "stand-alone", locale)
        first, last = names[self.start.month], names[self.end.month]
        return f"{first}–{last} {self.year}"

    def __str__(self) -> str:
        return self.WRITTEN.format(year=self.year, number=self.number)


class Year(Block):
    PATTERN = r"(\d{4})()"
    WRITTEN = "{year:04}"

    def label(self, locale: str = "en_GB") -> str:
        return str(self)


class Half(Block):
    MONTHS = 6
    PATTERN = r"(\d{4})-?H([12])"
    WRITTEN = "{year:04}-H{number}"


class Quarter(Block):
    MONTHS = 3
    PATTERN = r"(\d{4})-?Q([1-4])"
    WRITTEN = "{year:04}-Q{number}"


class Month(Block):
    MONTHS = 1
    PATTERN = r"(\d{4})-(0[1-9]|1[0-2])"
    WRITTEN = "{year:04}-{number:02}"

    def label(self, locale: str = "en_GB") -> str:
        return f"{get_month_names('wide', 'stand-alone', locale)[self.number]} {self.year}"


@dataclass(frozen=True, order=True)
class Day(Period):
    on: date

    @property
    def start(self) -> date:
        return self.on

    @property
    def end(self) -> date:
        return self.on

    @property
    def previous(self) -> "Day":
        return Day(self.on - timedelta(days=1))

    @property
    def next(self) -> "Day":
        return Day(self.on + timedelta(days=1))

    @property
    def last_year(self) -> "Day":
        """The same date a year earlier; 28 February for a 29th that year did not have."""
        year = self.on.year - 1
        return Day(date(year, self.on.month, min(self.on.day, monthrange(year, self.on.month)[1])))

    def label(self, locale: str = "en_GB") -> str:
        return format_date(self.on, "long", locale)

    def __str__(self) -> str:
        return self.on.isoformat()


@dataclass(frozen=True)
class Span(Period):
    """From the start of one period to the end of another, such as 2022-Q1..2024-Q1."""

    first: Block | Day
    last: Block | Day

    def __post_init__(self) -> None:
        if self.last.end < self.first.start:
            raise NotAPeriodError(str(self))

    @property
    def start(self) -> date:
        return self.first.start

    @property
    def end(self) -> date:
        return self.last.end

    @property
    def previous(self) -> "Span":
        return self._moved(-1)

    @property
    def next(self) -> "Span":
        return self._moved(1)

    @property
    def last_year(self) -> "Span":
        return Span(self.first.last_year, self.last.last_year)

    def label(self, locale: str = "en_GB") -> str:
        first, last = self.first, self.last
        if isinstance(first, Month) and isinstance(last, Month) and first.year == last.year:
            names = get_month_names("wide", "stand-alone", locale)
            return f"{names[first.number]}–{names[last.number]} {first.year}"
        separator = "–" if isinstance(first, Year) and isinstance(last, Year) else " – "
        return f"{first.label(locale)}{separator}{last.label(locale)}"

    def _moved(self, direction: int) -> "Span":
        """The neighbouring span: of as many blocks where both ends are of one kind, else of as many days."""
        first, last = self.first, self.last
        if isinstance(first, Block) and isinstance(last, Block) and type(first) is type(last):
            count = direction * ((last.year - first.year) * first.a_year() + last.number - first.number + 1)
            return Span(first.shifted(count), last.shifted(count))
        shift = timedelta(days=direction * self.days)
        return Span(Day(self.start + shift), Day(self.end + shift))

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


B = TypeVar("B", bound=Block)
KINDS: dict[str, type[Block]] = {"year": Year, "half": Half, "quarter": Quarter, "month": Month}


def _simple(text: str, whole: str) -> Block | Day:
    for kind in KINDS.values():
        if found := re.fullmatch(kind.PATTERN, text):
            return _made(kind, found, whole)
    try:
        return Day(date.fromisoformat(text))
    except ValueError:
        raise NotAPeriodError(whole) from None


def _made(kind: type[Block], found: re.Match[str], whole: str) -> Block:
    try:
        return kind(int(found[1]), int(found[2] or 1))
    except NotAPeriodError:
        raise NotAPeriodError(whole) from None
