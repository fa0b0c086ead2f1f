"""Reading what a person changed in bulk: their own changes, and of the records only those they may still read."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk.models import BulkChange
from throughline.kernel.bulk.rules import can_be_undone, steps_of
from throughline.kernel.resources import registry


def changes_of(viewer: Viewer) -> QuerySet[BulkChange]:
    if not viewer.signed_in:
        return BulkChange.objects.none()
    return BulkChange.objects.filter(made_by_id=viewer.person, noun__in=[one.noun for one in registry.all()])


def change_of(viewer: Viewer, key: UUID) -> BulkChange | None:
    return changes_of(viewer).filter(pk=key).first()


def records_of(viewer: Viewer, change: BulkChange) -> list[Any]:
    """The records it changed that the viewer may read, in the order in which they were changed."""
    resource = registry.get(change.noun)
    keys = list(change.rows.values_list("object_id", flat=True))
    found = resource.visible(viewer).select_related(*resource.related).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def may_be_undone(change: BulkChange) -> bool:
    """Whether the kind of change can be taken back at all; whether it still can now, undoing itself says."""
    if change.state == BulkChange.State.UNDONE:
        return False
    ways = {one.name: one for one in steps_of(registry.get(change.noun))}
    return not change.transition or (change.transition in ways and can_be_undone(ways[change.transition]))


def words_of(change: BulkChange) -> str:
    """What was done, in the words of the noun."""
    resource = registry.get(change.noun)
    if change.transition:
        ways = {one.name: str(one.label) for one in steps_of(resource)}
        return ways.get(change.transition, change.transition)
    told = [
        f"{resource.field(name).title}: {value if value not in (None, '') else '–'}"
        for name, value in change.values.items()
        if name in resource.by_name
    ]
    return ", ".join(told)
