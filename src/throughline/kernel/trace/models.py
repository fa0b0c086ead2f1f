"""A typed link between any two records."""

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Link(models.Model):
    """From left (what it came from) to right (what it led to)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    left_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    left_id = models.UUIDField()
    left = GenericForeignKey("left_type", "left_id")
    right_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    right_id = models.UUIDField()
    right = GenericForeignKey("right_type", "right_id")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["left_type", "left_id", "right_type", "right_id", "kind"], name="one_link_of_a_kind"
            ),
            models.CheckConstraint(name="link_of_two", condition=~models.Q(left_id=models.F("right_id"))),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["right_type", "right_id"], name="link_right")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.left_id} to {self.right_id}"
