"""Projects, the catalogue, activities with their sessions and quotas, and the calendars people subscribe to."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager
from throughline.kernel.ids import new_id
from throughline.kernel.searched import SearchedWords
from throughline.reference.models import Dated
from throughline.training.choices import ActivityState, EntryState, Kind, Mode, WaitingRule

LANGUAGES_HELP = _("Codes separated by commas, such as en, sq.")


def terms_of(taxonomy: str) -> dict[str, str]:
    return {"taxonomy__code": taxonomy}


class Project(Dated):
    """A training project with its time, whose targets are indicators of a framework."""

    programme = models.ForeignKey(
        "reference.Programme", on_delete=models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    scope = models.ForeignKey(
        "reference.Scope", on_delete=models.PROTECT, related_name="+", verbose_name=_("beneficiaries")
    )
    framework = models.ForeignKey(
        "results.Framework",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("targets"),
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on"]

    def __str__(self) -> str:
        return self.title


class Component(Dated):
    """A part of a project's work, such as 'Train the trainers programme'."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="components", verbose_name=_("project"))
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["project", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "number"], name="one_component_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Entry(Record):
    """What can be taught: an entry of the catalogue, with what a third party needs to judge it."""

    title = models.CharField(_("title"), max_length=200)
    cycle = models.CharField(_("cycle"), max_length=40, blank=True, help_text=_("Such as 2025-2027."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.COURSE)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode, default=Mode.ONSITE)
    priority = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("priority"), limit_choices_to=terms_of("training-priority"),
    )  # fmt: skip
    level = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("proficiency"), limit_choices_to=terms_of("proficiency"),
    )  # fmt: skip
    aim = models.TextField(_("aim"), blank=True)
    outcomes = models.TextField(_("learning outcomes"), blank=True)
    target_group = models.TextField(_("target group"), blank=True)
    admission = models.TextField(_("admission criteria"), blank=True)
    methods = models.TextField(_("learning methods"), blank=True)
    assessment = models.TextField(_("assessment"), blank=True)
    languages = models.CharField(_("languages"), max_length=60, blank=True, help_text=LANGUAGES_HELP)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    offered_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="set",
        verbose_name=_("only together with"),
    )

    States = EntryState
    reference_prefix = "TC"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["title"]
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")

    def __str__(self) -> str:
        return self.title


class Activity(Record):
    """One course, workshop, visit or exchange that takes place, or was meant to."""

    title = models.CharField(_("title"), max_length=200)
    entry = models.ForeignKey(
        Entry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("catalogue entry"),
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("project")
    )
    component = models.ForeignKey(
        Component,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("component"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.COURSE)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode, default=Mode.ONSITE)
    priority = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("priority"), limit_choices_to=terms_of("training-priority"),
    )  # fmt: skip
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), blank=True, help_text=_("Leave empty if it takes one day."))
    venue = models.CharField(_("place"), max_length=160, blank=True)
    venue_jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("jurisdiction of the place"),
    )  # fmt: skip
    languages = models.CharField(_("languages"), max_length=60, blank=True, help_text=LANGUAGES_HELP)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    minimum = models.PositiveIntegerField(_("least number"), null=True, blank=True)
    manager = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("activity manager"),
    )
    nominate_by = models.DateField(_("nominations due"), null=True, blank=True)
    release_on = models.DateField(
        _("unfilled places released"), null=True, blank=True,
        help_text=_("From this day places nobody used go to the one waiting list."),
    )  # fmt: skip
    waiting_rule = models.CharField(_("waiting list"), max_length=6, choices=WaitingRule, default=WaitingRule.STRICT)
    offer_hours = models.PositiveSmallIntegerField(_("hours to answer an offer"), default=72)
    attendance_needed = models.PositiveSmallIntegerField(
        _("attendance for a certificate, percent"), default=80,
        help_text=_("Of all sessions that were held."),
    )  # fmt: skip
    behaviour_days = models.PositiveSmallIntegerField(_("days until the delayed evaluation"), default=180)
    retention_days = models.PositiveIntegerField(
        _("days personal data are kept"), default=1825, help_text=_("After the last day; counts stay.")
    )
    cancelled_because = models.TextField(_("why it was cancelled"), blank=True, editable=False)
    came_unlisted = models.PositiveIntegerField(
        _("participants without a list"), null=True, blank=True,
        help_text=_("Only where no list of participants is kept. It is shown apart and never added to those listed."),
    )  # fmt: skip
    external_key = models.CharField(_("key in the source file"), max_length=80, blank=True)
    multiplies = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="multiplied_by",
        verbose_name=_("multiplies"), help_text=_("The training whose participants teach here."),
    )  # fmt: skip
    search_text = models.TextField(blank=True, editable=False)

    States = ActivityState
    reference_prefix = "TA"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on", "title"]
        verbose_name_plural = "activities"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["starts_on"], name="activity_start"),
            models.Index(fields=["project", "state"], name="activity_of_project"),
            GinIndex(SearchedWords("search_text"), name="activity_words"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="activity_ends_after_it_starts", condition=models.Q(ends_on__gte=models.F("starts_on"))
            ),
            models.UniqueConstraint(
                fields=["programme", "owner", "external_key"],
                condition=~models.Q(external_key=""),
                name="activity_one_external_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(ActivityState(self.state).label)


class Session(models.Model):
    """A sitting of an activity, for which attendance is taken."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("starts"), help_text=_("Such as 7.3.2026 09:00."))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=160, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at"]

    def __str__(self) -> str:
        return self.title or f"{self.starts_at:%Y-%m-%d %H:%M}"


class Quota(models.Model):
    """Places kept for a jurisdiction, or for a named group of them, until the day they are released."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="quotas")
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("jurisdiction"),
    )  # fmt: skip
    scope = models.ForeignKey(
        "reference.Scope", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    places = models.PositiveIntegerField(_("places"))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["activity", "jurisdiction"], name="one_quota_a_jurisdiction"),
            models.CheckConstraint(
                name="quota_of_one_kind",
                condition=models.Q(jurisdiction__isnull=False, scope__isnull=True)
                | models.Q(jurisdiction__isnull=True, scope__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction or self.scope}: {self.places}"


class Feed(models.Model):
    """A calendar address someone subscribed to. The address is the key: only its hash is kept, and it can be revoked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    question = models.CharField(_("what it shows"), max_length=400, blank=True)
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    read_at = models.DateTimeField(_("last read"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.name
