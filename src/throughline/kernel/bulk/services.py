"""Seeing what a change of several records would do, doing it, taking it back."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk.models import BulkChange, BulkRow
from throughline.kernel.bulk.orders import Choice, Order, chosen
from throughline.kernel.bulk.rules import can_be_undone, names_people, steps_of
from throughline.kernel.bulk.trying import Line, Plan, attempt, raw, run
from throughline.kernel.flow.declare import Transition
from throughline.kernel.flow.rules import fits
from throughline.kernel.flow.services import step_to
from throughline.kernel.history.unit import note, verb
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.editing import update
from throughline.kernel.resources.lookups import Lookups

NAMED = 10


class _Seen(Exception):
    """Carries the plan out of the transaction that made it, which is thereby taken back."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__()


def preview(actor: Viewer, *, resource: Resource, choice: Choice, order: Order) -> Plan:
    """What would come of it, record by record. It is really done, and really taken back: nothing stays."""
    try:
        _try(actor, resource=resource, choice=choice, order=order)
    except _Seen as seen:
        return seen.plan
    raise AssertionError  # pragma: no cover  # reason: the verb always ends in _Seen, or in what it refuses


@verb("bulk.preview")
def _try(actor: Viewer, *, resource: Resource, choice: Choice, order: Order) -> None:
    raise _Seen(run(actor, resource, chosen(actor, resource, choice), order))


@verb("bulk.apply")
def apply(
    actor: Viewer,
    *,
    resource: Resource,
    choice: Choice,
    order: Order,
    expected: str = "",
    leave_out: bool = False,
    reason: str = "",
) -> BulkChange:
    """Do it: all of it or nothing, in one transaction.

    Order: find the records the actor may read; lock them; change each through its noun's change verb (or its flow);
    refuse all if one cannot be changed (with `leave_out`: leave those as they are); keep how each was; write history of
    each and of the whole. `expected` is the mark of the preview: somebody's change meanwhile is a Conflict. Raises Invalid, Refused, Conflict.
    """
    if not actor.signed_in:
        raise Refused(_("Sign in first."))
    plan = run(actor, resource, chosen(actor, resource, choice), order)
    if expected and plan.mark != expected:
        raise Conflict(_("Somebody changed one of these records since the preview. Look at it again."))
    if plan.stuck and not leave_out:
        raise Invalid(problems_of(plan))
    if not plan.changing:
        raise Invalid([Problem("", _("Nothing would change."))])
    reason = "" if names_people(resource) else reason
    made = BulkChange.objects.create(
        noun=resource.noun,
        values=dict(order.values),
        transition=order.transition,
        reason=reason,
        count=len(plan.changing),
        left_out=len(plan.stuck),
        made_by_id=actor.key,
    )
    BulkRow.objects.bulk_create(_row(made, line) for line in plan.changing)
    note(made, after={"what": order.transition or list(order.values), "records": made.count}, reason=reason)
    return made


def problems_of(plan: Plan) -> list[Problem]:
    """What is wrong, by row: the record, the field, what to do."""
    return [
        Problem(problem.field, problem.message, problem.value or line.text, row)
        for row, line in enumerate(plan.lines, start=1)
        for problem in line.problems
    ]


def _row(made: BulkChange, line: Line) -> BulkRow:
    return BulkRow(
        change=made,
        object_id=line.key,
        before={name: value for name, value in line.before.items() if name != "state"},
        after=line.after,
        state_before=line.state_before,
        version_after=line.version_after,
    )


@verb("bulk.undo")
def undo(actor: Viewer, *, change: BulkChange, reason: str = "") -> BulkChange:
    """Take a change of several back as a whole, while nothing was changed since.

    Order: lock it; check that the actor made it; lock the records; refuse, naming them, if one was changed since or can no
    longer be changed; set each back through its noun's change verb and to the state it had; write history. Raises Refused.
    """
    locked = BulkChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    resource = registry.get(locked.noun)
    way = _undoable(actor, resource, locked)
    rows = list(locked.rows.all())
    records = _records(actor, resource, rows)
    lookups = Lookups(actor)
    for row in rows:
        record = records[row.object_id]
        _done, problems = attempt(lambda one, row=row: _back(actor, resource, way, one, row, lookups), record)  # type: ignore[misc]
        if problems:
            message = _("%(record)s cannot be set back: %(reason)s")
            raise Refused(message % {"record": record, "reason": problems[0].message})
    locked.state, locked.undone_at = BulkChange.State.UNDONE, timezone.now()
    locked.save(update_fields=["state", "undone_at"])
    note(locked, before={"state": BulkChange.State.APPLIED.value}, after={"state": locked.state}, reason=reason)
    return locked


def _undoable(actor: Viewer, resource: Resource, change: BulkChange) -> Transition | None:
    """The step it was, if it was one; Refused where it cannot be taken back by this person."""
    if change.made_by_id != actor.person:
        raise Refused(_("Only who changed these records may take it back."))
    if change.state == BulkChange.State.UNDONE:
        raise Refused(_("This was taken back before."))
    if not change.transition:
        return None
    way = next((one for one in steps_of(resource) if one.name == change.transition), None)
    if way is None or not can_be_undone(way):
        raise Refused(_("This step brought something else with it, so it cannot be taken back."))
    return way


def _records(actor: Viewer, resource: Resource, rows: list[BulkRow]) -> dict[Any, Any]:
    """The records as the actor may read them now, locked; Refused if one was changed since."""
    keys = [row.object_id for row in rows]
    whole: QuerySet[Any] = resource.model._default_manager.filter(pk__in=keys).order_by("pk")
    list(whole.select_for_update(of=("self",)).values_list("pk"))
    found = resource.visible(actor).select_related(*resource.related).in_bulk(keys)
    touched = [row for row in rows if row.object_id not in found or _changed(resource, found[row.object_id], row)]
    if touched:
        names = [str(found[row.object_id]) for row in touched if row.object_id in found][:NAMED]
        message = _("%(count)s of these records were changed since, so it cannot be taken back: %(names)s.")
        raise Refused(message % {"count": len(touched), "names": ", ".join(names) or "–"})
    return found


def _changed(resource: Resource, record: Any, row: BulkRow) -> bool:
    if row.version_after is not None and record.version != row.version_after:
        return True
    return any(raw(resource.field(name), record) != row.after[name] for name in row.before)


def _back(
    actor: Viewer, resource: Resource, way: Transition | None, record: Any, row: BulkRow, lookups: Lookups
) -> Any:
    if way is not None and not any(fits(actor, one, record) for one in way.allowed):
        raise Refused(_("You may no longer take this step, so you cannot take it back either."))
    changed = update(actor, resource, record, row.before, lookups=lookups) if row.before else record
    if row.state_before and changed.state != row.state_before:
        step_to(actor, changed, row.state_before, as_verb="bulk.set-back")
    return changed
