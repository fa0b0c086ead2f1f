"""Whom a round may ask and who is told: the lists behind preparing, opening and reminding."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.choices import ReturnState
from throughline.kernel.rounds.models import Edition, Questionnaire, Return, Round
from throughline.kernel.rounds.rules import ANSWER, may_run

COMMISSION = "commission"  # the kind of organisation that answers for its jurisdiction
USUAL_TIME = timedelta(days=30)


@dataclass(frozen=True)
class Candidates:
    """The organisations of one jurisdiction that can be asked; those suggested stand first."""

    title: str
    suggested: list[Any] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """A return and the people who are told about it."""

    ret: Return
    people: list[str]


def programmes_run(viewer: Viewer) -> list[Any]:
    """The programmes whose rounds the viewer runs: as secretariat, in the organisation that is the secretariat."""
    model: Any = Round._meta.get_field("programme").related_model
    held = viewer.programmes_as(Role.SECRETARIAT)
    return list(model._default_manager.filter(pk__in=held, secretariat__in=viewer.organisations))


def editions_to_ask(viewer: Viewer) -> list[Edition]:
    """The editions a round can ask, newest questionnaire first, newest edition first."""
    run = {one.pk for one in queries.questionnaires_for(viewer) if may_run(viewer, one)}
    found = Edition.objects.filter(questionnaire__in=run).defer("source", "xform")
    return list(found.select_related("questionnaire__programme").order_by("-made_at"))


def round_before(viewer: Viewer, questionnaire: Questionnaire) -> Round | None:
    """The last round that asked this questionnaire."""
    found = queries.rounds_for(viewer).filter(edition__questionnaire=questionnaire)
    return found.order_by("-due_on").first()


def rounds_to_prefill_from(viewer: Viewer, programme: Any, *, but: Round | None = None) -> list[Round]:
    found = queries.rounds_for(viewer).filter(programme=programme).order_by("-due_on")
    return list(found.exclude(pk=but.pk) if but else found)


def candidates(programme: Any, suggested: Iterable[UUID]) -> list[Candidates]:
    """Organisations of the programme's jurisdictions, and those of none, as people look for them."""
    wanted = set(suggested)
    groups: dict[str, Candidates] = {}
    for one in _organisations(programme):
        title = str(one.jurisdiction) if one.jurisdiction else _("No single jurisdiction")
        group = groups.setdefault(title, Candidates(title))
        (group.suggested if one.pk in wanted else group.others).append(one)
    return list(groups.values())


def suggestion(viewer: Viewer, programme: Any, before: Round | None) -> set[UUID]:
    """Those asked last time, and the commissions of jurisdictions of which nobody was."""
    last: dict[UUID, UUID | None] = {}
    if before is not None and may_run(viewer, before):
        asked = before.returns.past_the_wall("round").exclude(state=ReturnState.WITHDRAWN)
        last = dict(asked.values_list("owner_id", "owner__jurisdiction_id"))
    spoken_for = {None, *last.values()}
    commissions = (one for one in _organisations(programme) if one.kind == COMMISSION)
    return {*last, *(one.pk for one in commissions if one.jurisdiction_id not in spoken_for)}


def first_values(edition: Edition, before: Round | None) -> dict[str, Any]:
    """What a new round starts from: the last one of the same questionnaire, moved on by a period."""
    today = timezone.localdate()
    values: dict[str, Any] = {"opens_on": today, "due_on": today + USUAL_TIME, "reminders": "14, 3"}
    if before is None:
        return values | {"title": edition.questionnaire.title}
    period = _next(before.period)
    title = before.title.replace(before.period, period) if before.period in before.title else before.title
    return values | {
        "title": title,
        "period": period,
        "due_on": today + max(before.due_on - before.opens_on, timedelta(days=1)),
        "reminders": ", ".join(str(days) for days in before.reminders),
        "approval": before.approval,
        "opens_to": before.opens_to,
        "instructions": before.instructions,
        "before": str(before.pk),
    }


def told(returns: Iterable[Return]) -> list[Told]:
    """Who is told about each return: everyone there who may answer. One query for all of them."""
    asked = list(returns)
    people: dict[UUID, list[str]] = defaultdict(list)
    found = get_user_model()._default_manager.filter(
        memberships__organisation__in={ret.owner_id for ret in asked},
        roles__programme__in={ret.programme_id for ret in asked},
        roles__role__in=ANSWER,
        is_active=True,
    )
    for name, organisation in found.values_list("name", "memberships__organisation").distinct().order_by("name"):
        people[organisation].append(name)
    return [Told(ret, people[ret.owner_id]) for ret in asked]


def returns_of(viewer: Viewer, asked_in: Round, *states: str) -> list[Return]:
    """The returns of a round for who runs it: whose, in which state, due when. Their answers stay where they are."""
    if not may_run(viewer, asked_in):
        return []
    found = asked_in.returns.past_the_wall("round").exclude(state=ReturnState.WITHDRAWN)
    found = found.select_related("owner__jurisdiction", "round")
    if states:
        found = found.filter(state__in=states)
    return list(found.order_by("owner__jurisdiction__order", "owner__name"))


def _organisations(programme: Any) -> list[Any]:
    model: Any = Round._meta.get_field("owner").related_model
    today: date = timezone.localdate()
    running = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    there = Q(jurisdiction__in=programme.scope.members.values("jurisdiction")) | Q(jurisdiction__isnull=True)
    found = model._default_manager.filter(running, there).select_related("jurisdiction")
    return sorted(found, key=lambda one: (one.jurisdiction is None, getattr(one.jurisdiction, "order", 0), one.name))


def _next(period: str) -> str:
    try:
        return str(Period.parse(period).next)
    except ValueError:
        return ""


def institutions_of(jurisdiction: Any) -> list[Any]:
    """The organisations of a jurisdiction that exist today."""
    model: Any = Round._meta.get_field("owner").related_model
    running = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    return (
        list(model._default_manager.filter(running, jurisdiction=jurisdiction).order_by("name")) if jurisdiction else []
    )
