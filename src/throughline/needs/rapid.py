"""The verbs of proposals that need more than a comment, and the clock from the call to the first delivery."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.rules import may
from throughline.kernel.access.services import write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.needs import arithmetic, queries
from throughline.needs.choices import Consistency
from throughline.needs.choices import ProposalState as P
from throughline.needs.flow import PROPOSAL
from throughline.needs.rapid_models import Proposal
from throughline.needs.services import begin, locked
from throughline.reference import services as reference
from throughline.reference.models import Organisation, Programme, Term
from throughline.training.models import Entry

PROPOSE = (Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)
CHANGEABLE = (P.DRAFT, P.SUBMITTED)
FIRST_REVIEW_YEAR = 2000


def may_change(viewer: Viewer, proposal: Proposal) -> bool:
    """Whoever may change the records of the organisation that proposes."""
    return may(viewer, Right.CHANGE, proposal)


@verb("proposal.create")
def create(
    actor: Viewer, *, programme: Programme, values: Mapping[str, Any], owner: Organisation | None = None
) -> Proposal:
    """Put a proposal forward as a draft of the actor's organisation. Raises Refused or Invalid."""
    if not actor.has_role(programme.pk, *PROPOSE):
        raise Refused(_("Only contributors, verifiers and the secretariat may propose."))
    if owner is None and len(actor.organisations) != 1:
        raise Invalid([Problem("owner", _("Choose the organisation that proposes."))])
    owner_id = owner.pk if owner else next(iter(actor.organisations))
    if owner_id not in actor.organisations:
        raise Refused(_("A proposal belongs to your own organisation."))
    made: Proposal = begin(actor, Proposal, programme=programme, owner_id=owner_id, **{"handling": "amber", **values})
    note(made, after=_told(values))
    return made


@verb("proposal.change")
def change(actor: Viewer, *, proposal: Proposal, values: Mapping[str, Any], version: int | None = None) -> Proposal:
    """Change a proposal until it was screened; what was judged stays what it was. Raises Refused or Conflict."""
    fresh: Proposal = locked(proposal)
    if not may_change(actor, fresh):
        raise Refused(_("Only the organisation that proposes may change this."))
    if fresh.state not in CHANGEABLE:
        raise Refused(_("The proposal was screened. What was judged stays as it is."))
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this proposal since you opened it. Look at it again first."))
    changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
    if not changed:
        return fresh
    before = {name: getattr(fresh, name) for name in changed}
    write(actor, fresh, changed)
    note(fresh, before=_told(before), after=_told(changed))
    return fresh


@verb("proposal.check-empact")
def check_empact(actor: Viewer, *, proposal: Proposal, consistency: str, text: str) -> Proposal:
    """Record the opinion on consistency with EMPACT, with its words. Raises Refused or Invalid."""
    fresh = _at(actor, proposal, P.SCREENED)
    problems = []
    if consistency not in Consistency.values:
        problems.append(Problem("consistency", _("Choose one of the opinions."), consistency))
    if not text.strip():
        problems.append(Problem("text", _("Give the opinion in words.")))
    if problems:
        raise Invalid(problems)
    return _write(actor, fresh, P.EMPACT, consistency=consistency, consistency_text=text.strip())


@verb("proposal.assess")
def assess(actor: Viewer, *, proposal: Proposal, urgency: Term, proficiency: Term, findings: str) -> Proposal:
    """Score a proposal as urgency × proficiency, places on their scales counted from one, and freeze the formula.

    The assessors may see both differently from who proposed. Raises Refused or Invalid.
    """
    fresh = _at(actor, proposal, P.EMPACT)
    places, problems = {}, []
    for name, term, scale in (("urgency", urgency, "needs-urgency"), ("proficiency", proficiency, "proficiency")):
        order = queries.scale(scale)
        if term not in order:
            problems.append(Problem(name, _("This is not on the scale."), str(term)))
            continue
        places[name] = (order.index(term) + 1, len(order))
    if not findings.strip():
        problems.append(Problem("findings", _("Say what the assessment found.")))
    if problems:
        raise Invalid(problems)
    value, formula = arithmetic.score(
        places["urgency"][0], places["proficiency"][0], places["urgency"][1], places["proficiency"][1]
    )
    return _write(
        actor, fresh, P.ASSESSED, urgency=urgency, proficiency=proficiency, score=int(value), score_formula=formula,
        findings=findings.strip(),
    )  # fmt: skip


@verb("proposal.put-into-catalogue")
def put_into_catalogue(actor: Viewer, *, proposal: Proposal, entry: Entry) -> Proposal:
    """Name the entry of the training catalogue the package became."""
    fresh = _at(actor, proposal, P.DEVELOPED)
    return _write(actor, fresh, P.CATALOGUE, entry=entry)


@verb("proposal.deliver")
def deliver(actor: Viewer, *, proposal: Proposal, on: date) -> Proposal:
    """Record the day of the first delivery, which stops the clock; or correct the one that was taken over.

    It is taken over by itself when an activity of an entry that answers the proposal is closed as done.
    """
    fresh = _at(actor, proposal, P.CATALOGUE, P.DELIVERED)
    called = clocks([fresh])[fresh.pk].called
    if called and on < called:
        raise Invalid([Problem("on", _("It was delivered before it was called."), str(on))])
    if on > timezone.localdate():
        raise Invalid([Problem("on", _("This day has not come yet."), str(on))])
    if fresh.state == P.CATALOGUE:
        return _write(actor, fresh, P.DELIVERED, delivered_on=on)
    if on != fresh.delivered_on:
        note(fresh, before=_told({"delivered_on": fresh.delivered_on}), after=_told({"delivered_on": on}))
        fresh.delivered_on = on
        fresh.save(update_fields=["delivered_on"])
    return fresh


def delivered_by(actor: Viewer, proposal: Proposal, on: date) -> None:
    """An activity that answers it took place: the clock stops on its first day. Part of the verb that closes it."""
    fresh: Proposal = locked(proposal)
    called = clocks([fresh])[fresh.pk].called
    if called and on >= called:
        _write(actor, fresh, P.DELIVERED, told="proposal.deliver", delivered_on=on)


@verb("proposal.revise")
def revise(actor: Viewer, *, proposal: Proposal, year: int, findings: str) -> Proposal:
    """Record the yearly revision of a delivered package."""
    fresh = _at(actor, proposal, P.DELIVERED, P.REVISED)
    if year < FIRST_REVIEW_YEAR or year > timezone.localdate().year + 1:
        raise Invalid([Problem("year", _("Give the year of the revision."), str(year))])
    return _write(actor, fresh, P.REVISED, review_year=year, findings=findings.strip() or fresh.findings)


def _at(actor: Viewer, proposal: Proposal, *states: str) -> Proposal:
    fresh: Proposal = locked(proposal)
    if not actor.has_role(fresh.programme_id, Role.SECRETARIAT):
        raise Refused(_("Only the secretariat of the programme may do this."))
    if fresh.state not in states:
        raise Refused(_("This is not possible while the proposal is “%(state)s”.") % {"state": P(fresh.state).label})
    return fresh


def _write(actor: Viewer, proposal: Proposal, state: str, *, told: str = "", **values: Any) -> Proposal:
    source = proposal.state
    for name, value in values.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=list(values))
    move(proposal, PROPOSAL, state, actor)
    Step.objects.create(
        noun=PROPOSAL.noun, object_id=proposal.pk, transition=str(state), source=source, target=state, by_id=actor.key
    )
    note(proposal, before={"state": source}, after={"state": str(state), **_told(values)}, verb=told)
    return proposal


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: reference.as_text(value) for name, value in values.items()}


# ---- the clock


@dataclass(frozen=True)
class Lap:
    state: str
    on: date
    days: int  # since the call


@dataclass(frozen=True)
class Clock:
    """From the call to the first delivery: running until then, stopped where the way ended."""

    called: date | None
    ended: date | None
    days: int | None
    running: bool
    delivered: bool
    laps: tuple[Lap, ...]


ENDED = (P.REJECTED, P.RETIRED)


def clocks(proposals: Iterable[Proposal], today: date | None = None) -> dict[Any, Clock]:
    """The clock of each proposal, with when each state was reached; two reads for any number of them."""
    rows = list(proposals)
    steps: dict[Any, list[Step]] = defaultdict(list)
    for one in Step.objects.filter(noun=PROPOSAL.noun, object_id__in=[row.pk for row in rows]).order_by("at"):
        steps[one.object_id].append(one)
    return {row.pk: _clock(row, steps[row.pk], today or timezone.localdate()) for row in rows}


def _clock(proposal: Proposal, steps: list[Step], today: date) -> Clock:
    reached = [(step.target, timezone.localtime(step.at).date()) for step in steps]
    submitted = next((day for state, day in reached if state == P.SUBMITTED), None)
    called = proposal.called_on or submitted
    if called is None:
        return Clock(None, None, None, running=False, delivered=False, laps=())
    laps = tuple(Lap(state, day, (day - called).days) for state, day in reached)
    ended = proposal.delivered_on
    if ended is None and proposal.state in ENDED:
        ended = reached[-1][1] if reached else today
    days = ((ended or today) - called).days
    return Clock(called, ended, days, running=ended is None, delivered=proposal.delivered_on is not None, laps=laps)
