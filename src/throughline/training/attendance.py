"""How much of an activity someone attended, and who has earned a certificate. Pure: it knows nothing but numbers.

The share is taken over all sessions that were held. A session for which nothing was written down counts as missed,
and so does one that was excused: an excuse explains an absence, it does not make anyone present (ADR 0140).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, TypeVar

NONE, HALF, WHOLE = 0, 50, 100
PERCENTS = (NONE, HALF, WHOLE)
# Badges are scanned before a session begins; how long before belongs to it.
EARLY = timedelta(minutes=30)
CENT = Decimal("0.01")

Key = TypeVar("Key")


@dataclass(frozen=True)
class Mark:
    """What was written down for one person in one session."""

    percent: int
    excused: bool = False


class Sitting(Protocol):
    """The two moments of a session."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


S = TypeVar("S", bound=Sitting)


@dataclass(frozen=True)
class Tally:
    """One person's attendance in numbers."""

    held: int
    total: int
    missed: int
    excused: int
    unwritten: int

    @property
    def percent(self) -> Decimal | None:
        """The mean of all sessions held, to two decimals; None where there was none."""
        return (Decimal(self.total) / self.held).quantize(CENT, ROUND_HALF_UP) if self.held else None

    def earns(self, needed: int) -> bool:
        """Whether it reaches what the activity asks, before any rounding. Where no session was held, nobody can have."""
        return self.held > 0 and self.total >= needed * self.held

    def standing(self, needed: int) -> str:
        """Attended as asked, in part, or not at all; '' where nothing can be said."""
        if not self.held:
            return ""
        if not self.total:
            return "no-show"
        return "attended" if self.earns(needed) else "partly"


def held(sessions: Iterable[S], now: datetime) -> list[S]:
    """The sessions that have begun. One that did not take place is taken out of the activity."""
    return [one for one in sessions if one.starts_at <= now]


def tally(sessions: Sequence[Key], marks: Mapping[Key, Mark]) -> Tally:
    """What someone attended of the sessions that were held, given by their keys."""
    there = [marks.get(one) for one in sessions]
    return Tally(
        held=len(there),
        total=sum(one.percent for one in there if one),
        missed=sum(1 for one in there if one is None or one.percent == NONE),
        excused=sum(1 for one in there if one and one.excused),
        unwritten=sum(1 for one in there if one is None),
    )


def current(sessions: Iterable[S], now: datetime, early: timedelta = EARLY) -> S | None:
    """The session a badge that is shown now is for: the one that runs, else the next if it begins soon.

    Of two that run at once (parallel groups), none: a person has to say which.
    """
    there = list(sessions)
    running = [one for one in there if one.starts_at <= now < one.ends_at]
    if running:
        return running[0] if len(running) == 1 else None
    soon = [one for one in there if one.starts_at - early <= now < one.starts_at]
    first = min(soon, key=lambda one: one.starts_at, default=None)
    same = [one for one in soon if first is not None and one.starts_at == first.starts_at]
    return first if len(same) == 1 else None


def scanned(before: Mark | None) -> Mark:
    """What showing a badge makes of what was there: it makes present, and leaves a half that a person wrote."""
    if before is None or before.percent == NONE:
        return Mark(WHOLE)
    return before
