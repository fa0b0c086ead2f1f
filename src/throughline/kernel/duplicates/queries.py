"""Reading pairs and merges: only those whose records the viewer may read, both of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.kernel.access.choices import Right
from throughline.kernel.access.rules import can_read, may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.duplicates.declare import Duplicates, Profile
from throughline.kernel.duplicates.models import Merge, Pair
from throughline.kernel.duplicates.registry import all as rules
from throughline.kernel.duplicates.registry import resource_of, rule_for
from throughline.kernel.duplicates.scoring import Score, best
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource

MOST_NEAR = 400
MOST_STEPS = 20


@dataclass(frozen=True)
class Candidate:
    """A record that looks like the one in hand."""

    record: Any
    score: Score
    likely: bool


def ended(resource: Resource) -> frozenset[str]:
    """The states from which nothing leads on: withdrawn, merged."""
    flow = flow_for(resource.model)
    return frozenset(state.code for state in flow.states if state.final) if flow else frozenset()


def readable(viewer: Viewer, rule: Duplicates) -> QuerySet[Any]:
    """The noun's records that the viewer may read and that are still in use."""
    resource = resource_of(rule)
    return resource.visible(viewer).exclude(state__in=ended(resource))


def pairs_for(viewer: Viewer, rule: Duplicates, state: str = PairState.OPEN) -> QuerySet[Pair]:
    """The pairs of which the viewer may read both records; the likest first."""
    resource = resource_of(rule)
    rows = resource.visible(viewer)
    if state == PairState.OPEN:
        rows = rows.exclude(state__in=ended(resource))
    seen = rows.order_by().values("pk")
    found = Pair.objects.filter(noun=rule.noun, state=state, left_id__in=seen, right_id__in=seen)
    return found.order_by("-points", "-pk")


def with_records(viewer: Viewer, rule: Duplicates, pairs: Iterable[Pair]) -> list[tuple[Pair, Any, Any]]:
    """The pairs with their two records, in one question."""
    found = list(pairs)
    resource = resource_of(rule)
    keys = {key for pair in found for key in (pair.left_id, pair.right_id)}
    rows = resource.visible(viewer).select_related(*resource.related).in_bulk(keys)
    return [
        (pair, rows[pair.left_id], rows[pair.right_id])
        for pair in found
        if pair.left_id in rows and pair.right_id in rows
    ]


def pair_of(rule: Duplicates, one: UUID, other: UUID) -> Pair | None:
    """The stored pair of two records in hand."""
    left, right = sorted((one, other))
    return Pair.objects.filter(noun=rule.noun, left_id=left, right_id=right).first()


def may_merge(viewer: Viewer, one: Any, other: Any) -> bool:
    return may(viewer, Right.CHANGE, one) and may(viewer, Right.CHANGE, other)


def nearby(viewer: Viewer, rule: Duplicates, profile: Profile, *, but: UUID | None = None) -> list[Candidate]:
    """What the viewer may read that looks like this profile: a few questions, whatever the number of records."""
    rows = readable(viewer, rule).filter(rule.nearby(profile), programme_id=profile.programme)
    if but is not None:
        rows = rows.exclude(pk=but).exclude(pk__in=decided_against(rule, but))
    found = best(rule, profile, rule.profiles(rows.order_by("-pk")[:MOST_NEAR]))
    resource = resource_of(rule)
    keys = [other.key for other, _score in found]
    records = resource.visible(viewer).select_related(*resource.related).in_bulk(keys) if keys else {}
    return [
        Candidate(records[other.key], points, points.points >= rule.likely)
        for other, points in found
        if other.key in records
    ]


def decided_against(rule: Duplicates, key: UUID) -> set[UUID]:
    """The records declared different from this one."""
    pairs = Pair.objects.filter(Q(left_id=key) | Q(right_id=key), noun=rule.noun, state=PairState.DIFFERENT)
    return {one for pair in pairs.values_list("left_id", "right_id") for one in pair if one != key}


def candidates_for_input(
    viewer: Viewer, resource: Resource, raw: Mapping[str, Any], record: Any = None
) -> list[Candidate]:
    """What looks like the thing somebody is entering, as far as it can be understood already. Writes nothing."""
    from throughline.kernel.resources.cleaning import clean  # reason: cleaning compiles declarations, loaded by now
    from throughline.kernel.resources.lookups import Lookups  # reason: as above

    rule = rule_for(resource.noun)
    if rule is None:
        return []
    draft = clean(resource, dict(raw), viewer=viewer, lookups=Lookups(viewer), existing=record)
    found: list[Candidate] = []
    programmes = [record.programme_id] if record is not None else sorted(viewer.programmes, key=str)
    for programme in programmes:
        profile = rule.drafted(draft, programme)
        if profile is not None:
            found += nearby(viewer, rule, profile, but=record.pk if record is not None else None)
    return sorted(found, key=lambda one: -one.score.points)[:5]


# Where a merged record went


def open_merges(noun: str, keys: Iterable[UUID]) -> QuerySet[Merge]:
    return Merge.objects.filter(noun=noun, loser_id__in=keys, undone_at__isnull=True)


def merge_of(record: Any) -> Merge | None:
    """The merge by which this record was closed, whoever may know of it. Behind a door: `went_to`."""
    return open_merges(record._meta.model_name or "", [record.pk]).first()


def went_to(viewer: Viewer, record: Any) -> Any | None:
    """The record this one was merged into, and that one in turn, to the end; None for who may not read the last."""
    resource = registry.for_model(type(record))
    rule = rule_for(resource.noun) if resource else None
    if resource is None or rule is None or record.state != rule.closed:
        return None
    key = record.pk
    for _step in range(MOST_STEPS):
        merge = open_merges(resource.noun, [key]).only("winner_id").first()
        if merge is None:
            break
        key = merge.winner_id
    if key == record.pk:
        return None
    return resource.visible(viewer).select_related("audience").filter(pk=key).first()


def merged_into_this(viewer: Viewer, record: Any) -> list[tuple[Merge, Any]]:
    """What was merged into this record, as far as the viewer may read it."""
    resource = registry.for_model(type(record))
    if resource is None or not can_read(viewer, record):
        return []
    merges = list(Merge.objects.filter(noun=resource.noun, winner_id=record.pk, undone_at__isnull=True).order_by("pk"))
    if not merges:
        return []
    losers = resource.visible(viewer).in_bulk([one.loser_id for one in merges])
    return [(one, losers[one.loser_id]) for one in merges if one.loser_id in losers]


def pairs_with(viewer: Viewer, record: Any) -> list[tuple[Pair, Any]]:
    """The open pairs of one record, each with the other record, as far as the viewer may read it."""
    resource = registry.for_model(type(record))
    rule = rule_for(resource.noun) if resource else None
    if resource is None or rule is None or record.state in ended(resource):
        return []
    mine = Pair.objects.filter(Q(left_id=record.pk) | Q(right_id=record.pk), noun=rule.noun, state=PairState.OPEN)
    pairs = list(mine.order_by("-points")[:10])
    if not pairs:
        return []
    others = {pair.pk: pair.right_id if pair.left_id == record.pk else pair.left_id for pair in pairs}
    rows = readable(viewer, rule).in_bulk(set(others.values()))
    return [(pair, rows[others[pair.pk]]) for pair in pairs if others[pair.pk] in rows]


def looks_for_any(viewer: Viewer) -> bool:
    """Whether the page of pairs is offered: to people with a role."""
    return viewer.signed_in and bool(viewer.programmes) and bool(rules())
