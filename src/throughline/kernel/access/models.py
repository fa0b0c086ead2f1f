"""Audiences, grants and the abstract record every shareable noun inherits."""

from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.querysets import RecordManager
from throughline.kernel.ids import new_id


class Audience(models.Model):
    """One set of readers. Many records share one; a record's rule is compiled into it."""

    id = models.BigAutoField(primary_key=True)
    tokens = ArrayField(models.CharField(max_length=120), unique=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["tokens"], name="audience_tokens")]

    def __str__(self) -> str:
        return ", ".join(self.tokens)


class Grant(models.Model):
    """A right on one record, given to an organisation, a network or a person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.UUIDField()
    record = GenericForeignKey("content_type", "object_id")
    organisation = models.ForeignKey("reference.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    network = models.ForeignKey("reference.Network", on_delete=models.PROTECT, null=True, blank=True)
    person = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    right = models.CharField(max_length=8, choices=Right, default=Right.READ)
    hidden = models.BooleanField(_("hidden from other readers"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="grants_given")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["content_type", "object_id"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="grant_names_exactly_one",
                condition=models.Q(organisation__isnull=False, network__isnull=True, person__isnull=True)
                | models.Q(organisation__isnull=True, network__isnull=False, person__isnull=True)
                | models.Q(organisation__isnull=True, network__isnull=True, person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_right_display()}: {self.receiver}"

    @property
    def receiver(self) -> models.Model:
        return self.organisation or self.network or self.person  # type: ignore[return-value]


class Record(models.Model):
    """What every shareable noun has: owner, programme, handling, audience, state, reference.

    `audience` is derived: `access.services.settle` keeps it in step with owner, programme,
    handling, privacy and grants. `private` holds until a record is first sent for checking.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(_("reference"), max_length=40, unique=True, editable=False)
    programme = models.ForeignKey(
        "reference.Programme", on_delete=models.PROTECT, verbose_name=_("programme"), related_name="+"
    )
    owner = models.ForeignKey(
        "reference.Organisation", on_delete=models.PROTECT, verbose_name=_("owner"), related_name="+"
    )
    handling = models.CharField(_("handling"), max_length=12, choices=Handling, default=Handling.STRICT)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, editable=False, related_name="+")
    state = models.CharField(_("state"), max_length=20, default="draft", editable=False)
    private = models.BooleanField(_("not sent yet"), default=True, editable=False)
    illustrative = models.BooleanField(_("illustrative"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", editable=False)
    batch = models.ForeignKey("intake.Batch", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    source_row = models.PositiveIntegerField(null=True, editable=False)

    grants = GenericRelation(Grant)
    objects = RecordManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.audience_id is None:
            from throughline.kernel.access.audiences import audience_for  # reason: models load before rules

            self.audience_id = audience_for(self)
        super().save(*args, **kwargs)


class ReferenceSequence(models.Model):
    """The last number given out under a prefix, so that references are never reused."""

    prefix = models.CharField(primary_key=True, max_length=30)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
