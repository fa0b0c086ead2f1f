"""Verbs of evaluation: plan calls, change them while they are not sent, name a line manager, answer, say what was learned.

What was promised to respondents cannot be changed once the call is sent: its form, whether it is anonymous, and below how
many answers nothing is shown.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.choices import Role as Hat
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.services import mark as set_handling
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds.forms.evaluating import evaluate
from throughline.kernel.rounds.models import Edition, Questionnaire
from throughline.kernel.rounds.rules import may_prepare
from throughline.kernel.rounds.services import add_edition, keep_questionnaire
from throughline.reference.models import Programme
from throughline.training import evaluation as arithmetic
from throughline.training.choices import TOOK_PART, ActivityState, CallSort, Level, PlaceState, Role
from throughline.training.models import Activity, Evaluation, Heap, Lesson, Opinion, Place, Superior, Ticket
from throughline.training.services.catalogue import check
from throughline.training.standard_forms import STANDARD, USUAL, Standard
from throughline.training.team import is_team, speaks_for

ASKING = "evaluation"
LEAST_ANONYMOUS = 3
# Whose line manager may be named: while it is not known yet who comes, and after.
NAMED_FOR = (PlaceState.CONFIRMED, *TOOK_PART)
TESTS = (CallSort.PRE_TEST, CallSort.POST_TEST)
PROMISED = ("edition", "level", "role", "sort", "anonymous", "least")
FIELDS = (*PROMISED, "days", "open_days", "reminders", "addresses")


def check_runs(actor: Viewer, activity: Activity) -> None:
    """Refuse everybody but the activity's team."""
    if not is_team(actor, activity):
        raise Refused(_("Evaluations are run by the team of the activity: its manager and its owner's staff."))


# Questionnaires


def editions(viewer: Viewer, programme: Any) -> list[Edition]:
    """The newest edition of each questionnaire of evaluation the viewer may use in the programme."""
    rows = Questionnaire.objects.visible_to(viewer).filter(asking=ASKING, programme=programme).order_by("title")
    newest = Edition.objects.filter(questionnaire__in=rows).order_by("questionnaire_id", "-number")
    found = newest.distinct("questionnaire_id").select_related("questionnaire").defer("source")
    return sorted(found, key=lambda one: one.questionnaire.title)


def code_of(standard: Standard, programme: Any) -> str:
    """Codes of questionnaires are the same for everybody, so the programme's is part of it."""
    return f"{programme.code}-evaluation-{standard.code}".lower()


@verb("evaluation.make-standard-forms")
def make_standard_forms(actor: Viewer, *, programme: Any) -> int:
    """Make the questionnaires that come with the program, where they are missing. Says how many were made.

    A test is TLP:AMBER+STRICT: whoever could read the form could read what is right. Raises Refused.
    """
    there = set(Questionnaire.objects.filter(programme=programme, asking=ASKING).values_list("code", flat=True))
    missing = [one for one in STANDARD if code_of(one, programme) not in there]
    for one in missing:
        made = keep_questionnaire(
            actor, programme=programme, title=str(one.title), code=code_of(one, programme), asking=ASKING
        )
        name = f"{one.code}.xlsx"
        add_edition(actor, questionnaire=made, content=one.form(), name=name, origin=Edition.Origin.GENERATED)
        if one.level == Level.LEARNING:
            set_handling(actor, record=made, handling=Handling.STRICT, reason="It says what is right.")
    return len(missing)


def programmes_without_forms(viewer: Viewer) -> list[Programme]:
    """The programmes the viewer runs in which standard questionnaires are missing."""
    run = Programme.objects.filter(pk__in=viewer.programmes_as(Hat.SECRETARIAT), secretariat__in=viewer.organisations)
    there = set(Questionnaire.objects.filter(programme__in=run, asking=ASKING).values_list("code", flat=True))
    return [one for one in run if any(code_of(form, one) not in there for form in STANDARD)]


def standard_edition(standard: Standard, programme: Any) -> Edition | None:
    """The newest edition of a standard questionnaire, as the secretariat left it."""
    rows = Edition.objects.filter(questionnaire__code=code_of(standard, programme))
    return rows.order_by("-number").defer("source").first()


# Planning


@verb("evaluation.plan")
def plan(actor: Viewer, *, activity: Activity, values: Mapping[str, Any]) -> Evaluation:
    """Plan a call. It is sent by itself on its day. Raises Refused, or Invalid with everything that does not fit."""
    check_runs(actor, activity)
    if activity.state == ActivityState.CANCELLED:
        raise Invalid([Problem("", _("This activity was cancelled."))])
    made = Evaluation(activity=activity, **_usable(values))
    check(_problems(actor, made))
    made.save(force_insert=True)
    note(activity, after={"call": _told(made)})
    return made


@verb("evaluation.plan-usual")
def plan_usual(actor: Viewer, *, activity: Activity) -> list[Evaluation]:
    """Plan what activities are usually evaluated with, where it is not planned yet: levels 1 and 3.

    Where the standard questionnaires are not there yet, the secretariat of the programme makes them by this.
    """
    check_runs(actor, activity)
    if may_prepare(actor, activity.programme_id):
        make_standard_forms(actor, programme=activity.programme)
    there = set(activity.evaluations.filter(sort=CallSort.SURVEY).values_list("level", "role"))
    made = []
    for one in STANDARD:
        if one.code not in USUAL or (one.level, one.role) in there:
            continue
        edition = standard_edition(one, activity.programme)
        if edition is None:
            message = _("The standard questionnaires are not there yet. The secretariat of the programme makes them.")
            raise Invalid([Problem("edition", message)])
        days = activity.behaviour_days if one.level == Level.BEHAVIOUR else 0
        made.append(
            plan(
                actor,
                activity=activity,
                values={"edition": edition, "level": one.level, "role": one.role, "days": days},
            )
        )
    return made


@verb("evaluation.change")
def change(actor: Viewer, *, evaluation: Evaluation, values: Mapping[str, Any]) -> Evaluation:
    """Change a call that is not sent yet; of one that is open only the reminders, and its last day to a later one."""
    fresh = locked(evaluation)
    check_runs(actor, fresh.activity)
    if fresh.closed_at:
        raise Invalid([Problem("", _("This call has closed. What was shown after that would say what came last."))])
    given = _usable(values)
    if fresh.closes_on:
        given = {name: given[name] for name in ("reminders",) if name in given}
        given |= _later(fresh, values.get("closes_on"))
    changed = {name: value for name, value in given.items() if getattr(fresh, name) != value}
    before = _told(fresh)
    for name, value in changed.items():
        setattr(fresh, name, value)
    if not fresh.closes_on:
        check(_problems(actor, fresh))
    if changed:
        fresh.save(update_fields=list(changed))
        note(fresh.activity, before={"call": before}, after={"call": _told(fresh)})
    return fresh


def _later(evaluation: Evaluation, wanted: date | None) -> dict[str, date]:
    if wanted is None or wanted == evaluation.closes_on:
        return {}
    if evaluation.closes_on and wanted < evaluation.closes_on:
        raise Invalid([Problem("closes_on", _("Respondents were told they have until then. Choose a later day."))])
    return {"closes_on": wanted}


@verb("evaluation.drop")
def drop(actor: Viewer, *, evaluation: Evaluation) -> None:
    """Take back a call nobody was asked yet."""
    fresh = locked(evaluation)
    check_runs(actor, fresh.activity)
    if fresh.closes_on:
        raise Invalid([Problem("", _("It was sent. Those who were asked may answer until it closes."))])
    note(fresh.activity, before={"call": _told(fresh)})
    fresh.delete()


def locked(evaluation: Evaluation) -> Evaluation:
    """The call, held until the verb ends. Answers to one call come in one after the other. Part of a verb, not one."""
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("activity__programme", "edition")
    return rows.defer("edition__source").get(pk=evaluation.pk)


def _usable(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: values[name] for name in FIELDS if name in values}
    if given.get("sort") in TESTS:
        given |= {"anonymous": False, "role": Role.PARTICIPANT, "level": Level.LEARNING}
    if "addresses" in given:
        given["addresses"] = sorted({one.strip().lower() for one in given["addresses"] if one.strip()})
    if "reminders" in given:
        given["reminders"] = sorted(set(given["reminders"]), reverse=True)
    return given


def _problems(actor: Viewer, call: Evaluation) -> Iterator[Problem]:
    try:
        call.clean_fields(exclude=["id", "activity"])
    except ValidationError as odd:
        yield from (Problem(name, " ".join(said)) for name, said in odd.message_dict.items())
        return
    if call.anonymous and call.least < LEAST_ANONYMOUS:
        message = _("An anonymous call shows nothing below %(least)s answers or more.")
        yield Problem("least", message % {"least": LEAST_ANONYMOUS})
    readable = Questionnaire.objects.visible_to(actor).filter(asking=ASKING, programme=call.activity.programme_id)
    standard = {code_of(one, call.activity.programme) for one in STANDARD}
    if (
        not readable.filter(pk=call.edition.questionnaire_id).exists()
        and call.edition.questionnaire.code not in standard
    ):
        yield Problem("edition", _("Choose a questionnaire of evaluation of this programme."))
    elif arithmetic.unaskable(call.edition.form):
        yield Problem("edition", _("A questionnaire with pictures, files or rows to be added cannot be asked here."))
    elif call.sort in TESTS and not arithmetic.scorable(call.edition.form):
        yield Problem(
            "edition", _("A test needs right answers (column 'bind::throughline:right') or a calculation 'score'.")
        )
    if call.role != Role.TRAINER and call.addresses:
        yield Problem(
            "addresses", _("Addresses are for trainers. Participants and line managers are found by themselves.")
        )


def _told(call: Evaluation) -> dict[str, Any]:
    """A call as history keeps it: how many addresses, not which."""
    return {
        "level": call.level,
        "role": call.role,
        "kind": call.sort,
        "anonymous": call.anonymous,
        "least": call.least,
        "day": str(call.due_on),
        "closes": str(call.closes_on or ""),
        "addresses": len(call.addresses),
        "questionnaire": f"{call.edition.questionnaire.code}, {call.edition.number}",
    }


# Line managers


def wants_superiors(activity: Activity) -> bool:
    """Whether a call to line managers is planned and not sent yet: only then is anyone asked for an address."""
    calls = activity.evaluations.past_the_wall("own")  # type: ignore[attr-defined]
    return calls.filter(role=Role.LINE_MANAGER, closes_on=None).exists()


def may_name(viewer: Viewer, place: Place) -> bool:
    """Whether the viewer may name a line manager: the person or their contact point, while it is of use."""
    return place.state in NAMED_FOR and speaks_for(viewer, place)


@verb("evaluation.name-superior")
def name_superior(actor: Viewer, *, place: Place, email: str) -> Superior | None:
    """Keep the address of someone's line manager, for this alone; '' takes it out again.

    By the person themselves, or the contact point who nominated them. Raises Refused or Invalid.
    """
    if not may_name(actor, place):
        raise Refused(_("The person themselves or their contact point names the line manager."))
    wanted = email.strip().lower()
    if not wants_superiors(place.activity):
        raise Invalid([Problem("email", _("No line manager will be asked about this activity any more."))])
    if not wanted:
        Superior.objects.filter(place=place).delete()
        return None
    try:
        validate_email(wanted)
    except ValidationError as odd:
        raise Invalid([Problem("email", _("This is no e-mail address."), wanted)]) from odd
    if wanted == place.person.email:
        raise Invalid([Problem("email", _("This is the participant's own address."), wanted)])
    kept, _new = Superior.objects.update_or_create(place=place, defaults={"email": wanted})
    note(place, after={"line manager": "named"})
    return kept


# Answering


@verb("evaluation.answer")
def answer(actor: Viewer, *, ticket: Ticket, answers: Mapping[str, str]) -> None:
    """Take in what one respondent says, once.

    Order: hold the call; look whether the ticket is unused and the call open; judge the answers by the form; mark the
    ticket; lay the answers on the heap, or keep them with the ticket where no anonymity was promised.
    History is not told: its line would carry the time, and refusals would name a ticket. Raises Invalid.
    """
    call = locked(ticket.evaluation)
    fresh = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if fresh.used:
        raise Invalid([Problem("", _("This was answered already."))])
    if call.closed_at or not call.closes_on:
        raise Invalid([Problem("", _("This is closed."))])
    found = evaluate(call.edition.form, answers, final=True)
    if found.problems:
        raise Invalid([Problem(one.place, one.message) for one in found.problems])
    given = arithmetic.kept(found)
    if not given:
        raise Invalid([Problem("", _("Nothing is answered yet."))])
    Ticket.objects.filter(pk=fresh.pk).update(used=True)
    if call.anonymous:
        _lay(call, given)
    else:
        points = arithmetic.score(call.edition.form, given)
        Opinion.objects.create(
            ticket=fresh,
            answers=given,
            points=points.points if points else None,
            most=points.most if points else None,
        )


def _lay(call: Evaluation, given: Mapping[str, str]) -> None:
    """One answer more in each of the questions answered; each question's answers in the order of the alphabet."""
    heap, _new = Heap.objects.get_or_create(evaluation=call)
    for path, value in given.items():
        heap.answers[path] = sorted([*heap.answers.get(path, ()), value])
    heap.save(update_fields=["answers"])


def forget(people: Collection[UUID]) -> None:
    """What erasing people does to evaluations: addresses go, and what they wrote under their name. Part of a verb.

    Choices and points stay, so that no published figure changes; they no longer lead to anyone.
    """
    Superior.objects.filter(place__person__in=people).delete()
    rows = Opinion.objects.filter(ticket__place__person__in=people)
    for one in rows.select_related("ticket__evaluation__edition"):
        questions = one.ticket.evaluation.edition.form.items
        stays = {
            path: value for path, value in one.answers.items() if getattr(questions.get(path), "kind", "") != "text"
        }
        if stays != one.answers:
            Opinion.objects.filter(pk=one.pk).update(answers=stays)


# What the team says


@verb("evaluation.write-lessons")
def write_lessons(actor: Viewer, *, activity: Activity, lessons: str, conclusions: str) -> Lesson:
    """Keep what the team takes from an activity; the training report prints it."""
    check_runs(actor, activity)
    before = Lesson.objects.filter(activity=activity).first()
    told = {"lessons": lessons.strip(), "conclusions": conclusions.strip()}
    was = {name: getattr(before, name, "") for name in told}
    if was == told and before is not None:
        return before
    kept, _new = Lesson.objects.update_or_create(activity=activity, defaults=told)
    note(activity, before=was, after=told)
    return kept
