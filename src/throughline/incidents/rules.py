"""What an incident must satisfy as a whole, beyond its single fields. One list for form, API and import."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.incidents.choices import DatePrecision, Outcome, Side
from throughline.kernel.access.errors import Problem

EARLIEST = date(1990, 1, 1)
HARMED = frozenset({Outcome.KILLED, Outcome.INJURED, Outcome.THREATENED})
SEIZURE = "weapon-seizure"
SUICIDE = "suicide"

Values = Mapping[str, Any]
Lines = Mapping[str, Sequence[Mapping[str, Any]]]


def problems(values: Values, lines: Lines) -> Iterator[Problem]:
    """Everything wrong with the incident as a whole, each with the field it is shown at."""
    yield from date_problems(values)
    yield from position_problems(values)
    people = lines.get("people", ())
    yield from person_problems(people)
    top = _top_code(values.get("kind"))
    if top == SEIZURE:
        yield from seizure_problems(people)
    if top == SUICIDE and people and not any(person.get("outcome") == Outcome.SUICIDE for person in people):
        yield Problem("people", _("A suicide needs a person whose outcome is 'Died by suicide'."))


def date_problems(values: Values) -> Iterator[Problem]:
    occurred: date | None = values.get("occurred_on")
    if occurred is None:
        return
    # The day of the process first: asking for the installation's own day is dear, and they differ by one at most.
    if occurred > date.today() and occurred > timezone.localdate() + timedelta(days=1):  # noqa: DTZ011
        yield Problem("occurred_on", _("The date lies in the future. Check day, month and year."), str(occurred))
    if occurred < EARLIEST:
        yield Problem(
            "occurred_on",
            _("The date lies before %(year)s. Check the year.") % {"year": EARLIEST.year},
            str(occurred),
        )
    if values.get("occurred_at") and values.get("date_precision", DatePrecision.DAY) != DatePrecision.DAY:
        yield Problem("occurred_at", _("A time needs an exact day. Leave the time empty or give the day."))


def position_problems(values: Values) -> Iterator[Problem]:
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        yield Problem(missing, _("A position needs both latitude and longitude. Give both or neither."))
    if latitude is not None and not -90 <= latitude <= 90:
        yield Problem("latitude", _("Latitude lies between -90 and 90."), str(latitude))
    if longitude is not None and not -180 <= longitude <= 180:
        yield Problem("longitude", _("Longitude lies between -180 and 180."), str(longitude))


def person_problems(people: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    for number, person in enumerate(people):
        if person.get("role") and person.get("side") == Side.VICTIM:
            yield Problem(f"people.{number}.role", _("Only a perpetrator has a role. Leave it empty for a victim."))
        age = person.get("age")
        if age is not None and age > 120:
            yield Problem(f"people.{number}.age", _("The age is over 120. Check it, or leave it empty."), str(age))


def seizure_problems(people: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """A seizure has no victim; who was hurt belongs to an incident of another type."""
    for number, person in enumerate(people):
        if person.get("side") == Side.VICTIM or person.get("outcome") in HARMED:
            yield Problem(
                f"people.{number}.side",
                _("A weapon seizure has no victim. Choose another type, or enter the harm as its own incident."),
            )


def _top_code(kind: Any) -> str:
    return kind.top.code if kind is not None else ""
