"""Calls to evaluate go out on their day, are repeated to those who have not answered, and close. Done by a duty.

Each step is a transaction of its own: some are told, and that they were told is kept with it. A worker that dies in
between leaves nobody untold and tells nobody twice.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import MAILED_IN_FULL, post, tell
from throughline.kernel.ui import formats
from throughline.training.choices import TOOK_PART, ActivityState, CallSort, PlaceState, Role
from throughline.training.models import Activity, Evaluation, Place, Superior, Ticket
from throughline.training.services.evaluating import check_runs, locked
from throughline.training.web import answer_address, evaluation_address, own_address

AT_ONCE = 100


def due() -> Any:
    """Calls whose day has come and which may be sent, with who they are about."""
    after = ExpressionWrapper(F("activity__ends_on") + F("days"), output_field=DateField())
    before = ExpressionWrapper(F("activity__starts_on") + F("days"), output_field=DateField())
    today = timezone.localdate()
    tests = Q(
        sort=CallSort.PRE_TEST, first__lte=today, activity__state__in=(ActivityState.CONFIRMED, ActivityState.DONE)
    )
    rest = Q(last__lte=today, activity__state=ActivityState.DONE) & ~Q(sort=CallSort.PRE_TEST)
    return Evaluation.objects.annotate(first=before, last=after).filter(tests | rest, sent_at=None).order_by("id")


def send_due(actor: Viewer) -> int:
    """Send every call whose day has come; says how many people were asked."""
    return sum(_send_all(actor, one) for one in due())


def send_now(actor: Viewer, *, evaluation: Evaluation) -> int:
    """Send a call before its day. Raises Refused for all but the team, Invalid where there is nobody to ask yet."""
    check_runs(actor, evaluation.activity)
    if evaluation.sort != CallSort.PRE_TEST and evaluation.activity.state != ActivityState.DONE:
        raise Invalid([Problem("", _("Close the activity as done first: then it is known who took part."))])
    return _send_all(actor, evaluation)


def _send_all(actor: Viewer, evaluation: Evaluation) -> int:
    told = 0
    while True:
        some, whole = send_some(actor, evaluation=evaluation)
        told += some
        if whole:
            return told


@verb("evaluation.send")
def send_some(actor: Viewer, *, evaluation: Evaluation) -> tuple[int, bool]:
    """Ask up to a hundred people, and say whether that was all. The first time the day it closes is settled.

    Who already has a ticket keeps it; who was told is not told again.
    """
    call = locked(evaluation)
    if call.sent_at:
        return 0, True
    if call.closes_on is None:
        call.closes_on = max(call.due_on, timezone.localdate()) + timedelta(days=call.open_days)
        call.save(update_fields=["closes_on"])
        Ticket.objects.bulk_create(_tickets(call), ignore_conflicts=True)
    untold = _addressed(call, told=False)[:AT_ONCE]
    for ticket in untold:
        _ask(call, ticket, reminding=False)
    Ticket.objects.filter(pk__in=[one.pk for one in untold]).update(told=True)
    if len(untold) == AT_ONCE:
        return len(untold), False
    call.sent_at = timezone.now()
    call.save(update_fields=["sent_at"])
    note(call.activity, after={"sent": str(call), "asked": call.tickets.count(), "closes": str(call.closes_on)})
    return len(untold), True


def _tickets(call: Evaluation) -> list[Ticket]:
    """One for each who is asked and can be reached."""
    if call.role == Role.TRAINER:
        return [Ticket(evaluation=call, email=one) for one in call.addresses]
    states = (PlaceState.CONFIRMED, *TOOK_PART) if call.sort == CallSort.PRE_TEST else TOOK_PART
    places = Place.objects.filter(activity=call.activity_id, state__in=states, person__erased_at=None)
    if call.role == Role.LINE_MANAGER:
        named = places.filter(superior__isnull=False).values_list("pk", "superior__email")
        return [Ticket(evaluation=call, place_id=place, email=email) for place, email in named]
    reached = places.filter(Q(person__account__is_active=True) | ~Q(person__email=""))
    return [Ticket(evaluation=call, place_id=place) for place in reached.values_list("pk", flat=True)]


def _addressed(call: Evaluation, **which: bool) -> list[Ticket]:
    rows = call.tickets.filter(**which).select_related("place__person__account").order_by("id")
    return [one for one in rows if one.place is None or one.place.person.erased_at is None]


def _ask(call: Evaluation, ticket: Ticket, *, reminding: bool) -> None:
    """In the inbox of those who have an account and are asked as participants; by mail with the secret address."""
    person = ticket.place.person if ticket.place and call.role == Role.PARTICIPANT else None
    if person is not None and person.account is not None and person.account.is_active:
        tell(
            [person.account],
            subject=lambda: _subject(call, reminding=reminding),
            text=lambda: _words(call, ""),
            url=own_address(),
        )
        return
    address = person.email if person is not None else ticket.email
    if address:
        with override(settings.LANGUAGE_CODE):
            words = _words(call, answer_address(ticket.pk))
            post(address, subject=_subject(call, reminding=reminding), text=words)


def _subject(call: Evaluation, *, reminding: bool) -> str:
    if call.sort != CallSort.SURVEY:
        return _("Reminder: a short test about a training") if reminding else _("A short test about a training")
    return _("Reminder: your opinion on a training") if reminding else _("Your opinion on a training")


def _words(call: Evaluation, address: str) -> str:
    """What is asked, until when, and what becomes of it."""
    activity = call.activity
    days = f"{formats.day(activity.starts_on)} – {formats.day(activity.ends_on)}"
    about = {
        Role.LINE_MANAGER: _("A member of your staff took part in this training and named you as line manager."),
        Role.TRAINER: _("You taught in this training."),
    }.get(Role(call.role), _("You took part in this training, or are about to."))
    lines = [
        f"{named(activity)}, {days}",
        about,
        _("Please answer by %(day)s. It takes a few minutes.") % {"day": formats.day(call.closes_on)},
        promise(call),
    ]
    if address:
        lines += [
            address,
            _("This address is yours alone. Whoever has it can answer in your place: do not pass it on."),
        ]
    return "\n\n".join(lines)


def named(activity: Activity) -> str:
    """What mails and pages without an account call it: a title above TLP:GREEN is on none of them."""
    return activity.title if activity.handling in MAILED_IN_FULL else activity.reference


def promise(call: Evaluation) -> str:
    """What respondents are told before they answer: whether anybody learns what they said."""
    if not call.anonymous:
        return _(
            "This is not anonymous: the team of the training sees your answers with your name. "
            "Others see numbers only, once it has closed."
        )
    return _(
        "This is anonymous. Your answers are not kept together with each other, with your name, or with the time. "
        "Only whether you have answered is known, until the call closes. Nothing is shown before it closes, "
        "nor if fewer than %(least)s people answered. What you write in your own words is shown as you write it."
    ) % {"least": call.least}


# Reminding


def remind_due(actor: Viewer) -> int:
    """Remind, on the days each call names, whoever has not answered; says how many."""
    today = timezone.localdate()
    rows = Evaluation.objects.filter(sent_at__isnull=False, closed_at=None, closes_on__gte=today).order_by("id")
    return sum(remind(actor, evaluation=one) for one in rows if is_reminder_due(one, today))


def is_reminder_due(call: Evaluation, today: date) -> bool:
    """Whether a day of reminding has come since the call was sent, or since the last reminder."""
    if call.closes_on is None or call.sent_at is None:
        return False
    since = call.reminded_on or timezone.localdate(call.sent_at)
    return any(since < call.closes_on - timedelta(days=days) <= today for days in call.reminders)


@verb("evaluation.remind")
def remind(actor: Viewer, *, evaluation: Evaluation) -> int:
    """Remind those who have not answered, once a day at most. The machine knows who; nobody is shown."""
    call = locked(evaluation)
    today = timezone.localdate()
    if not call.is_open or call.reminded_on == today:
        return 0
    call.reminded_on = today
    call.save(update_fields=["reminded_on"])
    waiting = _addressed(call, used=False)
    for ticket in waiting:
        _ask(call, ticket, reminding=True)
    if waiting:
        note(call.activity, after={"reminded": str(call), "people": len(waiting)})
    return len(waiting)


# Closing


def close_due(actor: Viewer) -> int:
    """Close every call whose last day has passed; says how many."""
    over = Evaluation.objects.filter(closes_on__lt=timezone.localdate(), sent_at__isnull=False, closed_at=None)
    return sum(close(actor, evaluation=one) for one in over.order_by("id"))


@verb("evaluation.close")
def close(actor: Viewer, *, evaluation: Evaluation) -> int:
    """Close a call: no more answers; its results may be shown. What was needed only to ask goes.

    Tickets lose their addresses, those of an anonymous call also whose they were; the call its list of addresses;
    and line managers are forgotten once no call to them is ahead.
    """
    call = locked(evaluation)
    if actor.person is not None:
        check_runs(actor, call.activity)
    if not call.is_open:
        return 0
    call.closed_at, call.addresses = timezone.now(), []
    call.save(update_fields=["closed_at", "addresses"])
    gone = {"email": "", "place": None} if call.anonymous else {"email": ""}
    call.tickets.update(**gone)
    ahead = Evaluation.objects.filter(activity=call.activity_id, role=Role.LINE_MANAGER, closed_at=None)
    if call.role == Role.LINE_MANAGER and not ahead.exists():
        Superior.objects.filter(place__activity=call.activity_id).delete()
    answered = call.tickets.filter(used=True).count()
    note(call.activity, after={"closed": str(call), "answered": answered, "asked": call.tickets.count()})
    _tell_manager(call.activity, call)
    return 1


def _tell_manager(activity: Activity, call: Evaluation) -> None:
    if activity.manager_id:
        tell(
            [activity.manager_id],
            subject=lambda: _("An evaluation has closed"),
            text=lambda: str(call),
            about=activity,
            url=evaluation_address(activity),
        )


def waiting_for(places: Iterable[Place]) -> list[Ticket]:
    """The open, unused tickets of someone's own places."""
    rows = Ticket.objects.past_the_wall("own").filter(place__in=[one.pk for one in places], used=False)
    open_calls = rows.filter(
        evaluation__role=Role.PARTICIPANT, evaluation__closes_on__isnull=False, evaluation__closed_at=None
    )
    return list(open_calls.select_related("evaluation__activity").order_by("evaluation__closes_on", "id"))
