"""Pairs that look alike, merges that were made, sweeps that were done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.ids import new_id


class Pair(models.Model):
    """Two records of one noun that look alike, with the points and what they are for.

    `left_id` is the smaller of the two, so that a pair is one row whoever found it. A row says that both records exist: it is read through `queries.pairs_for` only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(max_length=40)
    left_id = models.UUIDField()
    right_id = models.UUIDField()
    points = models.FloatField(_("points"))
    evidence = models.JSONField(default=list)
    version = models.CharField(_("version of the weights"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["noun", "left_id", "right_id"], name="one_pair_of_two"),
            models.CheckConstraint(name="pair_of_two", condition=models.Q(left_id__lt=models.F("right_id"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["noun", "state", "-points"], name="pair_likest"),
            models.Index(fields=["right_id"], name="pair_right"),
        ]

    def __str__(self) -> str:
        return f"{self.noun}: {self.left_id} and {self.right_id}"


class Merge(models.Model):
    """One record merged into another, with everything needed to take it back whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(max_length=40)
    winner_id = models.UUIDField()
    loser_id = models.UUIDField()
    winner_before = models.JSONField()
    winner_after = models.JSONField()
    loser_state = models.CharField(max_length=20)
    moved = models.JSONField(default=list)
    pair_before = models.JSONField(null=True)
    reason = models.TextField(_("reason"), blank=True)
    made_at = models.DateTimeField(_("merged"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["noun", "loser_id"], condition=models.Q(undone_at__isnull=True), name="merged_once"
            ),
            models.CheckConstraint(name="merge_of_two", condition=~models.Q(winner_id=models.F("loser_id"))),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["winner_id"], name="merge_winner")]

    def __str__(self) -> str:
        return f"{self.noun}: {self.loser_id} into {self.winner_id}"


class Sweep(models.Model):
    """The last look through all records of a noun. What changed after `up_to` is looked at next."""

    noun = models.CharField(primary_key=True, max_length=40)
    version = models.CharField(max_length=20)
    up_to = models.DateTimeField()
    records = models.PositiveIntegerField(default=0)
    compared = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.noun}, {self.up_to:%Y-%m-%d}"
