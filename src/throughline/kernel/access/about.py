"""Rows that are about some record (comments, followings): those whose record the viewer may read."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from throughline.kernel.access.queries import record_models
from throughline.kernel.access.viewer import Viewer


def about_readable(viewer: Viewer) -> Q:
    """A condition on `content_type` and `object_id`: the record is there and the viewer may read it now.

    One look at one record by its key for each row, whichever noun it is of.
    """
    readable = Q(pk__in=())
    for model in record_models():
        records: Any = model._default_manager.visible_to(viewer).filter(pk=OuterRef("object_id"))  # type: ignore[attr-defined]
        readable |= Q(Exists(records), content_type=ContentType.objects.get_for_model(model))
    return readable
