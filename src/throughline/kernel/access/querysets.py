"""Reading starts here: `Model.objects.visible_to(viewer)`."""

from typing import Any, Self

from django.db import models

from throughline.kernel.access.viewer import Viewer


class RecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Only what the viewer may read: one indexed look at the audiences, no join per grant."""
        tokens = sorted(viewer.tokens())
        if not tokens:
            return self.none()
        audiences = self.model._meta.get_field("audience").related_model
        return self.filter(audience_id__in=audiences.objects.filter(tokens__overlap=tokens).values("pk"))


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """The manager of every record. Behind a door, call `visible_to` first (an architecture test looks)."""
