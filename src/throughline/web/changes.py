"""What changed lately, for the home page: the newest history of records the viewer may read."""

from collections import defaultdict
from uuid import UUID

from django.db import models
from django.urls import NoReverseMatch, reverse

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.history.verbs import sentence
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.ui.waiting import CHANGES_SHOWN, Change

# A viewer who may read little finds fewer changes than the page has room for; looking further back costs more.
LOOKED_THROUGH = 300


def lately(viewer: Viewer) -> list[Change]:
    """The last changes, one line a record, each with the way there."""
    if not viewer.signed_in:
        return []
    resources = {resource.model._meta.model_name: resource for resource in registry.all()}
    newest = Entry.objects.filter(noun__in=list(resources)).order_by("-seq")[:LOOKED_THROUGH]
    entries = [entry for entry in newest if not entry.verb.endswith(".refused")]
    wanted: dict[str, set[UUID | None]] = defaultdict(set)
    for entry in entries:
        wanted[entry.noun].add(entry.object_id)
    records: dict[tuple[str, UUID | None], models.Model] = {
        (noun, record.pk): record
        for noun, keys in wanted.items()
        for record in resources[noun].visible(viewer).filter(pk__in=keys)
    }
    changes: dict[tuple[str, UUID | None], Change] = {}
    for entry in entries:
        key = (entry.noun, entry.object_id)
        if key in changes or key not in records or len(changes) == CHANGES_SHOWN:
            continue
        resource = resources[entry.noun]
        try:
            url = reverse(f"{resource.noun}-detail", args=[address_of(resource, records[key])])
        except NoReverseMatch:
            continue
        changes[key] = Change(entry.object_text, url, entry.at, by=entry.actor_text, about=sentence(entry.verb))
    return list(changes.values())
