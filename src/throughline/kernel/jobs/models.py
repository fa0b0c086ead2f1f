"""The queue: one row a job, and beside it what the job remembers between two attempts."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Job(models.Model):
    """One piece of work: what, for whom, how far, and how it ended."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.CharField(_("task"), max_length=60)
    title = models.CharField(_("what"), max_length=160)
    arguments = models.JSONField(_("with"), default=dict)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    message = models.CharField(_("now doing"), max_length=200, blank=True)
    result = models.JSONField(_("result"), default=dict)
    result_url = models.CharField(_("where the result is"), max_length=300, blank=True)
    error = models.TextField(_("what went wrong"), blank=True)
    cancel_requested = models.BooleanField(_("to be cancelled"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    worker = models.CharField(max_length=80, blank=True)
    heartbeat_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asked_at"], name="job_open", condition=models.Q(state__in=["waiting", "running"])),
            models.Index(fields=["asked_by", "-asked_at"], name="job_mine"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def percent(self) -> int | None:
        """How far, if the task said of how much."""
        return min(100, round(100 * self.done / self.total)) if self.total else None

    @property
    def took(self) -> timedelta | None:
        return (self.ended_at or timezone.now()) - self.started_at if self.started_at else None


class Checkpoint(models.Model):
    """How far a job's own writes have got, written in the transaction of those writes.

    In a table of its own, so that a job inside a long transaction never holds the lock on the row
    that its heartbeat, its progress and the wish to cancel it are written to.
    """

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="checkpoint")
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"checkpoint of {self.job_id}"
