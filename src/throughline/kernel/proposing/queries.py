"""Who reads a proposed change: who made it, and who may change the record; neither without reading the record now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right
from throughline.kernel.access.models import Grant, Record
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.proposing.choices import State
from throughline.kernel.proposing.models import ProposedChange
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.declare import Resource
from throughline.kernel.ui.waiting import Waiting

MOST = 500


@dataclass(frozen=True)
class Seen:
    """A proposed change with its record, as this viewer may read both."""

    proposal: ProposedChange
    resource: Resource
    record: Any
    mine: bool
    decides: bool

    @property
    def record_url(self) -> str:
        return reverse(f"{self.resource.noun}-detail", args=[address_of(self.resource, self.record)])


def may_propose(viewer: Viewer, resource: Resource, record: Any) -> bool:
    """Whoever reads a record that can be changed, and may not change it."""
    return viewer.signed_in and resource.change is not None and not resource.may_change(viewer, record)


def proposals(viewer: Viewer, *, waiting: bool = False) -> list[Seen]:
    """The newest proposals this viewer may read. As many questions as there are nouns, not proposals."""
    rows = _rows()
    return _seen(viewer, rows.filter(state=State.WAITING)[:MOST] if waiting else rows[:MOST])


def proposals_on(viewer: Viewer, record: Any, *, waiting: bool = False) -> list[Seen]:
    rows = _rows().filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)
    return _seen(viewer, rows.filter(state=State.WAITING) if waiting else rows)


def proposal_for(viewer: Viewer, key: UUID) -> Seen | None:
    """The proposal, if it is there and this viewer may read it: one answer for 'not there' and 'not yours'."""
    return next(iter(_seen(viewer, _rows().filter(pk=key))), None)


def to_decide(viewer: Viewer) -> list[Waiting]:
    """For the home page."""
    count = sum(one.decides for one in proposals(viewer, waiting=True))
    return [Waiting(_("Proposed changes to decide on"), count, reverse("proposed-change-list"))]


def _rows() -> QuerySet[ProposedChange]:
    return ProposedChange.objects.select_related("proposed_by", "decided_by", "content_type")


def _seen(viewer: Viewer, rows: Iterable[ProposedChange]) -> list[Seen]:
    rows = list(rows)
    by_type: dict[int, list[ProposedChange]] = defaultdict(list)
    for one in rows:
        by_type[one.content_type_id].append(one)
    found: dict[UUID, Seen] = {}
    for group in by_type.values():
        resource = registry.for_model(group[0].content_type.model_class())  # type: ignore[arg-type]
        if resource is not None:
            found |= {one.proposal.pk: one for one in _of_noun(viewer, resource, group)}
    return [found[one.pk] for one in rows if one.pk in found]


def _of_noun(viewer: Viewer, resource: Resource, group: list[ProposedChange]) -> Iterable[Seen]:
    keys = {one.object_id for one in group}
    rows = resource.visible(viewer).filter(pk__in=keys)
    if resource.is_record:
        rows = rows.select_related("audience")
    records = {row.pk: row for row in rows}
    grants: dict[UUID, list[Grant]] = defaultdict(list)
    if resource.is_record and resource.changers is None:
        for grant in Grant.objects.filter(object_id__in=records):
            grants[grant.object_id].append(grant)
    for one in group:
        record = records.get(one.object_id)
        if record is None:
            continue
        mine, decides = one.proposed_by_id == viewer.person, _may_change(viewer, resource, record, grants)
        if mine or decides:
            yield Seen(one, resource, record, mine, decides and one.state == State.WAITING)


def _may_change(viewer: Viewer, resource: Resource, record: Any, grants: dict[UUID, list[Grant]]) -> bool:
    """`resource.may_change`, with the grants read once for all."""
    if isinstance(record, Record) and resource.changers is None:
        return resource.change is not None and may(viewer, Right.CHANGE, record, grants[record.pk])
    return resource.may_change(viewer, record)
