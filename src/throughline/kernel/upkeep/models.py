"""What the processes of one installation tell each other: that they live, and what they have counted."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When something was last heard of: a worker, the last tidying."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("last heard of"))

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Shared(models.Model):
    """A value that all processes share for a while (see `sharedcache`): counters of rate limits, above all."""

    key = models.CharField(max_length=300, primary_key=True)
    value = models.JSONField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ends_at"], name="shared_ends")]

    def __str__(self) -> str:
        return self.key
