"""Verbs of who asks: prepare a round, open it, remind, give more time, close.

Everyone in the programme reads an open round and its history, but not how their neighbours are doing: what is
done about one organisation stands in the history of its return, and on the round as a number.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.services import begin, write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.notify.services import tell
from throughline.kernel.periods import Period
from throughline.kernel.rounds.choices import OPEN_RETURN, OWED, Approval, ReturnState, RoundState
from throughline.kernel.rounds.flow import RETURN, ROUND
from throughline.kernel.rounds.forms.evaluating import blank
from throughline.kernel.rounds.forms.places import within
from throughline.kernel.rounds.models import Edition, Reminder, Return, Round, Sheet
from throughline.kernel.rounds.receivers import answerers
from throughline.kernel.rounds.rules import may_prepare, may_run

CHANGEABLE = ("title", "opens_on", "due_on", "reminders", "approval", "opens_to", "instructions", "before")


@verb("round.prepare")
def prepare(
    actor: Viewer,
    *,
    programme: Any,
    edition: Edition,
    title: str,
    period: str,
    opens_on: date,
    due_on: date,
    asked: Sequence[Any],
    reminders: Sequence[int] = (14, 3),
    approval: str = Approval.CONTACT_POINT,
    opens_to: str = Handling.AMBER,
    instructions: str = "",
    before: Round | None = None,
) -> Round:
    """Prepare a round: what is asked, for which period, of whom, by when. Nobody is told yet.

    Order: check the role and the values; take a reference; write the round, a return with an empty sheet for
    each organisation asked, and history. Raises Refused or Invalid.
    """
    if not may_prepare(actor, programme.pk):
        raise Refused(_("Only the secretariat of the programme prepares a round."))
    values: dict[str, Any] = {
        "title": title.strip(),
        "opens_on": opens_on,
        "due_on": due_on,
        "reminders": sorted(set(reminders), reverse=True),
        "approval": approval,
        "opens_to": opens_to,
        "instructions": instructions,
        "before": before,
    }
    _check(values, period=period, asked=asked)
    made = begin(
        actor,
        Round,
        programme=programme,
        owner=programme.secretariat_id,
        handling=Handling.GREEN,
        edition=edition,
        period=str(Period.parse(period)),
        **values,
    )
    if not may_run(actor, made) or edition.questionnaire.programme_id != programme.pk:
        raise Refused(_("A round is prepared by the programme's secretariat, with a questionnaire of the programme."))
    made.save(force_insert=True)
    returns = [_ask(actor, made, organisation) for organisation in dict.fromkeys(asked)]
    note(made, after={**_told(values), "period": made.period, "asked": len(returns)})
    note_many([(ret, None, {"state": ReturnState.ASKED}) for ret in returns])
    return made


@verb("round.change")
def change_round(actor: Viewer, *, round: Round, values: dict[str, Any], version: int | None = None) -> Round:  # noqa: A002
    """Change title, dates, reminders, approval, handling or instructions of a round that is not closed.

    Order: lock; check role, version and values; write; history; tell those who still owe a return when the date
    due moved. Raises Refused, Invalid or Conflict.
    """
    fresh = _locked(actor, round)
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this round since you opened it. Look at it again first."))
    if fresh.state == RoundState.CLOSED:
        raise Refused(_("This round is closed. Open it again first."))
    given = {name: value for name, value in values.items() if name in CHANGEABLE}
    _check({**{name: getattr(fresh, name) for name in CHANGEABLE}, **given}, period=fresh.period, asked=None)
    changed = {name: value for name, value in given.items() if getattr(fresh, name) != value}
    if not changed:
        return fresh
    earlier = {name: getattr(fresh, name) for name in changed}
    write(actor, fresh, changed)
    note(fresh, before=_told(earlier), after=_told(changed))
    if "due_on" in changed and fresh.state == RoundState.OPEN:
        for ret in _returns(fresh, OWED).filter(due_on=None):
            say(ret, "due", actor)
    return fresh


@verb("round.ask-also")
def ask_also(actor: Viewer, *, round: Round, organisation: Any) -> Return:  # noqa: A002
    """Ask one organisation more; in an open round it is told at once. Raises Refused, Invalid or Conflict."""
    fresh = _locked(actor, round)
    if fresh.state == RoundState.CLOSED:
        raise Refused(_("This round is closed. Open it again first."))
    there = Return.objects.filter(round=fresh, owner=organisation).first()
    if there and there.state != ReturnState.WITHDRAWN:
        raise Conflict(_("%(organisation)s is asked already.") % {"organisation": organisation})
    if there:
        move(there, RETURN, ReturnState.ASKED, actor)
    ret = there or _ask(actor, fresh, organisation)
    note(fresh, after={"asked": 1})
    note(ret, after={"state": ReturnState.ASKED})
    if fresh.state == RoundState.OPEN:
        say(ret, "asked", actor)
    return ret


@verb("round.ask-no-longer")
def ask_no_longer(actor: Viewer, *, ret: Return, reason: str) -> None:
    """Ask an organisation no longer; what it wrote stays its own. Raises Refused or Invalid."""
    fresh = _locked(actor, ret.round)
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why this organisation is no longer asked."))])
    if ret.state not in OPEN_RETURN:
        raise Refused(_("What was handed in cannot be withdrawn. Return it instead."))
    move(ret, RETURN, ReturnState.WITHDRAWN, actor)
    note(fresh, after={"no longer asked": 1})
    note(ret, after={"state": ReturnState.WITHDRAWN}, reason=reason)


@verb("round.open")
def open_round(actor: Viewer, *, round: Round) -> Round:  # noqa: A002
    """Open a round: everyone in the programme may see that it is asked, and those asked are told.

    Order: lock; check the role and the state; move it; history; messages. Raises Refused.
    """
    fresh = _locked(actor, round)
    if fresh.state != RoundState.PREPARED:
        raise Refused(_("This round was opened already."))
    if fresh.due_on < timezone.localdate():
        raise Invalid([Problem("due_on", _("The date due is over. Set a later one before you open the round."))])
    move(fresh, ROUND, RoundState.OPEN, actor)
    note(fresh, before={"state": RoundState.PREPARED}, after={"state": RoundState.OPEN})
    for ret in _returns(fresh, (ReturnState.ASKED,)):
        say(ret, "asked", actor)
    return fresh


@verb("round.reopen")
def reopen_round(actor: Viewer, *, round: Round, reason: str) -> Round:  # noqa: A002
    """Open a closed round again, with a reason that stays in history. Raises Refused or Invalid."""
    fresh = _locked(actor, round)
    if fresh.state != RoundState.CLOSED:
        raise Refused(_("Only a closed round can be opened again."))
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why the round is opened again."))])
    fresh.closed_at = None
    fresh.save(update_fields=["closed_at"])
    move(fresh, ROUND, RoundState.OPEN, actor)
    note(fresh, before={"state": RoundState.CLOSED}, after={"state": RoundState.OPEN}, reason=reason)
    return fresh


@verb("round.close")
def close_round(actor: Viewer, *, round: Round, reason: str = "") -> Round:  # noqa: A002
    """Close a round: no answer is taken any more, what was accepted is locked.

    A return that still waits for a decision keeps the round from closing. Order: lock; check; move; history.
    Raises Refused.
    """
    fresh = _locked(actor, round)
    if fresh.state != RoundState.OPEN:
        raise Refused(_("Only an open round can be closed."))
    waiting = [str(ret.owner) for ret in _returns(fresh, (ReturnState.SUBMITTED,))]
    if waiting:
        raise Refused(_("First decide on the returns of: %(names)s.") % {"names": ", ".join(waiting)})
    fresh.closed_at = timezone.now()
    fresh.save(update_fields=["closed_at"])
    move(fresh, ROUND, RoundState.CLOSED, actor)
    missing = _returns(fresh, OWED).count()
    note(
        fresh, before={"state": RoundState.OPEN}, after={"state": RoundState.CLOSED, "missing": missing}, reason=reason
    )
    return fresh


@verb("round.remind")
def remind(
    actor: Viewer,
    *,
    round: Round,  # noqa: A002
    returns: Iterable[Return] | None = None,
    text: str = "",
) -> list[Reminder]:
    """Remind those who still owe a return (all of them, or the ones given) in one move.

    Order: check the role and the state; write a reminder for each; history; messages to those who may answer.
    Raises Refused.
    """
    fresh = _locked(actor, round)
    if fresh.state != RoundState.OPEN:
        raise Refused(_("Only an open round has anybody to remind."))
    wanted = None if returns is None else {ret.pk for ret in returns}
    chased = [ret for ret in _returns(fresh, OWED) if wanted is None or ret.pk in wanted]
    made = Reminder.objects.bulk_create([Reminder(of=ret, by_id=actor.key, text=text) for ret in chased])
    for ret in chased:
        say(ret, "reminded", actor, text)
    note(fresh, after={"reminded": len(chased)})
    note_many([(ret, None, {"reminded": 1}) for ret in chased], reason=text)
    return made


@verb("round.extend")
def extend(actor: Viewer, *, ret: Return, due_on: date, reason: str) -> Return:
    """Give one organisation more time, with a reason. Raises Refused or Invalid."""
    fresh = _locked(actor, ret.round)
    if ret.state not in OWED:
        raise Refused(_("This return was handed in already."))
    problems = []
    if due_on < timezone.localdate():
        problems.append(Problem("due_on", _("Give a date that is not over."), str(due_on)))
    if not reason.strip():
        problems.append(Problem("reason", _("Say why there is more time.")))
    if problems:
        raise Invalid(problems)
    earlier = ret.due
    ret.due_on = due_on
    ret.save(update_fields=["due_on", "changed_at"])
    note(fresh, after={"more time for": 1})
    note(ret, before={"due": str(earlier)}, after={"due": str(due_on)}, reason=reason)
    say(ret, "due", actor, reason)
    return ret


def _ask(actor: Viewer, asked_in: Round, organisation: Any) -> Return:
    ret = begin(
        actor,
        Return,
        programme=asked_in.programme,
        owner=organisation,
        handling=Handling.AMBER,
        illustrative=asked_in.illustrative,
        round=asked_in,
        sheet=new_sheet(asked_in.edition),
    )
    ret.save(force_insert=True)
    return ret


def new_sheet(edition: Edition, sections: Sequence[str] = ()) -> Sheet:
    """An empty sheet with what the form answers by itself; rows of repeated groups are added by whoever needs them."""
    sheet = Sheet()
    prepared = blank(edition.form, seed=str(sheet.pk))
    sheet.answers = {p: v for p, v in prepared.items() if v and within(p, sections)}
    sheet.save(force_insert=True)
    return sheet


def _locked(actor: Viewer, asked_in: Round) -> Round:
    fresh: Round = Round.objects.select_for_update(of=("self",)).get(pk=asked_in.pk)
    if not may_run(actor, fresh):
        raise Refused(_("Only the secretariat that asks may do this."))
    return fresh


def _returns(asked_in: Round, states: Iterable[str]) -> Any:
    return Return.objects.filter(round=asked_in, state__in=list(states)).select_related("owner__jurisdiction", "round")


def say(ret: Return, what: str, actor: Viewer | None, text: str = "") -> None:
    """Tell those who may answer, each in their language, without a word of what was answered."""

    def subject() -> str:
        return {
            "asked": _("You are asked: %(round)s, due %(due)s"),
            "reminded": _("Still to answer: %(round)s, due %(due)s"),
            "due": _("Another date due: %(round)s, %(due)s"),
        }[what] % {"round": ret.round.title, "due": date_format(ret.due, "DATE_FORMAT")}

    text = text or (ret.round.instructions if what == "asked" else "")
    tell(answerers(ret), subject=subject, text=text, about=ret, but=actor.person if actor else None)


def _check(values: dict[str, Any], *, period: str, asked: Sequence[Any] | None) -> None:
    problems = []
    if not values["title"]:
        problems.append(Problem("title", _("Give the round a title.")))
    try:
        Period.parse(period)
    except ValueError:
        problems.append(Problem("period", _("Write a period such as 2023, 2023-H1 or 2023-Q4."), period))
    if values["due_on"] < values["opens_on"]:
        problems.append(Problem("due_on", _("The date due is before the day the round opens."), str(values["due_on"])))
    if any(not 0 < int(days) <= 90 for days in values["reminders"]):
        problems.append(Problem("reminders", _("Reminders go out 1 to 90 days before the date due.")))
    if values["approval"] not in Approval.values:
        problems.append(Problem("approval", _("Choose who approves in the country."), values["approval"]))
    if values["opens_to"] not in Handling.values or values["opens_to"] == Handling.RED:
        problems.append(Problem("opens_to", _("Choose a handling code other than TLP:RED."), values["opens_to"]))
    if asked is not None and not asked:
        problems.append(Problem("asked", _("Choose at least one organisation to ask.")))
    if problems:
        raise Invalid(problems)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, list) else str(value) for name, value in values.items() if value}
