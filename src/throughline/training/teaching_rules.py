"""What must hold of trainers, of the sessions they teach, and of pairs. One list for form, API, import and own page."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Problem
from throughline.kernel.ui import formats
from throughline.training.choices import TOOK_PART, Kind
from throughline.training.models import Activity, Pairing, Person, Place
from throughline.training.models.teaching import Sort
from throughline.training.rules import EARLIEST, language_problems

Values = Mapping[str, Any]
CLOSED = (Handling.STRICT, Handling.RED)
FRIDAY = 4
MONTHS = (3, 12)
MOST_HOURS = 200
MOST_REACHED = 5_000


def naming_problems(values: Values) -> Iterator[Problem]:
    """Records that name people stay with those who may read the people."""
    if (code := values.get("handling")) and code not in CLOSED:
        message = _("This record names people. It is TLP:AMBER+STRICT or TLP:RED; others see counts.")
        yield Problem("handling", message, str(code))


def trainer_problems(values: Values) -> Iterator[Problem]:
    """Who becomes a trainer through a training of trainers took part in it."""
    yield from naming_problems(values)
    yield from language_problems(values)
    through, person = values.get("through"), values.get("person")
    if through is None or person is None:
        return
    if through.kind != Kind.TRAIN_THE_TRAINER:
        yield Problem("through", _("This activity is no training of trainers."), str(through.reference))
    elif not took_part(person, through):
        yield Problem("through", _("This person did not attend that training of trainers."), str(through.reference))


def took_part(person: Person, activity: Activity) -> bool:
    return Place.objects.filter(activity=activity, person=person, state__in=TOOK_PART).exists()


def area_problems(rows: Any) -> Iterator[Problem]:
    seen: set[Any] = set()
    for number, row in enumerate(rows):
        area = row.get("area")
        if area is not None and area in seen:
            yield Problem(f"areas.{number}.area", _("This area is named already."), str(area))
        seen.add(area)


def cascade_problems(values: Values) -> Iterator[Problem]:
    """A session was held after the training, reached somebody, and is of a trainer who took part in that training."""
    activity, held, trainer = values.get("activity"), values.get("held_on"), values.get("trainer")
    reached = sum(values.get(name) or 0 for name in ("women", "men", "sex_not_reported"))
    if not reached:
        yield Problem("women", _("Say how many took part: women, men, or sex not reported."), "0")
    if reached > MOST_REACHED:
        yield Problem("women", _("More than %(most)s in one session: check the numbers.") % {"most": MOST_REACHED})
    if (hours := values.get("hours")) is not None and not 0 < hours <= MOST_HOURS:
        yield Problem("hours", _("Give the hours taught, more than nought, or leave them empty."), str(hours))
    if held is not None and held > timezone.localdate():
        yield Problem("held_on", _("This day has not come yet. Report the session once it was held."), str(held))
    if activity is None:
        return
    if activity.kind != Kind.TRAIN_THE_TRAINER:
        yield Problem("activity", _("This activity is no training of trainers."), activity.reference)
    elif held is not None and held < activity.ends_on:
        message = _("The training of trainers ended on %(day)s. What was taught before is no result of it.")
        yield Problem("held_on", message % {"day": activity.ends_on}, str(held))
    if trainer is not None and not took_part(trainer.person, activity):
        yield Problem("activity", _("This trainer did not attend that training of trainers."), activity.reference)


def pairing_problems(values: Values) -> Iterator[Problem]:
    """Two people of different organisations, for a time that fits the kind."""
    yield from naming_problems(values)
    host, guest, activity = values.get("host"), values.get("guest"), values.get("activity")
    if host is not None and guest is not None:
        if host == guest:
            yield Problem("guest", _("Nobody is paired with themselves."))
        elif host.owner_id == guest.owner_id:
            yield Problem("guest", _("Both are of the same organisation. A pair is of two."))
    for name, person in (("host", host), ("guest", guest)):
        if person is not None and person.erased_at is not None:
            yield Problem(name, _("What was kept of this person has been erased."))
    if activity is not None and activity.kind not in (Kind.EXCHANGE, Kind.MENTORING):
        yield Problem("activity", _("This activity is no exchange and no mentoring."), activity.reference)
    yield from time_problems(values)


def time_problems(values: Values) -> Iterator[Problem]:
    """Mentoring has a least and a longest time; the week of an exchange is only warned about (`week_warning`)."""
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts is None or ends is None:
        return
    if starts < EARLIEST:
        yield Problem("starts_on", _("The date lies before %(year)s. Check the year.") % {"year": EARLIEST.year})
    if ends < starts:
        yield Problem("ends_on", _("It ends before it starts. Check the two dates."), str(ends))
    elif values.get("kind") == Sort.MENTORING and not _months(starts, MONTHS[0]) <= ends <= _months(starts, MONTHS[1]):
        message = _("Mentoring takes %(least)s to %(most)s months: from %(start)s it ends between %(from)s and %(to)s.")
        told = {"least": MONTHS[0], "most": MONTHS[1], "start": starts}
        told |= {"from": _months(starts, MONTHS[0]), "to": _months(starts, MONTHS[1])}
        yield Problem("ends_on", message % told, str(ends))


def _months(start: date, number: int) -> date:
    """The day before the same day so many months on: 1 March and three months is 31 May."""
    years, month = divmod(start.month - 1 + number, 12)
    first = date(start.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return min(first + timedelta(days=start.day - 1), last) - timedelta(days=1)


def week_warning(pairing: Pairing) -> str:
    """An exchange is one week from Monday to Friday. Others are allowed, and said to be so."""
    starts, ends = pairing.starts_on, pairing.ends_on
    usual = starts.weekday() == 0 and ends.weekday() == FRIDAY and ends - starts == timedelta(days=FRIDAY)
    if pairing.kind != Sort.EXCHANGE or usual:
        return ""
    monday = (
        starts - timedelta(days=starts.weekday())
        if starts.weekday() <= FRIDAY
        else starts + timedelta(days=7 - starts.weekday())
    )
    message = _(
        "An exchange takes one week, Monday to Friday. These dates do not; the week would be %(from)s to %(to)s."
    )
    return message % {"from": formats.day(monday), "to": formats.day(monday + timedelta(days=FRIDAY))}
