"""Verbs on proposed changes: propose, accept (all or some fields), decline, withdraw."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.access.models import Record
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import tell
from throughline.kernel.proposing import comparing, queries
from throughline.kernel.proposing.choices import State
from throughline.kernel.proposing.models import ProposedChange
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import found
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.editing import update
from throughline.kernel.resources.values import tidy

MOST_WAITING = 20
LONGEST = 2_000


@verb("proposal.propose")
def propose(actor: Viewer, *, record: Any, raw: Mapping[str, Any], reason: str = "") -> ProposedChange:
    """Propose a change of a record one reads and may not change.

    `raw` is what a form or the API would send to change it, judged by the same rules. Order: check that the actor reads it,
    may not change it and has not proposed too much; judge the values; keep what differs, before and after; write
    history; tell who can decide. Raises Refused or Invalid.
    """
    resource = _resource(type(record))
    fresh = found(resource, actor, str(record.pk))
    if fresh is None or actor.person is None:
        raise Refused(_("You cannot see this record."))
    if not queries.may_propose(actor, resource, fresh):
        raise Refused(_("This can be changed by you, or by nobody: there is nothing to propose."))
    draft = clean(resource, raw, viewer=actor, existing=fresh)
    if draft.problems:
        raise Invalid(draft.problems)
    before, after = comparing.differences(resource, fresh, draft)
    if not after:
        raise Invalid([Problem("", _("Nothing here differs from what the record says."))])
    kind = ContentType.objects.get_for_model(fresh)
    own = ProposedChange.objects.filter(content_type=kind, object_id=fresh.pk, proposed_by_id=actor.key)
    if own.filter(state=State.WAITING).count() >= MOST_WAITING:
        raise Refused(_("Several changes of yours wait here already. Wait for an answer, or withdraw one."))
    made = ProposedChange.objects.create(
        content_type=kind,
        object_id=fresh.pk,
        before=before,
        after=after,
        version=getattr(fresh, "version", None),
        reason=tidy(reason)[:LONGEST],
        proposed_by_id=actor.key,
    )
    note(made, after={"record": str(getattr(fresh, "reference", "")), "fields": list(after)})
    _tell(
        _deciders(resource, fresh),
        lambda: _("A change of %(record)s is proposed") % {"record": _name(fresh)},
        fresh,
        made,
        actor,
    )
    return made


@verb("proposal.accept")
def accept(
    actor: Viewer, *, proposal: ProposedChange, fields: Sequence[str] | None = None, answer: str = ""
) -> ProposedChange:
    """Make the change, or some fields of it, as who accepts it; history names who proposed it.

    Order: lock the proposal; check that it waits and that the actor may change the record; refuse where one of the fields
    says something else than when this was proposed; change the record by its own verb, with its own rules; write
    history. Raises Refused, Conflict, or what changing the record raises.
    """
    fresh, seen = _waiting(actor, proposal)
    resource, record = seen.resource, seen.record
    chosen = list(fresh.after) if fields is None else list(dict.fromkeys(fields))
    if not chosen or any(name not in fresh.after for name in chosen):
        raise Invalid([Problem("fields", _("Choose the fields to accept."))])
    chosen = [name for name in comparing.companions(resource, chosen) if name in fresh.after]
    record = found(resource, actor, str(record.pk))
    now = comparing.plain_of(resource, record)
    moved = [name for name in chosen if now.get(name) not in (fresh.before.get(name), fresh.after[name])]
    if moved:
        names = ", ".join(comparing.label_of(resource, name) for name in moved)
        raise Conflict(
            _("The record was changed since this was proposed, in: %(fields)s. Nothing was written.")
            % {"fields": names}
        )
    raw: dict[str, Any] = {name: fresh.after[name] for name in chosen}
    if isinstance(record, Record):
        raw["version"] = record.version
    changed = update(actor, resource, record, raw)
    whole = set(chosen) == set(fresh.after)
    _decide(actor, fresh, State.ACCEPTED if whole else State.PART, answer, taken=chosen)
    after = {"proposed by": str(fresh.proposed_by), "fields": chosen}
    # Of a noun whose people may be erased history keeps no words: it cannot be unwritten.
    note(changed, after=after, reason="" if hasattr(changed, "in_history") else fresh.reason)
    _tell_proposer(actor, fresh, changed)
    return fresh


@verb("proposal.decline")
def decline(actor: Viewer, *, proposal: ProposedChange, reason: str) -> ProposedChange:
    """Leave the record as it is, and say why. Raises Refused, Invalid or Conflict."""
    fresh, seen = _waiting(actor, proposal)
    if not tidy(reason):
        raise Invalid([Problem("reason", _("Say why it is declined."))])
    _decide(actor, fresh, State.DECLINED, reason)
    note(fresh, after={"state": State.DECLINED})
    _tell_proposer(actor, fresh, seen.record)
    return fresh


@verb("proposal.withdraw")
def withdraw(actor: Viewer, *, proposal: ProposedChange) -> ProposedChange:
    """Take one's own proposal back while nobody has decided. Raises Refused or Conflict."""
    fresh = _locked(proposal)
    if actor.person is None or fresh.proposed_by_id != actor.person:
        raise Refused(_("A proposal is withdrawn by who made it."))
    _check_waits(fresh)
    _decide(actor, fresh, State.WITHDRAWN, "")
    note(fresh, after={"state": State.WITHDRAWN})
    return fresh


def forget(model: type[models.Model], keys: Collection[UUID]) -> int:
    """Delete what was proposed of records whose people are erased. Part of a verb; says how many."""
    kind = ContentType.objects.get_for_model(model)
    return ProposedChange.objects.filter(content_type=kind, object_id__in=keys).delete()[0]


def _resource(model: type[models.Model]) -> Resource:
    resource = registry.for_model(model)
    if resource is None:
        raise Refused(_("You cannot see this record."))
    return resource


def _locked(proposal: ProposedChange) -> ProposedChange:
    rows = ProposedChange.objects.select_for_update(of=("self",)).select_related("proposed_by")
    fresh = rows.filter(pk=proposal.pk).first()
    if fresh is None:
        raise Conflict(_("This proposal is no longer there."))
    return fresh


def _check_waits(proposal: ProposedChange) -> None:
    if proposal.state != State.WAITING:
        raise Conflict(_("This proposal has been decided on, or withdrawn, already."))


def _waiting(actor: Viewer, proposal: ProposedChange) -> tuple[ProposedChange, queries.Seen]:
    """The proposal as it is now, if the actor may decide on it and it waits."""
    fresh = _locked(proposal)
    seen = queries.proposal_for(actor, fresh.pk)
    if seen is None or not seen.resource.may_change(actor, seen.record):
        raise Refused(_("Only those who may change the record decide on what is proposed."))
    _check_waits(fresh)
    return fresh, seen


def _decide(actor: Viewer, proposal: ProposedChange, state: State, answer: str, *, taken: Sequence[str] = ()) -> None:
    proposal.state, proposal.answer, proposal.taken = state, tidy(answer)[:LONGEST], list(taken)
    proposal.decided_by_id, proposal.decided_at = actor.key, timezone.now()
    proposal.save(update_fields=["state", "answer", "taken", "decided_by", "decided_at"])


def _deciders(resource: Resource, record: Any) -> list[UUID]:
    """Who wrote the record or changed it last, and its owner's verifiers and secretariat, as far as they may change it."""
    if not isinstance(record, Record):
        return []
    wanted = Q(pk__in=(record.created_by_id, record.changed_by_id)) | Q(
        roles__role__in=(Role.VERIFIER, Role.SECRETARIAT),
        roles__programme_id=record.programme_id,
        memberships__organisation_id=record.owner_id,
    )
    people = get_user_model()._default_manager.filter(wanted, is_active=True).distinct().values_list("pk", flat=True)
    return [key for key in people if resource.may_change(viewer_of(key), record)]


def _tell(people: Any, subject: Any, record: Any, proposal: ProposedChange, actor: Viewer) -> None:
    """What is proposed is on its page alone: neither inbox nor mail says it."""
    tell(people, subject=subject, about=record, url=f"/proposed-changes/{proposal.pk}/", but=actor.key)


def _tell_proposer(actor: Viewer, proposal: ProposedChange, record: Any) -> None:
    def subject() -> str:
        given = {"record": _name(record), "state": proposal.get_state_display()}
        return _("Your proposed change of %(record)s: %(state)s") % given

    _tell([proposal.proposed_by_id], subject, record, proposal, actor)


def _name(record: Any) -> str:
    return str(getattr(record, "reference", "") or record)
