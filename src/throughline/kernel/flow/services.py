"""Moving a record from one state to the next: the one verb for all nouns."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.services import settle
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.declare import Flow, Transition
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.rules import objection
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import tell


@verb("flow.advance")
def advance(actor: Viewer, *, record: Record, transition: str, comment: str = "", version: int | None = None) -> Record:
    """Take a record through one transition of its flow.

    Order: lock the record; check the version the actor looked at, the state, the role and the second
    person, the step's own rule; write the state and the step with its due date; settle the audience; write
    history; do what the step brings with it; put messages in the outbox. Raises Refused, Invalid (a comment
    is missing, or the rule is broken) or Conflict.
    """
    flow, way = _way(record, transition)
    fresh = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this record since you opened it. Look at it again first."))
    if reason := objection(actor, flow, way, fresh):
        raise Refused(reason)
    if way.needs_comment and not comment.strip():
        raise Invalid([Problem("comment", _("Say why, so that the next person knows what to do."))])
    if problems := list(way.rule(fresh, comment)) if way.rule else []:
        raise Invalid(problems)
    source = fresh.state
    move(fresh, flow, way.target, actor)
    step = Step.objects.create(
        noun=flow.noun,
        object_id=fresh.pk,
        transition=way.name,
        source=source,
        target=way.target,
        by_id=actor.key,
        comment=comment,
        due_on=timezone.localdate() + timedelta(days=way.deadline_days) if way.deadline_days else None,
    )
    _note(fresh, flow, step)
    if way.then is not None:
        way.then(actor, fresh, comment)
    _tell(fresh, flow, way, step)
    record.refresh_from_db()
    return record


def _note(record: Record, flow: Flow, step: Step) -> None:
    after, reason = {"state": step.target}, step.comment
    if flow.names_people and reason.strip():
        after, reason = {**after, "comment": "given"}, ""
    name = f"{flow.noun}.{step.transition}"
    note(record, before={"state": step.source}, after=after, reason=reason, verb=name)


def move(record: Record, flow: Flow, target: str, actor: Viewer) -> None:
    """Write a new state and what follows from it (privacy, audience, facts). Part of a verb, not one.

    Who changed the content last stays as it is: moving a record on is not writing it. What ends before it was
    ever sent (a draft withdrawn) stays private: ending it opens it to nobody.
    """
    state = flow.state(target)
    record.state = target
    record.private = state.private or (record.private and state.final)
    record.version += 1
    record.save(update_fields=["state", "private", "changed_at", "version"])
    settle(record)


def step_to(actor: Viewer, record: Record, target: str, *, as_verb: str = "") -> None:
    """`move` with its line of history, for a step that is a verb of its own or follows from another. Part of a verb."""
    flow = flow_for(type(record))
    assert flow is not None  # noqa: S101 - who moves a record has declared its flow; narrows the type
    source = record.state
    move(record, flow, target, actor)
    note(record, before={"state": source}, after={"state": target}, verb=as_verb)


def _way(record: Record, name: str) -> tuple[Flow, Transition]:
    flow = flow_for(type(record))
    way = flow.transition(name) if flow else None
    if flow is None or way is None:
        raise Invalid([Problem("transition", _("There is no such step for this record."), name)])
    return flow, way


def _tell(record: Record, flow: Flow, way: Transition, step: Step) -> None:
    """Tell those the transition names, except the one who took it; each in their own language."""

    def subject() -> str:
        state = flow.state(way.target).label
        return _("%(reference)s is now '%(state)s'") % {"reference": record.reference, "state": state}

    text = "" if flow.names_people else step.comment
    tell(_receivers(record, way), subject=subject, text=text, about=record, but=step.by_id)


def _receivers(record: Record, way: Transition) -> list[Any]:
    roles = [role for role in way.notifies if role in Role.values]
    wanted = Q(
        roles__role__in=roles,
        roles__programme_id=record.programme_id,
        memberships__organisation_id=record.owner_id,
    )
    if "author" in way.notifies:
        wanted |= Q(pk=record.created_by_id)
    return list(get_user_model()._default_manager.filter(wanted, is_active=True).distinct()) if way.notifies else []
