"""A report: a document built at one moment, on its way to a second person's signature."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager, RecordQuerySet
from throughline.kernel.reporting.blocks import Snapshot


class LightManager(RecordManager):
    """Leaves the heavy content in the database until somebody asks for it: a list of documents needs none."""

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().defer("snapshot")  # type: ignore[no-any-return]


class Report(Record):
    """One build of a template for a period and a scope.

    The snapshot is written once: what is signed is what was built. Other figures need another build.
    `handling` says who may read the report while it is in the making, `marking` what the document
    itself carries, on paper and once it is released. `focus` is what a document with a focus is about: the code of
    a declared one, or a question without its period and scope. `follows` is the edition before this one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        READY = "ready", _("Waiting for sign-off")
        RETURNED = "returned", _("Returned")
        SIGNED = "signed", _("Signed off")
        RELEASED = "released", _("Released")
        DISCARDED = "discarded", _("Discarded")

    template = models.CharField(_("document"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    period = models.CharField(_("period"), max_length=30)
    scope = models.CharField(_("scope"), max_length=20)
    focus = models.CharField(_("focus"), max_length=300, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    marking = models.CharField(_("handling of the document"), max_length=12, choices=Handling, default=Handling.CLEAR)
    edition = models.PositiveIntegerField(_("edition"), default=1, editable=False)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="followed_by",
        verbose_name=_("follows"),
    )
    snapshot = models.JSONField(_("content"), editable=False)
    fingerprint = models.CharField(_("fingerprint of the content"), max_length=64, editable=False)
    data_time = models.DateTimeField(_("data as of"), editable=False)
    facts_version = models.CharField(_("version of the facts"), max_length=200, editable=False)
    run_as = models.CharField(_("computed for"), max_length=120, editable=False)

    States = State
    reference_prefix = "RP"
    objects: ClassVar[LightManager] = LightManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme", "template", "period", "scope"], name="report_of"),
            models.Index(fields=["state"], name="report_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.period}, {self.scope}"

    @property
    def document(self) -> Snapshot:
        """The content, checked and in the shape renderers take."""
        return Snapshot.from_json(self.snapshot)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Everything may move on but the content: saving never writes the snapshot a second time."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if field.name not in ("id", "snapshot", "fingerprint")
            ]
        super().save(*args, **kwargs)
