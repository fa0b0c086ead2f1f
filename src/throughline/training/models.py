"""The catalogue, activities with their sessions, people, places and how they were given, attendance, certificates."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager
from throughline.kernel.ids import new_id
from throughline.reference.models import Dated
from throughline.training.choices import (
    ActivityState,
    CertificateShows,
    EntryState,
    Kind,
    Mode,
    PlaceState,
    Sector,
    Sex,
    WaitingRule,
)

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
            GinIndex(SearchVector("search_text", config="simple"), name="activity_search"),
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


class Person(Record):
    """Someone who takes part in or gives training. Sector, sex and jurisdiction are asked once, here.

    The record belongs to the person's own organisation, which is who reads the name. Erased, it keeps what
    figures need and nothing that says who it was.
    """

    name = models.CharField(_("name"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    function = models.CharField(_("function"), max_length=160, blank=True)
    unit = models.CharField(_("unit"), max_length=160, blank=True)
    sex = models.CharField(_("sex"), max_length=12, choices=Sex, default=Sex.NOT_REPORTED)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector, default=Sector.NOT_REPORTED)
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("jurisdiction"),
    )  # fmt: skip
    languages = models.CharField(_("languages"), max_length=60, blank=True, help_text=LANGUAGES_HELP)
    account = models.OneToOneField(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="training_person",
        verbose_name=_("account"), editable=False,
    )  # fmt: skip
    agreed_to_list = models.BooleanField(_("name may be shown to other participants"), default=False)
    agreed_at = models.DateTimeField(_("agreed"), null=True, editable=False)
    erasure_asked_at = models.DateTimeField(_("erasure asked for"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    reference_prefix = "TP"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "reference"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.reference

    def in_history(self) -> str:
        """History cannot be unwritten, so it never holds the name."""
        return self.reference


class Place(models.Model):
    """A person's way to a place in an activity: nominated, selected, offered, confirmed, attended.

    `jurisdiction`, `sex` and `sector` are copied from the person when the activity is done, so that a later
    correction or erasure of the person changes no figure that was counted; `wanted` is how many places a group
    that was registered together asks for (its first place carries it).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="places")
    organisation = models.ForeignKey(
        "reference.Organisation", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("nominated by")
    )
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("jurisdiction")
    )
    sex = models.CharField(_("sex"), max_length=12, choices=Sex, default=Sex.NOT_REPORTED)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector, default=Sector.NOT_REPORTED)
    state = models.CharField(_("state"), max_length=12, choices=PlaceState, default=PlaceState.NOMINATED)
    order = models.PositiveIntegerField(_("order on the national list"), default=1)
    group = models.UUIDField(_("registered together"), null=True, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    motive = models.TextField(_("why this person"), blank=True)
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    waiting_since = models.DateTimeField(null=True)
    offer_ends_at = models.DateTimeField(null=True)
    travel = models.TextField(_("travel"), blank=True)
    special_needs = models.TextField(_("special needs"), blank=True)
    attended = models.DecimalField(_("attended, percent"), max_digits=5, decimal_places=2, null=True)
    version = models.PositiveIntegerField(default=1)
    nominated_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    States = PlaceState

    class Meta:
        ordering: ClassVar[list[str]] = ["activity", "order", "created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                name="one_live_place_a_person",
                condition=~models.Q(state__in=["withdrawn", "declined", "expired", "rejected"]),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["activity", "state"], name="place_state"),
            models.Index(fields=["person", "state"], name="place_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.person}"

    def in_history(self) -> str:
        """Without the name, as for the person."""
        return f"{self.activity.reference}: {self.person.reference}"


class PlaceStep(models.Model):
    """One decision about a place, with its reason; nothing is ever taken out of this list."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="steps")
    source = models.CharField(max_length=12, blank=True)
    target = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Attendance(models.Model):
    """How much of a session someone was there: 0, 50 or 100 percent, or excused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    percent = models.PositiveSmallIntegerField(choices=[(0, "0 %"), (50, "50 %"), (100, "100 %")])
    excused = models.BooleanField(default=False)
    via = models.CharField(max_length=10, default="hand")
    at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "session"], name="one_attendance_a_session"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class Certificate(models.Model):
    """What was certified, to whom, with the code by which anyone may verify it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="certificate")
    serial = models.CharField(_("number"), max_length=40, unique=True)
    code = models.CharField(max_length=32, unique=True)
    rule = models.TextField()
    issued_on = models.DateField(_("issued"))
    issued_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.TextField(blank=True)
    shows = models.CharField(
        _("who may verify it sees"), max_length=8, choices=CertificateShows, default=CertificateShows.NOTHING
    )
    # Empty until the person asks for an open badge: without that, nothing about a badge is public.
    badge_salt = models.CharField(max_length=32, blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.serial

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None


class Trainer(Record):
    """Someone of the pool of trainers: what they teach, in which languages, and how far they are."""

    class Standing(models.TextChoices):
        IN_TRAINING = "in-training", _("In training")
        READY = "ready", _("Ready to teach")
        TEACHING = "teaching", _("Teaching")
        LEFT = "left", _("Left the pool")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="trainer", verbose_name=_("person"))
    areas = models.ManyToManyField("reference.Term", related_name="+", verbose_name=_("areas"), blank=True)
    languages = models.CharField(_("languages"), max_length=60, blank=True, help_text=LANGUAGES_HELP)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing, default=Standing.IN_TRAINING)
    note = models.TextField(_("note"), blank=True)

    reference_prefix = "TT"
    objects: ClassVar[RecordManager] = RecordManager()

    def __str__(self) -> str:
        return str(self.person)

    def in_history(self) -> str:
        """Without the name, as for the person."""
        return self.reference


class Cascade(Record):
    """A session a trainer held at home after a training of trainers: reach that is counted apart."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="cascades", verbose_name=_("training of trainers")
    )
    trainer = models.ForeignKey(Trainer, on_delete=models.PROTECT, related_name="cascades", verbose_name=_("trainer"))
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held"))
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, related_name="+", verbose_name=_("jurisdiction")
    )
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    women = models.PositiveIntegerField(_("women"), default=0)
    men = models.PositiveIntegerField(_("men"), default=0)
    sex_not_reported = models.PositiveIntegerField(_("sex not reported"), default=0)
    note = models.TextField(_("note"), blank=True)

    reference_prefix = "TM"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-held_on"]

    def __str__(self) -> str:
        return self.title

    @property
    def reached(self) -> int:
        return self.women + self.men + self.sex_not_reported


class Pairing(Record):
    """Two people put together: host and visitor of an exchange, mentor and mentee."""

    class Sort(models.TextChoices):
        EXCHANGE = "exchange", _("Exchange")
        MENTORING = "mentoring", _("Mentoring")

    sort = models.CharField(_("kind"), max_length=10, choices=Sort)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="pairings", verbose_name=_("activity")
    )
    host = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hosts", verbose_name=_("host or mentor"))
    guest = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="visits", verbose_name=_("visitor or mentee")
    )
    matched = models.BooleanField(_("both named each other"), default=False)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    outcome = models.TextField(_("outcome"), blank=True)

    reference_prefix = "TX"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on"]

    def __str__(self) -> str:
        return f"{self.host} – {self.guest}"

    def in_history(self) -> str:
        """Without the names, as for a person."""
        return self.reference


class Contact(models.Model):
    """A meeting of a pair."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pairing = models.ForeignKey(Pairing, on_delete=models.CASCADE, related_name="contacts")
    on = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]

    def __str__(self) -> str:
        return f"{self.on}"


class Evaluation(models.Model):
    """A call to evaluate an activity: which form, which level, of whom, when it is sent, and whether it is anonymous."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="evaluations")
    edition = models.ForeignKey("rounds.Edition", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))
    role = models.CharField(_("asked of"), max_length=12)
    sort = models.CharField(_("kind"), max_length=10, default="survey")  # survey, pre-test, post-test
    sent_on = models.DateField(_("sent on"))
    closes_on = models.DateField(_("closes"))
    anonymous = models.BooleanField(_("anonymous"), default=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["activity", "sent_on"]

    def __str__(self) -> str:
        return f"{self.activity}, {self.level}"


class Ticket(models.Model):
    """That someone was asked to evaluate, and whether they did. An anonymous answer is not linked to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="tickets")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, null=True, related_name="tickets")
    email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.evaluation)


class Opinion(models.Model):
    """What was answered. Without a ticket where the call promised to be anonymous: no key, no time of day, no order."""

    id = models.UUIDField(primary_key=True, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="opinions")
    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, null=True, related_name="opinion")
    answers = models.JSONField(default=dict)
    on = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.evaluation)


class Consent(models.Model):
    """What a person agreed to, and when they took it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.purpose
