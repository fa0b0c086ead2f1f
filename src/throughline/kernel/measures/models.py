"""What the facts must still take in, and which version of each table is the true one."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """A record that a verb changed and the facts have not seen yet. Written in the verb's transaction."""

    id = models.BigAutoField(primary_key=True)
    noun = models.CharField(_("noun"), max_length=40)
    record_id = models.UUIDField(_("record"))

    def __str__(self) -> str:
        return f"{self.noun} {self.record_id}"


class FactTable(models.Model):
    """The version of a fact table that answers are given from.

    It changes in the transaction that takes the changes out of the outbox, so a table half written, or written
    by a transaction that came to nothing, is never read: its version is not this one. `shape` is a digest of the
    declaration; a fact declared differently is drawn anew.
    """

    name = models.CharField(_("fact"), max_length=60, primary_key=True)
    life = models.UUIDField(_("life"))
    version = models.PositiveBigIntegerField(_("version"))
    shape = models.CharField(_("shape"), max_length=64)
    written_at = models.DateTimeField(_("written"), auto_now=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class KeptVersion(models.Model):
    """A version of a fact table that something released rests on: tidying leaves its files alone."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("fact"), max_length=60)
    version = models.PositiveBigIntegerField(_("version"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "version", "reason"], name="one_reason_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}: {self.reason}"
