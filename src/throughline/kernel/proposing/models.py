"""A change somebody would like to see in a record that is not theirs to change."""

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id
from throughline.kernel.proposing.choices import State


class ProposedChange(models.Model):
    """What the fields said (`before`) and what they should say (`after`), as the API gives and takes them.

    `version` is the record's when this was proposed, `taken` the fields that were accepted. Who reads it is for
    `queries` to say: it follows the record as it is now, so it is never read without it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.UUIDField()
    record = GenericForeignKey("content_type", "object_id")
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    version = models.PositiveIntegerField(null=True)
    reason = models.TextField(_("reason"), blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    taken = models.JSONField(_("fields accepted"), default=list)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["content_type", "object_id"], name="proposed_on"),
            models.Index(fields=["state"], name="proposed_waiting", condition=models.Q(state=State.WAITING)),
            models.Index(fields=["proposed_by"], name="proposed_by_person"),
        ]

    def __str__(self) -> str:
        # Stands in history: it says nothing of what is proposed.
        return str(self._meta.verbose_name)
