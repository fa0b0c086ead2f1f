"""A kept file: what it is called, what it is, what it belongs to, who kept it. The content lies in `storage`."""

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.files import storage
from throughline.kernel.ids import new_id


class StoredFile(models.Model):
    """One file. With a record it follows that record's rule; without, only its keeper may have it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=20)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True)
    object_id = models.UUIDField(null=True)
    about = GenericForeignKey("content_type", "object_id")
    kept_at = models.DateTimeField(_("kept"), auto_now_add=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-kept_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["content_type", "object_id"], name="file_about"),
            models.Index(fields=["sha256"], name="file_content"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="file_about_whole",
                condition=models.Q(content_type__isnull=True, object_id__isnull=True)
                | models.Q(content_type__isnull=False, object_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def read(self) -> bytes:
        """The content, checked against its fingerprint. Behind a door, go through `services.hand_out`."""
        return storage.get(self.sha256)
