"""What every new record begins with; and verbs on who may see it: grant, withdraw a grant, change the handling code."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.audiences import audience_for
from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Grant, Record
from throughline.kernel.access.querysets import RecordQuerySet
from throughline.kernel.access.references import take
from throughline.kernel.access.rules import is_owner, may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark as mark_changed

RECEIVERS = {"organisation": "organisation", "network": "network", "user": "person"}
R = TypeVar("R", bound=Record)


def prefix(model: type[Record], year: int | None = None) -> str:
    """What a reference begins with: 'AV-2026'."""
    return f"{model.reference_prefix}-{year or timezone.localdate().year}"  # type: ignore[attr-defined]


def begin(actor: Viewer, model: type[R], *, programme: Any, owner: Any, year: int | None = None, **values: Any) -> R:
    """A new record of this organisation (or its key) with its reference, in the first state of its flow. Part of a verb.

    It is not saved yet: saving it gives it its audience. Without a handling code it takes the programme's.
    """
    flow = flow_for(model)
    start = flow.states[0] if flow else None
    given = {
        "state": start.code if start else "kept",
        "private": start.private if start else False,
        "illustrative": programme.illustrative,
        **values,
        "handling": values.get("handling") or programme.default_handling or Handling.STRICT,
    }
    return model(
        reference=take(prefix(model, year))[0],
        programme=programme,
        owner_id=getattr(owner, "pk", owner),
        created_by_id=actor.key,
        changed_by_id=actor.key,
        **given,
    )


def owner_of_new(actor: Viewer, owner: Any) -> Any:
    """The key of the organisation a new record will belong to: the one given, else the actor's only one.

    Whether the actor may make such a record at all is for the verb to say. Raises Refused or Invalid.
    """
    if owner is None:
        if len(actor.organisations) != 1:
            raise Invalid([Problem("owner", _("Choose the organisation this record will belong to."))])
        return next(iter(actor.organisations))
    if owner.pk not in actor.organisations:
        raise Refused(_("A new record belongs to your own organisation."))
    return owner.pk


def write(actor: Viewer, record: Record, changed: Mapping[str, Any]) -> None:
    """Save changed values as a new version by this actor. Part of a verb, which checks them and writes history."""
    for name, value in changed.items():
        setattr(record, name, value)
    record.version += 1
    record.changed_by_id = actor.key
    record.save()


def settle(record: Record) -> None:
    """Bring a record's audience in step with its owner, handling, privacy and grants, and tell the facts.

    Called by every verb that touches one of them; writes the audience column only.
    """
    record.audience_id = audience_for(record)
    type(record)._default_manager.filter(pk=record.pk).update(audience_id=record.audience_id)
    mark_changed(record._meta.model_name or "", [record.pk])


@verb("access.grant")
def grant(
    actor: Viewer, *, record: Record, to: models.Model, right: str = Right.READ, hidden: bool = False, reason: str = ""
) -> Grant:
    """Give an organisation, a network or a person a right on a record.

    Order: lock; check that the actor owns the record (or holds the right to release it) and has the right
    they give; write the grant, widen the audience, write history. Raises Refused for others, Invalid for an
    odd receiver or right.
    """
    _lock(record)
    _may_share(actor, record)
    field = RECEIVERS.get(to._meta.model_name or "")
    if field is None:
        raise Invalid([Problem("to", _("Choose an organisation, a network or a person."))])
    if right not in Right.values:
        raise Invalid([Problem("right", _("Choose one of the rights."), right)])
    if not may(actor, right, record):
        raise Refused(_("Nobody gives a right on a record that they do not have themselves."))
    made = Grant.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        right=right,
        hidden=hidden,
        reason=reason,
        given_by_id=actor.key,
        **{field: to},
    )
    settle(record)
    # Whoever reads the record reads its history: a hidden grant has its line under the grant itself.
    note(made if hidden else record, after={"grant": str(made), "hidden": hidden}, reason=reason)
    return made


@verb("access.withdraw-grant")
def withdraw_grant(actor: Viewer, *, record: Record, grant: Grant, reason: str = "") -> None:
    """Take a grant back: narrow the audience, write history. Raises Refused for all but those who may share."""
    _lock(record)
    _may_share(actor, record)
    if grant.object_id != record.pk:
        raise Refused(_("That grant belongs to another record."))
    note(grant if grant.hidden else record, before={"grant": str(grant)}, reason=reason)
    grant.delete()
    settle(record)


@verb("access.mark")
def mark(actor: Viewer, *, record: Record, handling: str, reason: str = "") -> Record:
    """Change the handling code, with a reason where it becomes more open.

    Order: lock; check the right to mark, write the code, settle the audience, write history. Who changed the
    content last stays as it is: marking a record is not writing it.
    """
    _lock(record)
    if not may(actor, Right.MARK, record):
        raise Refused(_("Only a verifier or the secretariat of the owner may change the handling code."))
    if handling not in Handling.values:
        raise Invalid([Problem("handling", _("Choose one of the handling codes."), handling)])
    openness = Handling.values
    if openness.index(handling) < openness.index(record.handling) and not reason:
        raise Invalid([Problem("reason", _("Say why the record may be read more widely."))])
    before = record.handling
    record.handling = handling
    record.version += 1
    record.save(update_fields=["handling", "changed_at", "version"])
    settle(record)
    note(record, before={"handling": before}, after={"handling": handling}, reason=reason)
    return record


def _lock(record: Record) -> None:
    """Hold the row until the verb ends and see it as it is now: the audience is made from all its fields and grants."""
    list(type(record)._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).values_list("pk"))
    try:
        record.refresh_from_db()
    except type(record).DoesNotExist as gone:
        raise Conflict(_("This record was taken back in the meantime.")) from gone


def _may_share(actor: Viewer, record: Record) -> None:
    owner = is_owner(actor, record) and may(actor, Right.CHANGE, record)
    if not owner and not may(actor, Right.RELEASE, record):
        raise Refused(_("Only the owner of a record, or someone with the right to pass it on, may share it."))


def keep_only_visible(actor: Viewer, written: RecordQuerySet, count: int) -> None:
    """After a bulk write of `count` records: re-read what was written through the rule, else undo it all.

    Raises Refused inside the caller's transaction, which rolls it back, when the actor wrote a
    record that they may not read themselves.
    """
    if written.visible_to(actor).count() != count:
        raise Refused(_("You could not read some of the records you would bring in. Nothing was written."))
