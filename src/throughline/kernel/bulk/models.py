"""What was changed together, and how each record was before: enough to take it back as a whole."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class BulkChange(models.Model):
    """One change of several records of a noun: some fields set, or one step of the flow taken."""

    class State(models.TextChoices):
        APPLIED = "applied", _("done")
        UNDONE = "undone", _("taken back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(_("noun"), max_length=40)
    values = models.JSONField(_("what was set"), default=dict)
    transition = models.CharField(_("step"), max_length=40, blank=True)
    reason = models.TextField(_("why"), blank=True)
    count = models.PositiveIntegerField(_("records changed"))
    left_out = models.PositiveIntegerField(_("records left out"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.APPLIED)
    made_at = models.DateTimeField(_("changed"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["made_by", "-made_at"], name="bulk_of_person")]

    def __str__(self) -> str:
        return f"{self.noun}: {self.transition or ', '.join(self.values)} ({self.count})"


class BulkRow(models.Model):
    """One record of a bulk change: how it was before and after, as the API writes values."""

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows")
    object_id = models.UUIDField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    state_before = models.CharField(max_length=20, blank=True)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return str(self.object_id)
