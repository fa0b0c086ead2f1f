"""Figures and their changes in words: the only place where numbers are rounded."""

from django.utils.translation import gettext as _

from throughline.kernel.measures.change import Change, Worth
from throughline.kernel.measures.declare import Kind
from throughline.kernel.periods import KINDS, Half, Period, Quarter
from throughline.kernel.ui import formats

SPACE = formats.NARROW_SPACE


def number(value: float | None, places: int = 0) -> str:
    """A number for reading: rounded, grouped, with a true minus; a dash where it is missing."""
    return formats.number(None if value is None else round(value, places) + 0.0, places)


def percent(value: float, places: int = 0, *, sign: bool = False) -> str:
    written = signed(value, places) if sign else number(value, places)
    return f"{written}{SPACE}%"


def figure(value: float | None, kind: Kind) -> str:
    """A measure's value for reading: shares in percent, to one decimal."""
    if value is None:
        return formats.MISSING
    return percent(value, 1) if kind is Kind.SHARE else number(value)


def signed(value: float, places: int = 0) -> str:
    written = number(value, places)
    return f"+{written}" if value > 0 and round(value, places) else written


def percent_words(change: Change) -> str:
    """'+17 %', '−3.2 points', or 'from 0'."""
    if change.percent is None:
        return _("no change") if change.after == change.before else _("from 0")
    if change.points:
        return _("%(change)s points") % {"change": signed(change.percent, 1)}
    return percent(change.percent, sign=True)


def interval_words(change: Change) -> str:
    """'−8 to +49 %'; empty, where none can be given or where it would be as wide as the world."""
    if change.worth is Worth.FEW or (change.low is None and change.high is None):
        return ""
    places = 1 if change.points else 0
    unit = f" {_('points')}" if change.points else f"{SPACE}%"
    low = signed(change.low or 0, places)
    if change.high is None:
        return _("%(low)s or more") % {"low": low + unit}
    return _("%(low)s to %(high)s") % {"low": low, "high": signed(change.high, places) + unit}


def worth_words(worth: Worth) -> str:
    """What a change is worth, in plain words."""
    return {
        Worth.FEW: _("too few to say"),
        Worth.CHANCE: _("could be chance"),
        Worth.REAL: _("more than chance explains"),
        Worth.NONE: "",
    }[worth]


def change_words(change: Change) -> str:
    """A change in one line: '+17 %, 129 → 151; could be chance'."""
    kind = Kind.SHARE if change.points else Kind.COUNT
    ends = f"{figure(change.before, kind)} → {figure(change.after, kind)}"
    worth = worth_words(change.worth)
    return f"{percent_words(change)}, {ends}; {worth}" if worth else f"{percent_words(change)}, {ends}"


def period_words(period: Period | None) -> str:
    return period.label(str(formats.locale())) if period else _("all periods")


def block_words(kind: str, key: str) -> str:
    """A period as a table's head: 'Q1 2024', 'May 2023'."""
    period = Period.parse(key)
    if not isinstance(period, KINDS[kind]):
        return key
    if isinstance(period, Quarter):
        return _("Q%(number)d %(year)d") % {"number": period.number, "year": period.year}
    if isinstance(period, Half):
        return _("H%(number)d %(year)d") % {"number": period.number, "year": period.year}
    return period.label(str(formats.locale()))


def listed(names: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
