"""Which files a viewer may have: those of records they may read, and their own that belong to no record."""

from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.models import StoredFile


def readable(viewer: Viewer, file: StoredFile) -> bool:
    """Whether the viewer may have this file now. A file of a record follows the record alone:
    whoever attached it and may no longer read the record may not have the file either.
    """
    if not viewer.signed_in:
        return False
    if file.content_type is None:
        return file.kept_by_id == viewer.person
    return sees(viewer, file.content_type.model_class(), file.object_id)


def sees(viewer: Viewer, model: type[models.Model] | None, key: UUID | None) -> bool:
    """Closed where the model has no rule of its own."""
    manager: Any = getattr(model, "_default_manager", None)
    if not hasattr(manager, "visible_to"):
        return False
    return bool(manager.visible_to(viewer).filter(pk=key).exists())


def file_for(viewer: Viewer, key: UUID) -> StoredFile | None:
    """The file, if it is there and the viewer may have it: one answer for 'not there' and 'not yours'."""
    file = StoredFile.objects.select_related("content_type").filter(pk=key).first()
    return file if file is not None and readable(viewer, file) else None


def files_of(viewer: Viewer, record: models.Model) -> QuerySet[StoredFile]:
    """The files of a record, newest first; none for those who may not read the record."""
    if not sees(viewer, type(record), record.pk):
        return StoredFile.objects.none()
    kind = ContentType.objects.get_for_model(record)
    return StoredFile.objects.filter(content_type=kind, object_id=record.pk).select_related("kept_by")
