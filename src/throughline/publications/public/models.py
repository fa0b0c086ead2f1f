"""What of a release was opened to everyone, by whom and why; and that it was closed again."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.ids import new_id

PROPOSED, OPEN, CLOSED = "proposed", "open", "closed"
# What may be written after it was proposed: who opened it, who closed it. The database's guard names the same.
MOVABLE = frozenset({"opened_by", "opened_at", "opened_why", "closed_by", "closed_at", "closed_why"})


class PublicEdition(models.Model):
    """The public content of a release: counts, with those withheld left out. Nothing else of it is public.

    `content` holds no value that is withheld, so the public page can read this table and no other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey("publications.Release", on_delete=models.PROTECT, related_name="public_editions")
    reference = models.CharField(_("reference"), max_length=40)
    threshold = models.PositiveSmallIntegerField(_("smallest count shown"))
    whole = models.BooleanField(_("nothing is withheld"))
    content = models.JSONField(_("content"))
    fingerprint = models.CharField(_("fingerprint of the content"), max_length=64)
    proposed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    proposed_why = models.TextField(_("reason"))
    opened_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("opened"), null=True)
    opened_why = models.TextField(_("reason"), blank=True)
    closed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_why = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["release"], condition=models.Q(closed_at__isnull=True), name="one_public_edition_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or {"everything"}) <= MOVABLE:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse()

    @property
    def state(self) -> str:
        if self.closed_at:
            return CLOSED
        return OPEN if self.opened_at else PROPOSED


def refuse() -> NoReturn:
    raise Refused(_now("What was made public never changes. Close it, and propose it again."))
