"""Calendar files as RFC 5545 wants them."""

from datetime import UTC, date, datetime

from throughline.kernel.rounds.calendars import Deadline, calendar_file, escaped, folded

STAMP = datetime(2024, 3, 7, 12, 0, tzinfo=UTC)


def test_a_deadline_is_a_day_with_an_alarm_for_each_reminder() -> None:
    one = Deadline("RO-2024-000001@example.org", "Due: KPI", date(2024, 3, 31), STAMP, days_before=(3,))

    assert calendar_file([one]).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Throughline//Rounds//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        "UID:RO-2024-000001@example.org",
        "DTSTAMP:20240307T120000Z",
        "DTSTART;VALUE=DATE:20240331",
        "DTEND;VALUE=DATE:20240401",
        "SUMMARY:Due: KPI",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Due: KPI",
        "TRIGGER:-P3D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_text_cannot_become_a_line_of_its_own() -> None:
    assert escaped("a\\b;c,d\r\ne\rf\x00\x1b") == "a\\\\b\\;c\\,d\\ne\\nf"


def test_long_lines_are_folded_and_letters_never_cut() -> None:
    line = "SUMMARY:" + "Извештај о оружју " * 12

    parts = folded(line).split("\r\n")

    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part.removeprefix(" ") for part in parts[1:]) == line
    assert all(part.startswith(" ") for part in parts[1:])
