"""The verbs of needs exercises: prepare, ask, put together, analyse, review, validate, publish."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling, Right, Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Grant
from throughline.kernel.access.services import begin as new_record
from throughline.kernel.access.services import settle, write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.choices import RoundState
from throughline.kernel.rounds.models import Edition, Round
from throughline.needs import analysing, arithmetic, consolidating, queries, rules
from throughline.needs.choices import ExerciseState as E
from throughline.needs.choices import Follows, Outcome, PositionState
from throughline.needs.flow import EXERCISE, POSITION
from throughline.needs.models import (
    Adjustment,
    Analysis,
    Answer,
    ContactPoint,
    Exercise,
    ExpertReview,
    Position,
    PositionLine,
    Profile,
    Topic,
    Validation,
)
from throughline.needs.queries import is_contact_point, may_run
from throughline.reference import services as reference
from throughline.reference.models import Organisation, Programme

LINES: dict[str, Any] = {"topics": Topic, "profiles": Profile, "contacts": ContactPoint}
ASKING = "needs"
Lines = Mapping[str, Sequence[Mapping[str, Any]]]


def locked(record: Any) -> Any:
    """The record as it is now, held until the verb ends."""
    return type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)


def begin(actor: Viewer, model: type[Any], *, programme: Any, owner_id: Any, **values: Any) -> Any:
    """A new record with its reference and audience. Part of a verb, not one."""
    made = new_record(actor, model, programme=programme, owner=owner_id, **values)
    made.save(force_insert=True)
    return made


# ---- exercises: prepare, ask


@verb("exercise.create")
def create(actor: Viewer, *, programme: Programme, values: Mapping[str, Any], lines: Lines | None = None) -> Exercise:
    """Prepare an exercise; until it is opened only the secretariat sees it. Raises Refused or Invalid."""
    runs = programme.secretariat_id in actor.organisations and actor.has_role(programme.pk, Role.SECRETARIAT)
    if not runs:
        raise Refused(_("Only the secretariat of the programme prepares a needs exercise."))
    _check(programme.pk, values, lines or {})
    given = {"handling": Handling.GREEN, **values}
    made: Exercise = begin(actor, Exercise, programme=programme, owner_id=programme.secretariat_id, **given)
    _write(made, lines or {})
    note(made, after=_told(values, lines or {}))
    return made


@verb("exercise.change")
def change(
    actor: Viewer,
    *,
    exercise: Exercise,
    values: Mapping[str, Any],
    lines: Lines | None = None,
    version: int | None = None,
) -> Exercise:
    """Change an exercise: all of it as a draft, afterwards everything but what was asked (topics, profiles, method).

    Order: lock; check role, version and rules; write; history. Raises Refused, Invalid or Conflict.
    """
    fresh: Exercise = _run(actor, exercise)
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this exercise since you opened it. Look at it again first."))
    before = {name: _rows(fresh, name) for name in lines or {}}
    changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
    moved = {name: rows for name, rows in (lines or {}).items() if _plain(rows) != _plain(before[name])}
    asked = {"topics", "profiles"} & set(moved) or {"method", "scope", "kind"} & set(changed)
    if asked and fresh.state != E.DRAFT:
        raise Refused(_("Topics, profiles, countries and method are part of what was asked. They stay as they are."))
    stored = {one.name: getattr(fresh, one.name) for one in fresh._meta.concrete_fields}
    _check(fresh.programme_id, stored | dict(values), {name: _rows(fresh, name) for name in LINES} | dict(lines or {}))
    if not changed and not moved:
        return fresh
    earlier = _told({name: getattr(fresh, name) for name in changed}, {name: before[name] for name in moved})
    write(actor, fresh, changed)
    _write(fresh, moved)
    note(fresh, before=earlier, after=_told(changed, moved))
    return fresh


@verb("exercise.open")
def open_exercise(
    actor: Viewer,
    *,
    exercise: Exercise,
    due_on: date,
    asked: Sequence[Organisation] = (),
    existing: Round | None = None,
) -> Exercise:
    """Ask the organisations through a round: make the questionnaire, prepare the round, open it, tell them.

    With `existing`, a round that asks a form of this exercise (edited by hand) is taken instead. Order: lock; check
    role, state and that there is something to ask; questionnaire, edition and round by their own verbs; move; history.
    """
    fresh: Exercise = _run(actor, exercise, E.DRAFT)
    if not fresh.topics.exists():
        raise Invalid([Problem("topics", _("List the topics first."))])
    round_ = existing or _ask(actor, fresh, due_on, asked)
    if round_.programme_id != fresh.programme_id or round_.edition.questionnaire.asking != ASKING:
        raise Invalid([Problem("round", _("This round does not ask about training needs."), round_.reference)])
    fresh.round = round_
    fresh.save(update_fields=["round"])
    _step(actor, fresh, E.OPEN, after={"round": round_.reference})
    if round_.state == RoundState.PREPARED:
        fresh.round = rounds.open_round(actor, round=round_)
    return fresh


def _ask(actor: Viewer, exercise: Exercise, due_on: date, asked: Sequence[Organisation]) -> Round:
    from throughline.needs.questionnaires import questionnaire  # reason: the workbook library is wanted only here

    if not asked:
        raise Invalid([Problem("asked", _("Choose at least one organisation to ask."))])
    kept = rounds.keep_questionnaire(
        actor, programme=exercise.programme, title=exercise.title, code=f"needs-{exercise.reference}", asking=ASKING
    )
    edition = rounds.add_edition(
        actor,
        questionnaire=kept,
        content=questionnaire(exercise),
        name=f"{exercise.reference}.xlsx",
        origin=Edition.Origin.GENERATED,
    )
    today = timezone.localdate()
    return rounds.prepare(
        actor,
        programme=exercise.programme,
        edition=edition,
        title=exercise.title,
        period=str(today.year),
        opens_on=today,
        due_on=due_on,
        asked=asked,
        opens_to=Handling.AMBER,
    )


@verb("exercise.close")
def close(actor: Viewer, *, exercise: Exercise) -> Exercise:
    """Close the asking; returns that wait for a decision keep it open. Raises Refused."""
    fresh: Exercise = _run(actor, exercise, E.OPEN)
    if fresh.round and fresh.round.state == RoundState.OPEN:
        rounds.close_round(actor, round=fresh.round)
    return _step(actor, fresh, E.CLOSED)


@verb("exercise.reopen")
def reopen(actor: Viewer, *, exercise: Exercise, reason: str) -> Exercise:
    """Ask again after closing, with a reason; positions stay until they are put together anew."""
    fresh: Exercise = _run(actor, exercise, E.CLOSED, E.CONSOLIDATED)
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why the exercise is opened again."))])
    if fresh.round and fresh.round.state == RoundState.CLOSED:
        rounds.reopen_round(actor, round=fresh.round, reason=reason)
    return _step(actor, fresh, E.OPEN, reason=reason)


# ---- positions


@verb("exercise.consolidate")
def consolidate(actor: Viewer, *, exercise: Exercise) -> list[Position]:
    """Propose one position for each country that answered; its contact point adjusts and agrees.

    Done again, it proposes afresh and leaves what a contact point adjusted. Order: lock; check role, state, that
    there are answers and a contact point where several answered; write; move; history.
    """
    fresh: Exercise = _run(actor, exercise, E.CLOSED, E.CONSOLIDATED, E.RETURNED)
    answers = consolidating.answers_by_country(fresh)
    if not answers:
        raise Invalid([Problem("answers", _("No country's answer was accepted yet."))])
    owners = consolidating.speakers(fresh, answers)
    there = {one.jurisdiction_id: one for one in Position.objects.filter(exercise=fresh)}
    topics = list(fresh.topics.all())
    made = []
    for country, rows in answers.items():
        position = there.get(country.pk) or begin(
            actor, Position, programme=fresh.programme, owner_id=owners[country].pk, exercise=fresh,
            jurisdiction=country, handling=Handling.AMBER, state=PositionState.PROPOSED, private=False,
        )  # fmt: skip
        position.exercise = fresh
        if consolidating.write_lines(position, rows, topics):
            _proposed(actor, position, rows)
        made.append(position)
    _step(actor, fresh, E.CONSOLIDATED, after={"positions": len(made)})
    return made


def _proposed(actor: Viewer, position: Position, rows: Sequence[Answer]) -> None:
    """A position that was proposed (again): whose it is, who else of the country reads it, one line of history."""
    institutions = {one.ret.owner_id for one in rows}
    position.answers_from = len(institutions)
    position.state = PositionState.PROPOSED
    position.save(update_fields=["answers_from", "state"])
    for other in institutions - {position.owner_id}:
        Grant.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(position),
            object_id=position.pk,
            organisation_id=other,
            right=Right.READ,
            defaults={"reason": _("Answered for the same country"), "given_by_id": actor.key},
        )
    settle(position)
    note(position, after={"answers": position.answers_from}, verb="position.propose")


@verb("position.adjust")
def adjust(actor: Viewer, *, position: Position, topic: Topic, values: Mapping[str, Any], reason: str) -> PositionLine:
    """Change what a country says on a topic, with a reason; it then waits for agreement (again).

    Order: lock; check the right, the state of the exercise, scales and numbers; write; history with both values.
    """
    fresh: Position = _contact(actor, position)
    given = {name: value for name, value in values.items() if name in consolidating.FIELDS}
    problems = list(_position_problems(fresh.exercise, given))
    if not reason.strip():
        problems.append(Problem("reason", _("Say why the country's position differs from what was proposed.")))
    if problems:
        raise Invalid(problems)
    line = fresh.said.select_for_update().get(topic=topic)
    changed = {name: value for name, value in given.items() if getattr(line, name) != value}
    if not changed:
        return line
    before = {name: getattr(line, name) for name in changed}
    for name, value in changed.items():
        setattr(line, name, value)
    line.reason = reason.strip()
    line.save()
    if fresh.state == PositionState.AGREED:
        move(fresh, POSITION, PositionState.PROPOSED, actor)
    note(fresh, before={topic.code: before}, after={topic.code: changed}, reason=reason)
    return line


@verb("position.agree")
def agree(actor: Viewer, *, position: Position) -> Position:
    """Agree to a country's position as its contact point. Raises Refused."""
    fresh: Position = _contact(actor, position)
    if fresh.state != PositionState.PROPOSED:
        raise Refused(_("This position was agreed to already."))
    move(fresh, POSITION, PositionState.AGREED, actor)
    note(fresh, before={"state": PositionState.PROPOSED}, after={"state": PositionState.AGREED})
    return fresh


def _contact(actor: Viewer, position: Position) -> Position:
    fresh: Position = locked(position)
    if not is_contact_point(actor, fresh):
        raise Refused(_("Only the contact point of the country may do this."))
    if fresh.exercise.state != E.CONSOLIDATED:
        raise Refused(_("Positions can be changed until the exercise is analysed."))
    return fresh


def _position_problems(exercise: Exercise, given: Mapping[str, Any]) -> Iterable[Problem]:
    for name, codes in consolidating.scales_of(exercise.method).items():
        if given.get(name) and given[name] not in codes:
            yield Problem(name, _("This is not on the scale."), str(given[name]))
    profiles = {one.code for one in exercise.profiles.all()}
    for profile, number in given.get("numbers", {}).items():
        if profile not in profiles or not isinstance(number, int) or number < 0:
            yield Problem("numbers", _("Give whole numbers from nought for profiles of this exercise."), f"{number}")


# ---- analyse, review, validate, publish


@verb("exercise.analyse")
def analyse(actor: Viewer, *, exercise: Exercise) -> Analysis:
    """Run the arithmetic over the positions and freeze its numbers, formulas and sensitivity check.

    Order: lock; check role and state; take the method down; compute; write; move; history. Done again after the
    validating body returned it, it makes another analysis beside the earlier one.
    """
    fresh: Exercise = _run(actor, exercise, E.CONSOLIDATED)
    taken = queries.method_taken_down(fresh.method)
    covered = queries.coverage(fresh)
    positions = Position.objects.filter(exercise=fresh)
    made = Analysis.objects.create(
        exercise=fresh,
        number=fresh.analyses.count() + 1,
        method=taken,
        eligible=list(covered.eligible),
        answering=list(covered.answering),
        answers=covered.answers,
        agreed=positions.filter(state=PositionState.AGREED).count(),
        sensitivity=analysing.sensitivity_of(fresh, taken, len(covered.eligible)),
        by_id=actor.key,
    )
    results = analysing.write_results(fresh, made)
    _step(actor, fresh, E.ANALYSED, after={"analysis": made.number, "topics": len(results)})
    return made


@verb("exercise.review")
def review(
    actor: Viewer, *, exercise: Exercise, experts: str, on: date, text: str, topic: Topic | None = None
) -> ExpertReview:
    """Record what experts said, on the whole or on one topic. The numbers stay as they are. Raises Refused or Invalid."""
    fresh: Exercise = _run(actor, exercise, E.ANALYSED, E.REVIEWED)
    problems = [
        Problem(name, message)
        for name, value, message in (
            ("experts", experts, _("Say who the experts were.")),
            ("text", text, _("Say what they found.")),
        )
        if not value.strip()
    ]
    if problems:
        raise Invalid(problems)
    made = ExpertReview.objects.create(
        analysis=_analysis(fresh), topic=topic, experts=experts.strip(), on=on, text=text.strip(), by_id=actor.key
    )
    _step(actor, fresh, E.REVIEWED, after={"experts": made.experts, "topic": str(topic or ""), "opinion": made.text})
    return made


@verb("exercise.validate")
def validate(
    actor: Viewer,
    *,
    exercise: Exercise,
    meeting: str,
    on: date,
    outcome: str,
    votes: int | None = None,
    votes_for: int | None = None,
    votes_against: int | None = None,
    abstained: int | None = None,
    proxies: int | None = None,
    moves: Sequence[tuple[Topic, int, str]] = (),
    text: str = "",
) -> Validation:
    """Record the decision of the body the exercise names: its meeting, its votes, the topics it moved and why.

    How many votes there are is the body's (`votes` if that changes from meeting to meeting). Order: lock; check role,
    state, the vote against the rule of the body and every move; write, with the rule as it is now; move; history.
    """
    fresh: Exercise = _run(actor, exercise, E.REVIEWED)
    analysis = _analysis(fresh)
    order = [one.result.topic for one in queries.order_that_holds(analysis)]
    body = fresh.body
    if votes is None and votes_for is not None:
        votes = body.votes
    cast = rules.Votes(votes, votes_for, votes_against, abstained, proxies)
    problems = [*rules.vote_problems(body.majority, outcome, cast), *rules.move_problems(order, moves)]
    if not meeting.strip():
        problems.append(Problem("meeting", _("Say at which meeting this was decided.")))
    if outcome == Outcome.RETURNED and not text.strip():
        problems.append(Problem("text", _("Say why the results were returned.")))
    if problems:
        raise Invalid(problems)
    made = Validation.objects.create(
        analysis=analysis, body=body.title, meeting=meeting.strip(), on=on, outcome=outcome, majority=body.majority,
        votes=votes, votes_for=votes_for, votes_against=votes_against, abstained=abstained, proxies=proxies,
        needed=None if votes is None else arithmetic.majority(votes, body.majority), note=text.strip(), by_id=actor.key,
    )  # fmt: skip
    places = {topic.code: place for place, topic in enumerate(order, start=1)}
    for at, (topic, place, reason) in enumerate(moves):
        Adjustment.objects.create(
            validation=made, topic=topic, before=places[topic.code], after=place, reason=reason.strip(), order=at
        )
    told = [f"{topic.code}: {places[topic.code]} → {place}" for topic, place, _reason in moves]
    _step(actor, fresh, E(outcome), reason=text, after={"meeting": made.meeting, "adjustments": told})
    return made


@verb("exercise.publish")
def publish(actor: Viewer, *, exercise: Exercise, on: date | None = None) -> Exercise:
    """Publish validated results to the programme; the edition it follows is superseded, one under review is not.

    `on` is the day it was published elsewhere, if that was before today.
    """
    fresh: Exercise = _run(actor, exercise, E.VALIDATED)
    earlier = fresh.follows
    if earlier and fresh.follows_as == Follows.EDITION and earlier.state == E.PUBLISHED:
        _step(actor, locked(earlier), E.SUPERSEDED, after={"by": fresh.reference}, told="exercise.supersede")
    today = timezone.localdate()
    fresh.published_on = min(on or today, today)
    fresh.save(update_fields=["published_on"])
    return _step(actor, fresh, E.PUBLISHED)


# ---- shared


def _run(actor: Viewer, exercise: Exercise, *states: str) -> Exercise:
    """The exercise, locked, for those who run it and in one of these states."""
    fresh: Exercise = locked(exercise)
    if not may_run(actor, fresh):
        raise Refused(_("Only the secretariat that runs this exercise may do this."))
    if states and fresh.state not in states:
        raise Refused(_("This is not possible while the exercise is “%(state)s”.") % {"state": E(fresh.state).label})
    return fresh


def _step(
    actor: Viewer,
    exercise: Exercise,
    state: str,
    *,
    reason: str = "",
    after: dict[str, Any] | None = None,
    told: str = "",
) -> Exercise:
    source = str(exercise.state)
    if state != source:
        move(exercise, EXERCISE, state, actor)
    note(
        exercise,
        before={"state": source},
        after={"state": str(state), **(after or {})},
        reason=reason,
        verb=told,
    )
    return exercise


def _analysis(exercise: Exercise) -> Analysis:
    found = queries.analysis_of(exercise)
    if found is None:
        raise Refused(_("There is no analysis yet."))
    return found


def _check(programme: Any, values: Mapping[str, Any], lines: Lines) -> None:
    problems = list(rules.exercise_problems(values, lines))
    if values["body"].programme_id != programme:
        problems.append(Problem("body", _("This body belongs to another programme."), str(values["body"])))
    if problems:
        raise Invalid(problems)


def _rows(exercise: Exercise, name: str) -> list[dict[str, Any]]:
    fields = {"topics": ("code", "title", "part_of", "added"), "profiles": ("code", "title")}.get(
        name, ("organisation",)
    )
    return [{field: getattr(one, field) for field in fields} for one in getattr(exercise, name).all()]


def _plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in row.items() if value not in {None, "", False}} for row in rows]


def _write(exercise: Exercise, lines: Lines) -> None:
    for name, rows in lines.items():
        model = LINES[name]
        model.objects.filter(exercise=exercise).delete()
        numbered = {} if model is ContactPoint else {"order": True}
        model.objects.bulk_create(
            [
                model(exercise=exercise, **row, **({"order": at} if numbered else {}))
                for at, row in enumerate(rows, start=1)
            ]
        )


def _told(values: Mapping[str, Any], lines: Lines) -> dict[str, Any]:
    named = {name: reference.as_text(value) for name, value in values.items()}
    return {**named, **{name: _plain(rows) for name, rows in lines.items()}}
