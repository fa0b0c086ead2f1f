"""People, their places in activities and how they were given, attendance, certificates."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import NamedManager, RecordManager
from throughline.kernel.ids import new_id
from throughline.training.choices import CertificateShows, PlaceState, Sector, Sex
from throughline.training.models.catalogue import LANGUAGES_HELP, Activity, Session


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


class Consent(models.Model):
    """What a person agreed to, and when they took it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.purpose


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

    objects: ClassVar[NamedManager] = NamedManager()

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

    objects: ClassVar[NamedManager] = NamedManager()

    def __str__(self) -> str:
        return self.serial

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
