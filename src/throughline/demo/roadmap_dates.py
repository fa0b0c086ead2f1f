"""Putting rounds where their periods are: verbs stamp the moment they run, and a round of 2023 did not run today.

Records are dated afterwards, by a verb whose entry says so: history itself keeps the moment of loading, as it does
for the incidents. Versions are the exception. Nothing changes one once it is written, so they get their moment
while they are written (`moment`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from throughline.demo.cast_of_people import let_no_mail_leave
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.models import Notice
from throughline.kernel.rounds.choices import OWED, RoundState
from throughline.kernel.rounds.models import Part, Remark, Reminder, Return, Round, Sheet, Version

WHY = "Illustrative: set to when such a round would have run. History keeps the moment it was made up."
OFFICE_HOURS = time(9, 40)
PREPARED = timedelta(days=10)


def at(day: date, minutes: int = 0) -> datetime:
    """A moment of a working day, never in the future."""
    found = timezone.make_aware(datetime.combine(day, OFFICE_HOURS)) + timedelta(minutes=minutes)
    return min(found, timezone.now())


@contextmanager
def moment(when: datetime) -> Iterator[None]:
    """Versions written inside bear this moment: the default of their date is another one meanwhile.

    Loading runs in a process of its own, before anybody is served.
    """
    field: Any = Version._meta.get_field("at")
    field.__dict__["_get_default"] = lambda: when  # where Django keeps what a field's default gives
    try:
        yield
    finally:
        del field.__dict__["_get_default"]


@dataclass(frozen=True)
class Times:
    """When a return was looked at, begun, handed in and decided on."""

    opened: datetime
    started: datetime
    submitted: datetime
    decided: datetime

    @classmethod
    def of(cls, opens: date, due: date, number: int) -> "Times":
        """Different for each of them: the higher the number, the later."""
        span = (due - opens).days
        submitted = due - timedelta(days=max(1, span // 4 - 2 * number))
        return cls(
            opened=at(opens + timedelta(days=1 + number), 17 * number),
            started=at(opens + timedelta(days=span // 4 + number), 31 * number),
            submitted=at(submitted, 23 * number),
            decided=at(submitted + timedelta(days=9 + number), 11 * number),
        )


@verb("demo.dates")
def put_back(
    actor: Viewer,
    *,
    asked_in: Round,
    opens: date,
    due: date,
    closed: date | None,
    times: dict[Any, Times],
) -> None:
    """Date a round, its returns, parts, reminders and remarks; drop the messages nobody is there to read.

    Order: the round; each return and what hangs on it, where the times are given; notices and mails; history.
    """
    before = {"opens_on": str(asked_in.opens_on), "due_on": str(asked_in.due_on)}
    values = {"opens_on": opens, "due_on": due, "created_at": at(opens - PREPARED), "changed_at": at(opens)}
    Round.objects.filter(pk=asked_in.pk).update(**values, closed_at=at(closed) if closed else None)
    for ret in Return.objects.filter(round=asked_in):
        date_return(ret, round_made=at(opens - PREPARED), due=due, times=times.get(ret.pk))
    hush(asked_in)
    asked_in.refresh_from_db()
    note(asked_in, before=before, after={"opens_on": str(opens), "due_on": str(due)}, reason=WHY)


def date_return(ret: Return, *, round_made: datetime, due: date, times: Times | None) -> None:
    """Only what happened gets a date: what is empty stays empty."""
    values: dict[str, datetime] = {"created_at": round_made, "changed_at": round_made}
    if times is not None:
        happened = {
            "opened_at": times.opened,
            "started_at": times.started,
            "submitted_at": times.submitted,
            "decided_at": times.decided,
        }
        values |= {name: when for name, when in happened.items() if getattr(ret, name)}
        values["changed_at"] = max(values.values())
        date_sheet(ret.sheet, times.started)
        for part in ret.parts.all():
            date_part(part, times)
    Return.objects.filter(pk=ret.pk).update(**values)
    Reminder.objects.filter(of=ret).update(at=at(due + timedelta(days=6)))
    Remark.objects.filter(version__sheet=ret.sheet).update(at=values["changed_at"])


def date_part(part: Part, times: Times) -> None:
    started = times.started + timedelta(days=2)
    happened = {"opened_at": times.opened, "started_at": started, "handed_in_at": times.started + timedelta(days=6)}
    values = {name: when for name, when in happened.items() if getattr(part, name)}
    Part.objects.filter(pk=part.pk).update(
        **values, created_at=times.opened, changed_at=max([times.opened, *values.values()])
    )
    date_sheet(part.sheet, started)


def date_sheet(sheet: Sheet, when: datetime) -> None:
    stamps = {place: [who, when.isoformat(), via] for place, (who, _when, via) in sheet.stamps.items()}
    Sheet.objects.filter(pk=sheet.pk).update(stamps=stamps, changed_at=when)


def hush(asked_in: Round) -> None:
    """No mail of what was made up leaves; notices stay where something is still to be done."""
    returns = list(Return.objects.filter(round=asked_in))
    done = [ret.pk for ret in returns if asked_in.state == RoundState.CLOSED or ret.state not in OWED]
    parts = list(Part.objects.filter(of__in=done).values_list("pk", flat=True))
    for model, keys in ((Return, done), (Part, parts)):
        kind = ContentType.objects.get_for_model(model)
        Notice.objects.filter(content_type=kind, object_id__in=keys).delete()
    let_no_mail_leave()
