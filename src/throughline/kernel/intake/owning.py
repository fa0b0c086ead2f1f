"""For whom a file is brought in, and in which state its new records arrive."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.declare import Flow, Transition
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.permissions import adding_programmes


@dataclass(frozen=True)
class Arrival:
    """A state new records may arrive in, and the steps that lead there."""

    state: str
    label: Any
    private: bool = False
    steps: tuple[Transition, ...] = ()
    needs_reason: bool = False


def arrivals(resource: Resource, viewer: Viewer, programme: Any) -> list[Arrival]:
    """The states open to this person, the usual one first: sent for checking; checked already, with a reason; a draft.

    Whoever holds a role that may take the checking step may bring in what was checked elsewhere. The
    second person that step usually asks for is then the one who checked it there: hence the reason.
    """
    flow = flow_for(resource.model)
    if flow is None or programme is None:
        return []
    start = flow.states[0]
    chain = _main_way(flow, viewer, programme)
    reached = [
        Arrival(
            step.target,
            flow.state(step.target).label,
            flow.state(step.target).private,
            tuple(chain[: number + 1]),
            step.not_author,
        )
        for number, step in enumerate(chain)
    ]
    return [*reached, Arrival(start.code, start.label, start.private)]


def _main_way(flow: Flow, viewer: Viewer, programme: Any) -> list[Transition]:
    """The main steps from the start, as far as this person's roles reach with records of their own."""
    steps: list[Transition] = []
    state = flow.states[0].code
    while True:
        step = next((one for one in flow.transitions if one.main and state in one.sources), None)
        if step is None or step in steps or not any(viewer.has_role(programme.pk, one.role) for one in step.allowed):
            return steps
        steps.append(step)
        state = step.target


def arrival_named(resource: Resource, viewer: Viewer, programme: Any, state: str, reason: str) -> Arrival | None:
    """The arrival asked for, or the usual one; checked with a reason where one is due."""
    open_ = arrivals(resource, viewer, programme)
    if not open_:
        return None
    found = next((one for one in open_ if one.state == state), None) if state else open_[0]
    if found is None:
        message = _("New records cannot arrive as '%(state)s'. You may choose: %(open)s.")
        raise Refused(message % {"state": state, "open": ", ".join(one.state for one in open_)})
    if found.needs_reason and not reason.strip():
        raise Invalid([Problem("reason", _("Say who checked these records and how: they will count at once."))])
    return found


def owners(resource: Resource, viewer: Viewer) -> list[Any]:
    """The organisations a new record may belong to: the person's own."""
    if not resource.is_record:
        return []
    model: type[Model] = resource.field("owner").related
    return list(model._default_manager.filter(pk__in=viewer.organisations))


def check_may_add(resource: Resource, viewer: Viewer, programme: Any) -> None:
    """Only roles that may add the noun, and only to their programme, bring in files of it."""
    if not resource.may_add(viewer):
        message = _("Your role does not let you add %(nouns)s, so you cannot bring in a file of them.")
        raise Refused(message % {"nouns": resource.title_plural})
    if resource.is_record and (programme is None or programme.pk not in adding_programmes(resource, viewer)):
        raise Refused(_("Your role does not let you add to this programme."))
