"""What waits for a viewer at which station: the heart of the home page.

An app registers a function per station that says, for one viewer, what is waiting there:

    waiting.register("collect", lambda viewer: [Waiting(_("Incidents to check"), 3, url)])

What belongs to no station (notices, proposals to a record of mine, questions to me) is registered at `ANYWHERE`.
The function must read through `visible_to(viewer)` like any page. The home page puts all of it into one order,
what is due first on top, so a source that knows a day gives it as `due`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django_stubs_ext import StrOrPromise

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui.navigation import STATIONS

ANYWHERE = ""
"""In place of a station: what waits, but has none."""


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what it is, how many, where; `due` is the day on which the first of them is due."""

    label: StrOrPromise
    count: int
    url: str
    due: date | None = None

    @property
    def late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


@dataclass(frozen=True)
class Placed:
    """A thing to do with the station it stands at ('' for none), as one line of the home page."""

    item: Waiting
    station: StrOrPromise = ""


@dataclass(frozen=True)
class Change:
    """Something that happened lately, in one line."""

    label: StrOrPromise
    url: str
    at: datetime
    by: str = ""
    about: str = ""


Source = Callable[[Viewer], list[Waiting]]
ChangeSource = Callable[[Viewer], list[Change]]

_sources: dict[str, list[Source]] = {name: [] for name in (*STATIONS, ANYWHERE)}
_changes: list[ChangeSource] = []
CHANGES_SHOWN = 12


def register(station: str, source: Source) -> None:
    if station not in _sources:
        message = f"no station is called {station!r}: choose one of {', '.join(STATIONS)}, or ANYWHERE"
        raise ValueError(message)
    if source not in _sources[station]:
        _sources[station].append(source)


def register_changes(source: ChangeSource) -> None:
    """Add a source for 'What changed lately' on the home page."""
    if source not in _changes:
        _changes.append(source)


def waiting_for(viewer: Viewer) -> dict[str, list[Waiting]]:
    """Per station what waits for this viewer; what counts zero is left out."""
    return {
        station: [item for source in sources for item in source(viewer) if item.count]
        for station, sources in _sources.items()
    }


def in_order(found: dict[str, list[Waiting]]) -> list[Placed]:
    """All that waits in one list: by the day it is due, what has no day after that, in the order of the stations."""
    placed = [Placed(item, STATIONS.get(station, "")) for station, items in found.items() for item in items]
    return sorted(placed, key=lambda one: one.item.due or date.max)


def changes_for(viewer: Viewer) -> list[Change]:
    """The latest changes of all sources, newest first."""
    found = [change for source in _changes for change in source(viewer)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:CHANGES_SHOWN]
