"""Verbs on duplicates: merge, undo a merge, declare two records different, take that back."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import can_read, may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates import followers
from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.duplicates.declare import Duplicates
from throughline.kernel.duplicates.keeping import content, differences, kept, put_back
from throughline.kernel.duplicates.models import Merge, Pair
from throughline.kernel.duplicates.proposing import choosable, draft_of, propose
from throughline.kernel.duplicates.queries import ended, may_merge, pair_of
from throughline.kernel.duplicates.registry import resource_of, rule_for
from throughline.kernel.duplicates.scoring import score
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.resources.declare import Resource


@verb("duplicates.merge")
def merge(
    actor: Viewer,
    *,
    winner: Record,
    loser: Record,
    take: Collection[str] | None = None,
    keep: Mapping[str, Collection[UUID]] | None = None,
    reason: str = "",
) -> Merge:
    """Merge one record into another: the winner stands, the loser is closed and says where it went.

    `take` names the fields whose value is the loser's, `keep` the lines (of either) that stand; what is not given is as proposed.
    Order: lock both; check the right to change both, their states, and, where more people read the winner than the loser, the right to
    open the loser to them; change the winner by its noun's own verb; close the loser; let links and files follow; keep
    what is needed to undo; write history on both, naming neither to readers of the other. Raises Refused or Invalid.
    """
    rule, resource = _rule_of(winner, loser)
    first, second = _locked(resource, winner, loser)
    _may_merge(actor, rule, resource, first, second)
    proposal = propose(resource, first, second)
    chosen = proposal.take if take is None else frozenset(take)
    _check_fields(resource, chosen)
    draft, taken = draft_of(resource, proposal, chosen, proposal.keep() | dict(keep or {}))
    if taken or followers.held_by(second):
        _may_open(actor, first, second)
    before = kept(resource, first)
    if draft.given:
        first = resource.change(actor, record=first, draft=draft)  # type: ignore[misc]
    moved = followers.follow(second, first)
    loser_state = second.state
    _close(actor, rule, second)
    made = Merge.objects.create(
        noun=rule.noun,
        winner_id=first.pk,
        loser_id=second.pk,
        winner_before=before,
        winner_after=kept(resource, first),
        loser_state=loser_state,
        moved=moved,
        pair_before=_decide(actor, rule, first, second, PairState.MERGED, reason),
        reason=reason,
        made_by_id=actor.key,
    )
    note(first, after={"merged": _("with a duplicate")}, verb="duplicates.take-in")
    note(made, after={"winner": first.reference, "loser": second.reference}, reason=reason)
    mark(resource.noun, [first.pk, second.pk])
    return made


@verb("duplicates.undo")
def undo(actor: Viewer, *, merge: Merge, reason: str = "") -> Merge:
    """Take a merge back whole: both records, their lines, links, files and states are as they were.

    Order: lock; check the right to change both; refuse where the winner's content was changed since, or it was itself
    merged or withdrawn; put fields and lines back; open the loser again; bring back what followed; write history. Raises Refused or Conflict.
    """
    made = Merge.objects.select_for_update().get(pk=merge.pk)
    rule = rule_for(made.noun)
    if rule is None or made.undone_at is not None:
        raise Refused(_("This merge was undone before."))
    resource = resource_of(rule)
    rows = _rows(resource, [made.winner_id, made.loser_id])
    winner, loser = rows[made.winner_id], rows[made.loser_id]
    if not may_merge(actor, winner, loser):
        raise Refused(_("A merge is undone by those who may change both records."))
    if winner.state in ended(resource):
        raise Refused(_("%(record)s was closed itself since. Take that back first.") % {"record": winner})
    now = kept(resource, winner)
    if content(now) != content(made.winner_after):
        message = _("%(record)s was changed after the merge. Set it back to what the merge made of it first.")
        raise Conflict(message % {"record": winner})
    if content(made.winner_before) != content(made.winner_after):
        _put_back(actor, resource, winner, made)
    _state_back(actor, winner, made)
    _open_again(actor, loser, made)
    followers.back(made.moved, loser, winner)
    _pair_back(rule, made)
    made.undone_at, made.undone_by_id = timezone.now(), actor.key
    made.save(update_fields=["undone_at", "undone_by"])
    note(made, before={"winner": winner.reference, "loser": loser.reference}, reason=reason)
    mark(resource.noun, [winner.pk, loser.pk])
    return made


@verb("duplicates.different")
def declare_different(actor: Viewer, *, one: Record, other: Record, reason: str = "") -> Pair:
    """Say for good that two records are not the same: they are never proposed again.

    For those who may read both and change one of them. Raises Refused or Invalid.
    """
    rule, resource = _rule_of(one, other)
    first, second = _locked(resource, one, other)
    _may_decide(actor, first, second)
    if {first.state, second.state} & ended(resource):
        raise Refused(_("One of the two is closed already."))
    _decide(actor, rule, first, second, PairState.DIFFERENT, reason)
    pair = pair_of(rule, first.pk, second.pk)
    note(
        pair, after={"state": PairState.DIFFERENT.value, "records": [first.reference, second.reference]}, reason=reason
    )
    return pair  # type: ignore[return-value]


@verb("duplicates.reopen")
def reopen(actor: Viewer, *, one: Record, other: Record) -> Pair:
    """Take 'different' back: the pair is looked at again. For those who may declare it."""
    rule, resource = _rule_of(one, other)
    first, second = _locked(resource, one, other)
    _may_decide(actor, first, second)
    pair = pair_of(rule, first.pk, second.pk)
    if pair is None or pair.state != PairState.DIFFERENT:
        raise Refused(_("These two were not declared different."))
    pair.state, pair.decided_at, pair.decided_by, pair.reason = PairState.OPEN.value, None, None, ""
    pair.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    note(pair, before={"state": PairState.DIFFERENT.value}, after={"state": PairState.OPEN.value})
    return pair


# Checks


def _rule_of(one: Record, other: Record) -> tuple[Duplicates, Resource]:
    rule = rule_for(one._meta.model_name or "")
    if rule is None or type(one) is not type(other):
        raise Invalid([Problem("loser", _("Two records of this kind are not merged."))])
    if one.pk == other.pk:
        raise Invalid([Problem("loser", _("A record is no duplicate of itself."))])
    return rule, resource_of(rule)


def _rows(resource: Resource, keys: list[UUID]) -> dict[UUID, Any]:
    """The records, locked in the order of their keys, so that two merges never wait for each other."""
    rows = resource.model._default_manager.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    return {row.pk: row for row in rows}


def _locked(resource: Resource, one: Record, other: Record) -> tuple[Any, Any]:
    rows = _rows(resource, [one.pk, other.pk])
    return rows[one.pk], rows[other.pk]


def _may_merge(actor: Viewer, rule: Duplicates, resource: Resource, winner: Any, loser: Any) -> None:
    if not may_merge(actor, winner, loser):
        raise Refused(_("Two records are merged by those who may change both."))
    if winner.programme_id != loser.programme_id:
        raise Refused(_("Records of two programmes are not merged."))
    if {winner.state, loser.state} & ended(resource):
        raise Refused(_("One of the two is closed already."))
    if flow_for(resource.model) is None or rule.closed not in ended(resource):
        raise Refused(_("Two records of this kind are not merged."))


def _may_open(actor: Viewer, winner: Any, loser: Any) -> None:
    """What moves to a record that more people read is opened to them: for those who may mark it so."""
    wider = set(winner.audience.tokens) - set(loser.audience.tokens)
    if wider and not may(actor, Right.MARK, loser):
        message = _(
            "More people may read %(winner)s than %(loser)s. Only who may change the handling code of %(loser)s may merge what it says into the other."
        )
        raise Refused(message % {"winner": winner, "loser": loser})


def _may_decide(actor: Viewer, one: Any, other: Any) -> None:
    if not (can_read(actor, one) and can_read(actor, other)):
        raise Refused(_("You can compare only records that you may read."))
    if not (may(actor, Right.CHANGE, one) or may(actor, Right.CHANGE, other)):
        raise Refused(_("Only those who may change one of the two records may say that they are different."))


def _check_fields(resource: Resource, take: Collection[str]) -> None:
    known = {one.name for one in choosable(resource)}
    if strange := sorted(set(take) - known):
        raise Invalid([Problem("take", _("There is no such field to choose."), name) for name in strange])


# Writing


def _close(actor: Viewer, rule: Duplicates, loser: Any) -> None:
    flow = flow_for(type(loser))
    note(loser, before={"state": loser.state}, after={"state": rule.closed}, verb="duplicates.close")
    move(loser, flow, rule.closed, actor)  # type: ignore[arg-type]


def _decide(actor: Viewer, rule: Duplicates, one: Any, other: Any, state: str, reason: str) -> dict[str, Any] | None:
    """Write what became of the pair; returns what it said before, or None where there was none."""
    left, right = sorted((one.pk, other.pk))
    pair = pair_of(rule, left, right)
    before = None if pair is None else {"state": pair.state, "reason": pair.reason}
    pair = pair or Pair(noun=rule.noun, left_id=left, right_id=right, **_points(rule, one, other))
    pair.state, pair.reason, pair.decided_at, pair.decided_by_id = state, reason, timezone.now(), actor.key
    pair.save()
    return before


def _points(rule: Duplicates, one: Any, other: Any) -> dict[str, Any]:
    rows = type(one)._default_manager.filter(pk__in=[one.pk, other.pk]).order_by("pk")
    first, second = rule.profiles(rows)
    found = score(rule, first, second, floor=float("-inf"))
    points, evidence = (found.points, found.plain()) if found else (0.0, [])
    return {"points": points, "evidence": evidence, "version": rule.version}


def _put_back(actor: Viewer, resource: Resource, winner: Any, made: Merge) -> None:
    before, after = differences(made.winner_after, made.winner_before)
    winner.version += 1
    winner.changed_by_id = actor.key
    put_back(resource, winner, made.winner_before)
    note(winner, before=before, after=after, verb="duplicates.put-back")


def _state_back(actor: Viewer, winner: Any, made: Merge) -> None:
    """The state it had, unless it has moved on since without counting: nothing that was sent is unsent."""
    flow = flow_for(type(winner))
    target, left = made.winner_before["state"], made.winner_after["state"]
    stays = winner.state == target or (winner.state != left and winner.state not in flow.counting())  # type: ignore[union-attr]
    if not stays:
        note(winner, before={"state": winner.state}, after={"state": target}, verb="duplicates.state-back")
        move(winner, flow, target, actor)  # type: ignore[arg-type]


def _open_again(actor: Viewer, loser: Any, made: Merge) -> None:
    note(loser, before={"state": loser.state}, after={"state": made.loser_state}, verb="duplicates.open-again")
    move(loser, flow_for(type(loser)), made.loser_state, actor)  # type: ignore[arg-type]


def _pair_back(rule: Duplicates, made: Merge) -> None:
    """The pair is open again, or as it was decided before."""
    before = made.pair_before or {"state": PairState.OPEN.value, "reason": ""}
    left, right = sorted((made.winner_id, made.loser_id))
    Pair.objects.filter(noun=rule.noun, left_id=left, right_id=right).update(
        state=before["state"], reason=before["reason"]
    )
