"""How alike two values are: from 0 (surely different) to 1 (the same), or None where one of them is not known.

Pure functions on plain values, for the parts a noun declares.
"""

from collections.abc import Collection, Mapping
from datetime import date, time
from math import asin, cos, radians, sin, sqrt
from typing import Any

from rapidfuzz import fuzz

EARTH = 6371.0  # kilometres


def same(one: Any, other: Any) -> float | None:
    return None if one in (None, "") or other in (None, "") else float(one == other)


def days(one: date, other: date, *, reach: int = 4) -> float:
    """1 on the same day, falling to 0 over `reach` days; day and month taken for each other is nearly the same."""
    apart = abs((one - other).days)
    if apart == 0:
        return 1.0
    if swapped(one) == other:
        return 0.8
    return max(0.0, 1.0 - apart / reach) * 0.85


def swapped(day: date) -> date | None:
    """The date with day and month exchanged, where that is another date."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def hours(one: time | None, other: time | None, *, reach: float = 6.0) -> float | None:
    """1 at the same minute, 0 from `reach` hours on; midnight is passed over."""
    if one is None or other is None:
        return None
    apart = abs((one.hour - other.hour) * 60 + one.minute - other.minute) / 60
    return max(0.0, 1.0 - min(apart, 24 - apart) / reach)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along a great circle, by the haversine formula; points as (latitude, longitude)."""
    north, east = radians(other[0] - one[0]), radians(other[1] - one[1])
    chord = sin(north / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(east / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(chord)))


def near(one: tuple[float, float] | None, other: tuple[float, float] | None, *, reach: float = 10.0) -> float | None:
    """1 within a kilometre, 0 from `reach` kilometres on."""
    if one is None or other is None:
        return None
    apart = kilometres(one, other)
    return 1.0 if apart <= 1 else max(0.0, 1.0 - (apart - 1) / (reach - 1))


def name(one: str, other: str) -> float | None:
    """Two folded names: as typed, and whatever the order of their words; half alike is not alike."""
    if not one or not other:
        return None
    if one == other:
        return 1.0
    return _stretched(max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other) * 0.97), 60.0)


def text(one: str, other: str) -> float | None:
    """Two folded texts: the words they share, whatever their order and whatever one says beyond the other;
    texts of one trade share much by nature.
    """
    if not one or not other:
        return None
    if one == other:
        return 1.0
    return _stretched(fuzz.token_set_ratio(one, other), 60.0)


def counts(one: Mapping[str, int], other: Mapping[str, int]) -> float | None:
    """Two sets of counts: 1 if equal, less by every one that differs; None where either says nothing at all."""
    if not one or not other:
        return None
    apart = sum(abs(one.get(key, 0) - other.get(key, 0)) for key in one.keys() | other.keys())
    return max(0.0, 1.0 - apart / max(sum(one.values()), sum(other.values()), 1))


def shared(one: Collection[str], other: Collection[str]) -> float | None:
    """How much of the smaller set the larger one holds."""
    if not one or not other:
        return None
    return len(set(one) & set(other)) / min(len(set(one)), len(set(other)))


def _stretched(ratio: float, floor: float) -> float:
    """A ratio of 0 to 100 with everything up to `floor` counted as nothing in common."""
    return max(0.0, (ratio - floor) / (100.0 - floor))
