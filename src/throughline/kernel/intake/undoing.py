"""Undoing a batch: what it made goes, what it changed goes back, unless somebody worked on it since."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Refused
from throughline.kernel.access.models import Grant
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.models import StoredFile
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.services import move
from throughline.kernel.history.store import Unbuilt
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.intake.models import Batch, Trace
from throughline.kernel.measures.outbox import mark
from throughline.kernel.resources import registry
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.permissions import adding_programmes
from throughline.kernel.trace.models import Link

NAMED = 10


@verb("batch.undo")
def undo(actor: Viewer, *, batch: Batch, reason: str = "") -> Batch:
    """Take a batch back as a whole.

    Order: lock the batch; check that the actor is of the owner, and brought it in and may still add to the
    programme, or is of the secretariat; lock the records; refuse, naming them, if they were changed since; remove what was new (its references are never
    given out again), set back what was changed; write history for each and for the batch; mark the facts.
    """
    locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    resource = registry.get(locked.noun)
    if locked.state == Batch.State.UNDONE:
        raise Refused(_("This batch was undone before."))
    made = _made(resource, locked)
    _may_undo(actor, resource, locked, made)
    traces = list(locked.traces.order_by("-pk"))
    _nobody_since(resource, locked, made, traces)
    removed = _remove(actor, resource, locked, made) if made is not None else 0
    for trace in traces:
        _back(actor, resource, trace)
    locked.state, locked.undone_at, locked.undone_by_id = Batch.State.UNDONE, timezone.now(), actor.key
    locked.save(update_fields=["state", "undone_at", "undone_by"])
    after = {
        "state": locked.state,
        "removed": removed,
        "set back": sum(one.action == Trace.Action.CHANGED for one in traces),
    }
    note(locked, before={"state": Batch.State.APPLIED.value}, after=after, reason=reason)
    return locked


def _made(resource: Resource, batch: Batch) -> "models.QuerySet[Any] | None":
    """The records this batch made, whoever may read them: undoing is all or nothing too."""
    return resource.model._default_manager.filter(batch=batch) if resource.is_record else None


def _may_undo(actor: Viewer, resource: Resource, batch: Batch, made: "models.QuerySet[Any] | None") -> None:
    if not actor.signed_in:
        raise Refused(_("Sign in first."))
    adds = batch.programme_id is None or batch.programme_id in adding_programmes(resource, actor)
    own = batch.created_by_id == actor.person and adds
    owners = set(made.order_by().values_list("owner_id", flat=True).distinct()) if made is not None else set()
    if not (own or actor.has_role(batch.programme_id, Role.SECRETARIAT)) or not owners <= actor.organisations:
        raise Refused(
            _("Only the person who brought the batch in, or the secretariat for its own records, may undo it.")
        )


def _nobody_since(resource: Resource, batch: Batch, made: "models.QuerySet[Any] | None", traces: list[Trace]) -> None:
    """Refuse, naming them, where somebody changed, checked, shared, linked or added a file to a record since.

    The rows stay locked until the batch is gone: what others do meanwhile waits, and then finds nothing.
    """
    touched: list[str] = []
    if made is not None:
        list(made.order_by().select_for_update(of=("self",)).values_list("pk"))
        untouched = models.Q(version=1, state=batch.arrival) if batch.arrival else models.Q(version=1)
        touched += made.exclude(untouched).order_by("reference").values_list("reference", flat=True)[: NAMED + 1]
        touched += made.filter(untouched, _used(made)).order_by("reference").values_list("reference", flat=True)[:NAMED]
    rows = resource.model._default_manager.select_for_update(of=("self",))
    found = rows.in_bulk([trace.object_id for trace in traces])
    for trace in traces:
        record: Any = found.get(trace.object_id)
        if record is None or (trace.version_after is not None and record.version != trace.version_after):
            touched.append(trace.object_text)
    if touched:
        message = _("These were changed since, so the batch cannot be undone: %(names)s.")
        more = "…" if len(touched) > NAMED else ""
        raise Refused(message % {"names": ", ".join(touched[:NAMED]) + more})


def _used(made: "models.QuerySet[Any]") -> models.Q:
    """Records that others' work hangs on though they are as they came in: shared, linked, with files."""
    kind, keys = ContentType.objects.get_for_model(made.model), made.order_by().values("pk")
    held = [
        Grant.objects.filter(content_type=kind, object_id__in=keys).values("object_id"),
        StoredFile.objects.filter(content_type=kind, object_id__in=keys).values("object_id"),
        Link.objects.filter(left_type=kind, left_id__in=keys).values("left_id"),
        Link.objects.filter(right_type=kind, right_id__in=keys).values("right_id"),
    ]
    return models.Q(*(models.Q(pk__in=one) for one in held), _connector=models.Q.OR)


def _remove(actor: Viewer, resource: Resource, batch: Batch, made: "models.QuerySet[Any]") -> int:
    """The new records with their lines and steps."""
    meta = resource.model._meta
    pairs = list(made.order_by("reference").values_list("pk", "reference"))
    keys = [key for key, _reference in pairs]
    told: list[tuple[Any, Any, Any]] = [(Unbuilt(meta, key, text), {"batch": str(batch)}, None) for key, text in pairs]
    note_many(told, verb="record.take-back")
    mark(resource.noun, keys)
    inside = made.values("pk")
    try:
        with transaction.atomic():
            for part in resource.lines:
                _delete(part.model._default_manager.filter(**{f"{part.parent_field}__in": inside}))  # type: ignore[union-attr]
            _delete(Step.objects.filter(noun=meta.model_name, object_id__in=inside))
            _delete(made)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as held:
        raise Refused(_("Something else points to records of this batch, so it cannot be undone.")) from held
    return len(keys)


def _delete(rows: "models.QuerySet[Any]") -> None:
    """One statement, without reading the rows: a batch can hold hundreds of thousands."""
    rows._raw_delete(rows.db)  # noqa: SLF001 (the public delete reads every row first)


def _back(actor: Viewer, resource: Resource, trace: Trace) -> None:
    record = resource.model._default_manager.get(pk=trace.object_id)
    if trace.action == Trace.Action.NEW:
        _take_back(record)
        return
    draft = clean(resource, trace.before or {}, viewer=actor, lookups=Lookups(actor), existing=record)
    if draft.problems:
        message = _("%(record)s cannot be set back: %(reason)s")
        raise Refused(message % {"record": trace.object_text, "reason": draft.problems[0].message})
    changed = resource.change(actor, record=record, draft=draft)  # type: ignore[misc]
    flow = flow_for(resource.model)
    if flow is not None and trace.state_before and changed.state != trace.state_before:
        note(changed, before={"state": changed.state}, after={"state": trace.state_before}, verb="record.set-back")
        move(changed, flow, trace.state_before, actor)


def _take_back(record: models.Model) -> None:
    """A row that is no record, such as a source: only while nothing uses it."""
    try:
        with transaction.atomic():
            note(record, before={"name": str(record)}, verb="record.take-back")
            record.delete()
    except (IntegrityError, models.ProtectedError) as held:
        raise Refused(_("'%(record)s' is in use by now, so the batch cannot be undone.") % {"record": record}) from held
