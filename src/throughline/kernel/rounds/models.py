"""Questionnaires and their editions, rounds, returns, parts, and the sheets that hold answers."""

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager
from throughline.kernel.ids import new_id
from throughline.kernel.rounds.choices import OWED, Approval, PartState, ReturnState, RoundState, Via

if TYPE_CHECKING:
    from throughline.kernel.rounds.forms.definition import Form


class Questionnaire(Record):
    """What is asked, through all its editions."""

    title = models.CharField(_("title"), max_length=200)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    asking = models.CharField(_("what becomes of the answers"), max_length=40, default="general")
    note = models.TextField(_("note"), blank=True)

    reference_prefix = "QU"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def latest(self) -> "Edition | None":
        """The newest edition, the one a new round asks."""
        return self.editions.order_by("-number").first()


class Edition(models.Model):
    """One XLSForm of a questionnaire, as it came and as it is asked. It is written once."""

    class Origin(models.TextChoices):
        UPLOAD = "upload", _("uploaded")
        GENERATED = "generated", _("made by the program")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("edition"))
    form_id = models.CharField(_("form id"), max_length=200)
    form_version = models.CharField(_("version of the form"), max_length=100, blank=True)
    name = models.CharField(_("file"), max_length=200)
    source = models.BinaryField()
    xform = models.TextField()
    warnings = models.JSONField(default=list, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.UPLOAD)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["questionnaire", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="one_edition_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, {self.number}"

    @property
    def form(self) -> "Form":
        """The form, compiled; kept in memory because an edition never changes."""
        return compiled(self.xform)


@lru_cache(maxsize=64)
def compiled(xform: str) -> "Form":
    from throughline.kernel.rounds.forms.definition import load  # reason: pulls in the XPath library

    return load(xform)


class EditionMedia(models.Model):
    """A picture, sound or film a form shows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="media")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "name"], name="one_medium_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Round(Record):
    """One act of asking: an edition, a period, those asked, a date by which they answer."""

    title = models.CharField(_("title"), max_length=200)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("questionnaire")
    )
    period = models.CharField(_("period"), max_length=30)
    opens_on = models.DateField(_("opens"))
    due_on = models.DateField(_("due"))
    reminders = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("reminders, days before"), default=list)
    approval = models.CharField(
        _("who approves in the country"), max_length=14, choices=Approval, default=Approval.CONTACT_POINT
    )
    opens_to = models.CharField(
        _("handling of accepted returns"), max_length=12, choices=Handling, default=Handling.AMBER
    )
    instructions = models.TextField(_("instructions"), blank=True)
    before = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("prefilled from"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    States = RoundState
    reference_prefix = "RO"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-due_on", "title"]

    def __str__(self) -> str:
        return self.title


class Sheet(models.Model):
    """The working answers of a return or a part: place in the form -> what was answered.

    `stamps` says of each place who wrote it last, when and by which way; `revision` grows with every
    save. What was handed in is in the versions, which nothing changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    answers = models.JSONField(default=dict)
    stamps = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{len(self.answers)} answers"


class Return(Record):
    """What one organisation answers in one round."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returns", verbose_name=_("round"))
    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="of_return", editable=False)
    due_on = models.DateField(_("own date due"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    started_at = models.DateTimeField(_("first answer"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    nil = models.BooleanField(_("nil return"), default=False, editable=False)
    nil_reason = models.TextField(_("why there is nothing to report"), blank=True, editable=False)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)

    States = ReturnState
    reference_prefix = "RT"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-round__due_on", "owner__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "owner"], name="one_return_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.owner}"

    @property
    def jurisdiction(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 (the kernel does not import reference)
        return self.owner.jurisdiction

    @property
    def edition(self) -> Edition:
        return self.round.edition

    @property
    def due(self) -> date:
        """The date this organisation has: its own where it was given more time."""
        return self.due_on or self.round.due_on

    @property
    def late(self) -> bool:
        return self.state in OWED and self.due < timezone.localdate()


class Part(Record):
    """The share of a return that another institution of the same jurisdiction answers."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="parts", verbose_name=_("return"))
    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="of_part", editable=False)
    sections = ArrayField(models.CharField(max_length=200), verbose_name=_("sections"), default=list, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    started_at = models.DateTimeField(_("first answer"), null=True, editable=False)
    handed_in_at = models.DateTimeField(_("handed in"), null=True, editable=False)

    States = PartState
    reference_prefix = "PT"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["of", "owner"],
                name="one_part_an_institution",
                condition=~models.Q(state=PartState.WITHDRAWN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of.round}: {self.owner}"

    @property
    def round(self) -> Round:
        return self.of.round

    @property
    def edition(self) -> Edition:
        return self.of.round.edition

    @property
    def due(self) -> date:
        return self.due_on or self.of.due

    @property
    def late(self) -> bool:
        return self.state in {PartState.ASKED, PartState.SENT_BACK} and self.due < timezone.localdate()


class Version(models.Model):
    """What was handed in, at one moment. Nothing changes it: the model refuses and so does the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    nil = models.BooleanField(default=False)
    nil_reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=10, choices=Via, default=Via.BROWSER)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["sheet", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sheet", "number"], name="one_version_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Remark(models.Model):
    """What the secretariat (or the contact point) says about one answer of a version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="remarks")
    place = models.CharField(max_length=400, blank=True)
    text = models.TextField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return self.text


class Reminder(models.Model):
    """That an organisation was reminded; `by` is nobody where the date did it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="reminded")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    days_before = models.SmallIntegerField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["of", "days_before"],
                name="one_automatic_reminder_a_date",
                condition=models.Q(days_before__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of}, {self.at:%Y-%m-%d}"


from throughline.kernel.rounds.device_models import Arrival, Attachment, DeviceKey  # noqa: E402,F401
