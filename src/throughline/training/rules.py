"""What must hold of entries and activities as a whole. One list for form, API, import and the steps of the flow."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem

Values = Mapping[str, Any]
Lines = Mapping[str, Sequence[Mapping[str, Any]]]
LANGUAGES = re.compile(r"[a-z]{2,3}(-[a-z]{4})?( *, *[a-z]{2,3}(-[a-z]{4})?)*")
EARLIEST = date(1990, 1, 1)
LONGEST_YEARS = 5
MOST_PERCENT = 100


def last_day(values: Values) -> date | None:
    """The last day; an activity that names none takes one day."""
    return values.get("ends_on") or values.get("starts_on")


def activity_problems(values: Values, lines: Lines) -> Iterator[Problem]:
    """Everything wrong with the activity as a whole, each with the field it is shown at."""
    yield from date_problems(values)
    yield from place_problems(values)
    yield from language_problems(values)
    yield from belonging_problems(values)
    yield from session_problems(values, lines.get("sessions", ()))
    yield from quota_problems(values, lines.get("quotas", ()))


def date_problems(values: Values) -> Iterator[Problem]:
    starts, ends = values.get("starts_on"), last_day(values)
    if starts is None or ends is None:
        return
    if ends < starts:
        yield Problem("ends_on", _("It ends before it starts. Check the two dates."), str(ends))
    if starts < EARLIEST:
        yield Problem("starts_on", _("The date lies before %(year)s. Check the year.") % {"year": EARLIEST.year})
    if ends - starts > timedelta(days=366 * LONGEST_YEARS):
        yield Problem("ends_on", _("It takes longer than five years. Check the year."), str(ends))
    if (until := values.get("nominate_by")) and until > ends:
        yield Problem("nominate_by", _("Nominations would be due after the last day."), str(until))
    if (free := values.get("release_on")) and free > ends:
        yield Problem("release_on", _("Places would be released after the last day."), str(free))


def place_problems(values: Values) -> Iterator[Problem]:
    capacity, minimum = values.get("capacity"), values.get("minimum")
    if capacity is not None and minimum is not None and minimum > capacity:
        yield Problem("minimum", _("The least number is higher than the number of places."), str(minimum))
    if capacity == 0:
        yield Problem("capacity", _("Leave the number of places empty if there is no limit."), "0")
    if (needed := values.get("attendance_needed")) is not None and needed > MOST_PERCENT:
        yield Problem("attendance_needed", _("A share is at most 100 percent."), str(needed))


def language_problems(values: Values) -> Iterator[Problem]:
    if (told := values.get("languages")) and not LANGUAGES.fullmatch(told.strip().lower()):
        yield Problem("languages", _("Write the codes of languages, separated by commas: en, sq, sr-latn."), told)


def belonging_problems(values: Values) -> Iterator[Problem]:
    """A component is one of the project's; what is multiplied is another activity."""
    component, project = values.get("component"), values.get("project")
    if component is not None and project is not None and component.project_id != project.pk:
        yield Problem("component", _("This component belongs to another project."), str(component))


def session_problems(values: Values, sessions: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """A session ends after it starts and lies within the days of the activity."""
    first, last = values.get("starts_on"), last_day(values)
    for number, session in enumerate(sessions):
        starts: datetime | None = session.get("starts_at")
        ends: datetime | None = session.get("ends_at")
        if starts is None or ends is None:
            continue
        if ends <= starts:
            yield Problem(f"sessions.{number}.ends_at", _("The session ends before it starts."), _clock(ends))
        days = timezone.localtime(starts).date(), timezone.localtime(ends).date()
        if first and last and (days[0] < first or days[1] > last):
            yield Problem(
                f"sessions.{number}.starts_at",
                _("The session lies outside the days of the activity, %(first)s to %(last)s.")
                % {"first": first, "last": last},
                _clock(starts),
            )


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def quota_problems(values: Values, quotas: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Each quota is for a jurisdiction or for a group, named once; together they do not exceed the places."""
    seen: set[Any] = set()
    for number, quota in enumerate(quotas):
        place, group = quota.get("jurisdiction"), quota.get("scope")
        if (place is None) == (group is None):
            yield Problem(f"quotas.{number}.jurisdiction", _("A quota is for a jurisdiction or for a group, not both."))
        elif (named := place or group) in seen:
            yield Problem(f"quotas.{number}.places", _("There is a quota for %(who)s already.") % {"who": named})
        seen.add(place or group)
    total = sum(quota.get("places") or 0 for quota in quotas)
    capacity = values.get("capacity")
    if capacity is not None and total > capacity:
        message = _("The quotas add up to %(total)s, but there are %(capacity)s places.")
        yield Problem("capacity", message % {"total": total, "capacity": capacity}, str(capacity))


def entry_problems(values: Values) -> Iterator[Problem]:
    """What is wrong with an entry of the catalogue as a whole."""
    yield from language_problems(values)
    if values.get("days") == 0:
        yield Problem("days", _("Leave the days empty if they are not known."), "0")


def missing_of_entry(values: Values) -> Iterator[Problem]:
    """What a third party needs to judge a course must be said before it is in the catalogue."""
    needed = {
        "aim": _("Say what the training is for before it goes into the catalogue."),
        "outcomes": _("Say what participants will be able to do before it goes into the catalogue."),
        "target_group": _("Say for whom it is before it goes into the catalogue."),
        "assessment": _("Say how learning is assessed (or that it is not) before it goes into the catalogue."),
    }
    for name, message in needed.items():
        if not (values.get(name) or "").strip():
            yield Problem(name, message)


def project_problems(values: Values) -> Iterator[Problem]:
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        yield Problem("ends_on", _("It ends before it starts. Check the two dates."), str(ends))
    yield from validity_problems(values)


def validity_problems(values: Values) -> Iterator[Problem]:
    begins, ends = values.get("valid_from"), values.get("valid_to")
    if begins and ends and ends < begins:
        yield Problem("valid_to", _("The end lies before the beginning."), str(ends))
