"""A release and its files: written once, read ever after."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.models import Record
from throughline.kernel.ids import new_id
from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.reporting.models import LightManager

# What access rules and grants may still move on a frozen row; the database's guard names the same.
MOVABLE = frozenset({"audience", "audience_id"})


def refuse() -> NoReturn:
    raise Refused(_now("A release never changes. Build the document again: that makes a new edition."))


class Release(Record):
    """One edition of a document: the snapshot that was signed, when it was released and by whom."""

    report = models.OneToOneField(
        "reporting.Report", on_delete=models.PROTECT, related_name="release", verbose_name=_("report")
    )
    template = models.CharField(_("document"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    period = models.CharField(_("period"), max_length=30)
    scope = models.CharField(_("scope"), max_length=20)
    focus = models.CharField(_("focus"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=10)
    edition = models.PositiveIntegerField(_("edition"))
    snapshot = models.JSONField(_("content"))
    fingerprint = models.CharField(_("fingerprint of the content"), max_length=64)
    data_time = models.DateTimeField(_("data as of"))
    facts_version = models.CharField(_("version of the facts"), max_length=200)
    released_at = models.DateTimeField(_("released"))
    signed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("signed off by")
    )
    signed_at = models.DateTimeField(_("signed off"))
    comment = models.TextField(_("comment of the sign-off"), blank=True)

    reference_prefix = "RL"
    objects: ClassVar[LightManager] = LightManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-released_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "template", "period", "scope", "focus", "language", "edition"],
                name="one_release_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.period}, {self.scope}, {self.edition}"

    @property
    def document(self) -> Snapshot:
        return Snapshot.from_json(self.snapshot)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not set(kwargs.get("update_fields") or {"everything"}) <= MOVABLE:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse()


class ReleaseFile(models.Model):
    """The document in one format, with its fingerprint. The bytes lie in the row: one guard holds for both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(_("format"), max_length=5)
    name = models.CharField(_("name"), max_length=160)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[str]] = ["format"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["release", "format"], name="one_file_a_format"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse()


class ReleaseCheck(models.Model):
    """A release beside the records as they were when this was last worked out: what is revised since, and by which records.

    Derived, and worked out again whenever the facts have moved. It names records by key alone, so it is shown only
    through `queries.revisions`, which looks at who reads.
    """

    release = models.OneToOneField(Release, on_delete=models.CASCADE, related_name="check_made", primary_key=True)
    at = models.DateTimeField(_("compared"))
    facts_version = models.TextField(_("version of the facts"))
    asked = models.PositiveIntegerField(_("figures asked again"))
    faults = models.PositiveIntegerField(_("figures that are not what was printed"))
    revised = models.PositiveIntegerField(_("figures revised since"))
    result = models.JSONField(_("what was found"))

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.revised}"
