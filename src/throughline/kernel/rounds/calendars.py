"""A deadline as a calendar file (iCalendar, RFC 5545), written here: one event and its alarms need no library."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MOST_OCTETS = 75


@dataclass(frozen=True)
class Deadline:
    """A day on which something is due. `revised`: when this was last changed, which is what DTSTAMP says here."""

    uid: str
    title: str
    due: date
    revised: datetime
    text: str = ""
    url: str = ""
    days_before: tuple[int, ...] = ()


def calendar_file(deadlines: Iterable[Deadline]) -> bytes:
    """A calendar with an all-day event for each deadline and an alarm for each reminder."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Throughline//Rounds//EN", "CALSCALE:GREGORIAN"]
    for one in deadlines:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(one: Deadline) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(one.uid)}",
        f"DTSTAMP:{one.revised.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(one.title)}",
        "TRANSP:TRANSPARENT",
    ]
    if one.text:
        lines.append(f"DESCRIPTION:{escaped(one.text)}")
    if one.url:
        lines.append(f"URL:{one.url}")
    for days in one.days_before:
        alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(one.title)}", f"TRIGGER:-P{days}D")
        lines += [*alarm, "END:VALARM"]
    return [*lines, "END:VEVENT"]


def escaped(text: str) -> str:
    """Text as RFC 5545 writes it: no line of it can become a line of the file."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in plain if letter in {"\n", "\t"} or ord(letter) >= 32)
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Lines longer than 75 octets continue on the next, which starts with a space; letters are never cut."""
    parts, current, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > MOST_OCTETS:
            parts.append(current)
            current, size = " ", 1
        current, size = current + letter, size + octets
    return "\r\n".join([*parts, current])
