"""Flags on unusual counts, who wants to be told of them, and what was looked at last."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import CIRCLE
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ids import new_id


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The flags whose counts this viewer may read: each was counted for those who go by one name (ADR 0210)."""
        return self.filter(token__in=viewer.of_what_is_shared().tokens())

    def widest(self, viewer: Viewer) -> Self:
        """Of what is counted for two circles of readers, the wider count this viewer may read."""
        return self.visible_to(viewer).exclude(
            token__startswith="programme:",  # noqa: S106 - the name a reader goes by, no secret
            programme__in=viewer.programmes_as(*CIRCLE),
        )


class Flag(models.Model):
    """A count of a month that is unusual against its own past, for readers who go by `token`.

    `token` is a name of the access rule ('programme:…' or 'circle:…'); the counts are of what is open to everyone who goes
    by it, and the flag is shown to nobody else. `evidence` is the verdict with the past it rests on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey("reference.Programme", on_delete=models.PROTECT, related_name="+")
    token = models.CharField(_("counted for"), max_length=60)
    measure = models.CharField(_("measure"), max_length=60)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=20)
    kind = models.CharField(_("type"), max_length=60)
    month = models.CharField(_("month"), max_length=7)
    count = models.PositiveIntegerField(_("count"))
    evidence = models.JSONField(_("evidence"))
    found_at = models.DateTimeField(_("found"))
    changed_at = models.DateTimeField(_("last judged"))
    ended = models.BooleanField(_("no longer unusual"), default=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-month", "-found_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "token", "measure", "jurisdiction", "kind", "month"], name="one_flag_a_count"
            ),
        ]

    def __str__(self) -> str:
        # Stands in mails and history: it says nothing that is counted.
        return f"{_('Unusual count')} {self.month}"


class Subscription(models.Model):
    """Somebody wants to be told of new flags of a programme: of one jurisdiction or all, of one type or all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    programme = models.ForeignKey("reference.Programme", on_delete=models.CASCADE, related_name="+")
    jurisdiction = models.CharField(_("jurisdiction"), max_length=20, blank=True)
    kind = models.CharField(_("type"), max_length=60, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "programme", "jurisdiction", "kind"], name="subscribed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction or '*'} {self.kind or '*'}"


class Look(models.Model):
    """Which state of the facts was judged last, so that nothing is judged twice."""

    name = models.CharField(max_length=60, primary_key=True)
    seen = models.TextField()

    def __str__(self) -> str:
        return self.name
