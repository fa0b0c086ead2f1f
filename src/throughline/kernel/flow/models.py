"""The steps records took, with who took them and until when the next one is due."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Step(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(max_length=60)
    object_id = models.UUIDField()
    transition = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), auto_now_add=True)
    comment = models.TextField(_("comment"), blank=True)
    due_on = models.DateField(_("due"), null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["noun", "object_id", "-at"], name="step_object"),
            models.Index(fields=["due_on"], name="step_due"),
        ]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"
