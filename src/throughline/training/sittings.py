"""Many sessions at once: from days and hours, or from the rows of a sheet. Pure but for the words of problems."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.intake.formats.base import Table
from throughline.kernel.resources.values import Unreadable, read_date, read_moment, read_time, tidy
from throughline.kernel.text import fold

Session = dict[str, Any]
MOST = 500
HOURS = re.compile(r"\s*([\d:.h]+)\s*(?:-|–|to)\s*([\d:.h]+)\s*[,;]?\s*(.*)", re.IGNORECASE)
CALLED: dict[str, tuple[str, ...]] = {
    "starts": ("starts", "starts at", "start", "from", "begin", "od", "fillimi"),
    "ends": ("ends", "ends at", "end", "to", "until", "do", "mbarimi"),
    "day": ("date", "day", "datum", "dan", "data", "dita"),
    "title": ("title", "session", "topic", "name", "naziv", "tema", "titulli"),
    "place": ("place", "room", "venue", "mjesto", "mesto", "sala", "vendi", "salla"),
}


def from_days(first: date, last: date, weekdays: Iterable[int], hours: str) -> list[Session]:
    """A session at each of the hours on each of the weekdays from the first to the last day.

    `hours` has one sitting a line: '09:00-12:30 Morning'.
    """
    sittings = [_sitting(number, line) for number, line in enumerate(hours.splitlines()) if line.strip()]
    if not sittings:
        raise Invalid([Problem("hours", _("Give the hours, one sitting a line: 09:00-12:30 Morning."))])
    wanted = set(weekdays)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    made = [
        {"starts_at": _moment(day, begin), "ends_at": _moment(day, end), "title": title, "place": ""}
        for day in days
        if day.weekday() in wanted
        for begin, end, title in sittings
    ]
    if not made:
        raise Invalid([Problem("weekdays", _("None of these weekdays lies between the first and the last day."))])
    return _few_enough(made)


def _sitting(number: int, line: str) -> tuple[time, time, str]:
    match = HOURS.fullmatch(line)
    try:
        if match is None:
            raise Unreadable(_("Write the hours as 09:00-12:30, then the title if there is one."))
        begin, end = read_time(match[1]), read_time(match[2])
    except Unreadable as fault:
        raise Invalid([Problem("hours", str(fault), line, row=number + 1)]) from fault
    return begin, end, tidy(match[3])


def _moment(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _few_enough(made: list[Session]) -> list[Session]:
    if len(made) > MOST:
        message = _("These would be %(number)s sessions; at most %(most)s can be added at once.")
        raise Invalid([Problem("", message % {"number": len(made), "most": MOST})])
    return made


def from_table(table: Table) -> list[Session]:
    """The sessions of a sheet: all of them, or the problems of every row."""
    columns = _columns(table.columns)
    made, problems = [], []
    for row in table.rows():
        told = {name: (row.cells[at] or "").strip() for name, at in columns.items() if at < len(row.cells)}
        if not any(told.values()):
            continue
        try:
            made.append(_session(told))
        except Unreadable as fault:
            problems.append(Problem("file", str(fault), row=row.number))
    if problems:
        raise Invalid(problems)
    if not made:
        raise Invalid([Problem("file", _("There are no sessions in this file."))])
    return _few_enough(made)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column says what; without a start and an end nothing can be understood."""
    known = {fold(word): name for name, words in CALLED.items() for word in words}
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = known.get(fold(tidy(heading)).replace("_", " "))
        if name is not None:
            found.setdefault(name, at)
    if not {"starts", "ends"} <= set(found):
        raise Invalid(
            [Problem("file", _("Name the columns 'starts' and 'ends'; besides them 'date', 'title' and 'place'."))]
        )
    return found


def _session(told: Mapping[str, str]) -> Session:
    day = read_date(told["day"])[0] if told.get("day") else None
    begin, end = told.get("starts", ""), told.get("ends", "")
    if not begin or not end:
        raise Unreadable(_("Give the start and the end of the session."))
    if day is not None:
        starts, ends = _moment(day, read_time(begin)), _moment(day, read_time(end))
    else:
        starts = read_moment(begin)
        same_day = ":" in end and len(end) <= len("00:00:00")
        ends = _moment(timezone.localtime(starts).date(), read_time(end)) if same_day else read_moment(end)
    return {"starts_at": starts, "ends_at": ends, "title": told.get("title", ""), "place": told.get("place", "")}
