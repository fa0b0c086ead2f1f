"""Reading history: of one record for those who may see it, and the check of the whole chain."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.chain import START, digest, hashed_fields
from throughline.kernel.history.models import Entry


@dataclass(frozen=True)
class Fault:
    """The first place where history is not what was written."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.seq}: {self.what}"


def entries_for(viewer: Viewer, record: models.Model) -> QuerySet[Entry]:
    """What happened to a record, newest first; nothing if the viewer may not read the record."""
    manager = type(record)._default_manager
    if hasattr(manager, "visible_to") and not manager.visible_to(viewer).filter(pk=record.pk).exists():
        return Entry.objects.none()
    return of_object(record._meta.model_name or "", record.pk)


def of_object(noun: str, key: UUID) -> QuerySet[Entry]:
    return Entry.objects.filter(noun=noun, object_id=key).order_by("-seq")


def verify_chain() -> Fault | None:
    """Recompute every hash in order; say the first entry that was changed, removed or inserted."""
    previous, expected = START, 1
    entries: Any = Entry.objects.order_by("seq").iterator(chunk_size=5000)
    for entry in entries:
        if entry.seq != expected:
            return Fault(expected, f"is missing: the next one found is {entry.seq}")
        if entry.previous != previous:
            return Fault(entry.seq, "does not follow the entry before it")
        if entry.hash != digest(previous, hashed_fields(entry)):
            return Fault(entry.seq, "was changed after it was written")
        previous, expected = entry.hash, entry.seq + 1
    return None
