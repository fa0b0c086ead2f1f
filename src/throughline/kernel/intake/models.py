"""What came in, how it was read, and what it made: uploads, batches, profiles."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Profile(models.Model):
    """How one kind of file is read and mapped, kept under a name so that next month takes a minute."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(_("noun"), max_length=40)
    programme = models.ForeignKey("reference.Programme", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["noun", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["noun", "programme", "name"], name="one_profile_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One file (or API body) that was brought in as a whole, and can be undone as a whole."""

    class State(models.TextChoices):
        APPLIED = "applied", _("brought in")
        UNDONE = "undone", _("undone")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(_("noun"), max_length=40)
    programme = models.ForeignKey("reference.Programme", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("file"), max_length=160, blank=True)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    arrival = models.CharField(_("state of new records"), max_length=20, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.APPLIED)
    created_at = models.DateTimeField(_("brought in"), default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.name or f"{self.noun} {self.pk}"


class Trace(models.Model):
    """What a batch did to one row that was there before, or to one that is no record: enough to undo it."""

    class Action(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="traces")
    action = models.CharField(max_length=8, choices=Action)
    object_id = models.UUIDField()
    object_text = models.CharField(max_length=120)
    row = models.PositiveIntegerField(null=True)
    before = models.JSONField(null=True)
    state_before = models.CharField(max_length=20, blank=True)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["object_id"], name="trace_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_text}"


class Upload(models.Model):
    """A file on its way in: one person's, step by step, until it is brought in or thrown away."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(_("noun"), max_length=40)
    programme = models.ForeignKey("reference.Programme", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("file"), max_length=160)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(null=True)
    preview = models.JSONField(null=True)
    arrival = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    leave_out = models.BooleanField(default=False)
    profile = models.ForeignKey(Profile, on_delete=models.SET_NULL, null=True, related_name="+")
    job = models.UUIDField(null=True)
    batch = models.ForeignKey(Batch, on_delete=models.SET_NULL, null=True, related_name="uploads")
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.name
