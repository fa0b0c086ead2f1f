"""The calendar as plain data for a page: weeks of a month, months of a list, bars of a timeline. Pure functions."""

from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Protocol

from throughline.kernel.periods import Block, Month, Period

MONDAY = 0
WIDTH = 1_000
MOST_MONTHS = 18
NARROWEST = 4


class Happening(Protocol):
    """What the calendar needs to know of an activity."""

    starts_on: Any
    ends_on: Any


@dataclass(frozen=True)
class Shown:
    """An activity on one of its days."""

    activity: Any
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Day:
    day: date
    inside: bool
    today: bool
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class Bar:
    """An activity on the timeline: where it begins and how long it is, of a thousand."""

    activity: Any
    x: int
    width: int


def weeks(month: Month, happenings: Iterable[Happening], today: date) -> list[list[Day]]:
    """The weeks of a month, Monday first, each day with what happens on it."""
    there = list(happenings)
    return [
        [_day(day, month, there, today) for day in week]
        for week in Calendar(MONDAY).monthdatescalendar(month.start.year, month.start.month)
    ]


def _day(day: date, month: Month, there: list[Happening], today: date) -> Day:
    inside = day in month
    found = tuple(
        Shown(one, day == one.starts_on, day == one.ends_on) for one in there if one.starts_on <= day <= one.ends_on
    )
    return Day(day, inside, day == today, found if inside else ())


def by_month(happenings: Iterable[Any], period: Period) -> Iterator[tuple[Month, list[Any]]]:
    """Activities under the month they start in; what runs into the period stands under its first month."""
    first = Month.containing(period.start)

    def month(one: Any) -> Month:
        return max(Month.containing(one.starts_on), first)

    for found, rows in groupby(happenings, key=month):
        yield found, list(rows)


def blocks(period: Period) -> list[Block]:
    """The columns of a timeline: months, or quarters where the time is long."""
    months = list(period.months())
    return list(months) if len(months) <= MOST_MONTHS else list(period.quarters())


def bars(period: Period, happenings: Iterable[Any]) -> list[Bar]:
    """Where each activity lies between the first and the last column. Columns are equally wide, whatever their days."""
    columns = blocks(period)
    return [_bar(one, columns) for one in happenings]


def _bar(activity: Any, columns: list[Block]) -> Bar:
    begin = _place(max(activity.starts_on, columns[0].start), columns)
    end = _place(min(activity.ends_on, columns[-1].end) + timedelta(days=1), columns)
    width = max(end - begin, NARROWEST)
    return Bar(activity, min(begin, WIDTH - NARROWEST), width)


def _place(day: date, columns: list[Block]) -> int:
    """How far along a day begins, of a thousand."""
    for number, column in enumerate(columns):
        if day <= column.end:
            part = (day - column.start).days / column.days
            return round(WIDTH * (number + part) / len(columns))
    return WIDTH


def lines(columns: int) -> list[int]:
    """Where one column ends and the next begins, of a thousand."""
    return [round(WIDTH * number / columns) for number in range(1, columns)]
