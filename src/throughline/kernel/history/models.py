"""The append-only, hash-chained record of every write, export, release and refusal."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One line of history. Names are kept as text, so that it survives renames and departures."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("when"))
    actor = models.UUIDField(null=True)
    actor_text = models.CharField(_("who"), max_length=160)
    verb = models.CharField(_("verb"), max_length=60)
    noun = models.CharField(_("noun"), max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    object_text = models.CharField(_("what"), max_length=250, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.TextField(_("why"), blank=True)
    request = models.UUIDField(null=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["noun", "object_id", "seq"], name="entry_object"),
            models.Index(fields=["actor", "seq"], name="entry_actor"),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.actor_text} {self.verb} {self.object_text}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: entries are written by `unit.flush` alone, and a trigger refuses changes anyway."""
        message = "History is written by verbs only and never changed."
        raise TypeError(message)

    delete = save  # type: ignore[assignment]
