"""What is open to a viewer, what happened, and what is overdue."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.declare import Flow, Transition
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.rules import objection

if TYPE_CHECKING:
    from throughline.kernel.access.models import Record


def open_to(viewer: Viewer, record: "Record") -> list[Transition]:
    """The transitions this viewer can take now, the main one first."""
    flow = flow_for(type(record))
    if flow is None:
        return []
    ways = [way for way in flow.transitions if record.state in way.sources]
    return sorted((way for way in ways if not objection(viewer, flow, way, record)), key=lambda way: not way.main)


def steps_of(record: "Record") -> QuerySet[Step]:
    return Step.objects.filter(noun=record._meta.model_name, object_id=record.pk).select_related("by")


def actionable(viewer: Viewer, flow: Flow, state: str) -> "QuerySet[Record]":
    """Records in a state that this viewer can take a main step further.

    A step that asks for a second person is for others than who wrote or changed the record; any other
    main step is for the one who wrote it.
    """
    wanted = Q(pk__in=())
    for way in flow.transitions:
        if not way.main or state not in way.sources:
            continue
        mine = Q(created_by=viewer.person) | Q(changed_by=viewer.person)
        person = ~mine if way.not_author else Q(created_by=viewer.person)
        for actor in way.allowed:
            place = Q(owner__in=viewer.organisations) if actor.of == "owner" else Q()
            wanted |= Q(programme__in=viewer.programmes_as(actor.role)) & place & person
    return flow.model.objects.visible_to(viewer).filter(wanted, state=state)  # type: ignore[attr-defined, no-any-return]


def waiting_for(viewer: Viewer, flow: Flow, state: str, *, overdue_on: date | None = None) -> "QuerySet[Record]":
    """Records the viewer may read that stand in a state; with a date, only those due before it."""
    records = flow.model.objects.visible_to(viewer).filter(state=state)  # type: ignore[attr-defined]
    if overdue_on is None:
        return records
    last = Step.objects.filter(noun=flow.noun, object_id=OuterRef("pk")).order_by("-at").values("due_on")[:1]
    return records.annotate(due_on=Subquery(last)).filter(due_on__lt=overdue_on)
