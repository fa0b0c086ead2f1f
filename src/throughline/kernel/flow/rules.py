"""May this person take this transition with this record? One reason, in words, or none."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from throughline.kernel.access.rules import can_read, is_owner
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.declare import Actor, Flow, Transition
from throughline.kernel.flow.models import Step

if TYPE_CHECKING:
    from throughline.kernel.access.models import Record


def objection(viewer: Viewer, flow: Flow, transition: Transition, record: "Record") -> str:
    """Why the viewer may not do it, or ''. The order is: state, reading, role, second person."""
    if not can_read(viewer, record):
        return _("You cannot see this record.")
    if record.state not in transition.sources:
        return _("This is not possible while the record is '%(state)s'.") % {"state": flow.state(record.state).label}
    if not any(fits(viewer, actor, record) for actor in transition.allowed):
        roles = ", ".join(sorted({str(actor.role.label) for actor in transition.allowed}))
        return _("This is for: %(roles)s.") % {"roles": roles}
    if transition.not_author and viewer.person in authors(flow, record):
        return _("A second person has to do this: you wrote or sent this record yourself.")
    return ""


def fits(viewer: Viewer, actor: Actor, record: "Record") -> bool:
    return viewer.has_role(record.programme_id, actor.role) and (actor.of == "programme" or is_owner(viewer, record))


def authors(flow: Flow, record: "Record") -> set[UUID]:
    """Who wrote the record, changed it last, or sent it last: none of them may check it."""
    sent = (
        Step.objects.filter(noun=flow.noun, object_id=record.pk, target=record.state)
        .order_by("-at")
        .values_list("by_id", flat=True)
        .first()
    )
    people: tuple[UUID | None, ...] = (record.created_by_id, record.changed_by_id, sent)
    return {person for person in people if person is not None}
