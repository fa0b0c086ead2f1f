"""Activities as a calendar file (iCalendar, RFC 5545). Pure: no request, no database, no clock.

Each event has a number of its version (SEQUENCE), so that a calendar that already holds it takes the newer one; a
cancelled activity stays in the file as cancelled, because one that is merely missing stays in some calendars for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from throughline.kernel.rounds.calendars import escaped, folded

STATUS = {"planned": "TENTATIVE", "confirmed": "CONFIRMED", "done": "CONFIRMED", "cancelled": "CANCELLED"}
REFRESH = "PT6H"


@dataclass(frozen=True)
class Event:
    """One event: of whole days, or, with moments, of hours."""

    uid: str
    sequence: int
    changed: datetime
    title: str
    status: str
    first: date
    last: date
    starts: datetime | None = None
    ends: datetime | None = None
    place: str = ""
    text: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()


def calendar_file(name: str, events: Iterable[Event]) -> bytes:
    """A calendar with these events. What is not known is left out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Throughline//Training//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(event: Event) -> list[str]:
    changed = _utc(event.changed)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        *_when(event),
        f"SUMMARY:{escaped(event.title)}",
        f"STATUS:{STATUS.get(event.status, 'TENTATIVE')}",
        f"TRANSP:{'OPAQUE' if event.status == 'confirmed' else 'TRANSPARENT'}",
    ]
    told = {"LOCATION": event.place, "DESCRIPTION": event.text}
    lines += [f"{name}:{escaped(value)}" for name, value in told.items() if value]
    if event.url:
        lines.append(f"URL:{event.url}")
    if event.categories:
        lines.append(f"CATEGORIES:{','.join(map(escaped, event.categories))}")
    return [*lines, "END:VEVENT"]


def _when(event: Event) -> list[str]:
    """A day's event ends on the morning after; one of hours is told in universal time."""
    if event.starts is not None and event.ends is not None:
        return [f"DTSTART:{_utc(event.starts)}", f"DTEND:{_utc(event.ends)}"]
    after = event.last + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
