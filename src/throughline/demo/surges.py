"""Two months that stand out, for early warning to find: the quarter keeps its totals, a month of it gets more of them."""

from datetime import timedelta
from random import Random

from throughline.demo.allocation import pick
from throughline.demo.shapes import Event

MONTH, QUARTER = 3, "2024-Q1"
# (jurisdiction, type, how many of the quarter's cases happened in its last month instead)
SURGES = (("XK", "weapon-seizure", 40), ("AL", "criminal-context", 9))


def gather(events: list[Event], random: Random) -> None:
    """Move cases of January and February to the same day of March, and what was reported on them with them."""
    for place, type_, number in SURGES:
        cases = [
            one
            for one in events
            if (one.quarter, one.jurisdiction, one.type, one.date_precision) == (QUARTER, place, type_, "day")
            and one.occurred_on.month < MONTH
        ]
        for one in pick(cases, number, random):
            day = one.occurred_on.replace(month=MONTH)
            later = day - one.occurred_on
            one.occurred_on = day
            for report in one.reports:
                report.published_on += timedelta(later.days)
