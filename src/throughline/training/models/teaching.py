"""The pool of trainers and what they pass on at home; exchanges and mentoring."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import NamedManager, RecordManager, RecordQuerySet
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ids import new_id
from throughline.training.models.catalogue import LANGUAGES_HELP, Activity, terms_of
from throughline.training.models.people import Person


class NamingQuerySet(RecordQuerySet):
    """Records that name people. Whoever may not read the people may not read them either, whatever their own code."""

    def visible_to(self, viewer: Viewer) -> Self:
        """The one rule twice: for the record, and for everyone it names (`NAMES`) who has not been erased."""
        readable = Person.objects.visible_to(viewer).values("pk")
        found = super().visible_to(viewer)
        for way in self.model.NAMES:
            found = found.filter(Q(**{f"{way}__in": readable}) | Q(**{f"{way}__erased_at__isnull": False}))
        return found


class NamingManager(RecordManager.from_queryset(NamingQuerySet)):  # type: ignore[misc]
    """The manager of records that name people."""


class Trainer(Record):
    """Someone of the pool of trainers: what they teach, in which languages, and how far they are.

    Printed as the reference: the name stands at the person and is read where the person may be read.
    """

    class Standing(models.TextChoices):
        IN_TRAINING = "in-training", _("In training")
        READY = "ready", _("Ready to teach")
        TEACHING = "teaching", _("Teaching")
        LEFT = "left", _("Left the pool")

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="trainer", verbose_name=_("person"))
    through = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="trainers",
        verbose_name=_("became trainer through"),
        help_text=_("The training of trainers they attended. Empty for those who taught before."),
    )  # fmt: skip
    languages = models.CharField(_("languages"), max_length=60, blank=True, help_text=LANGUAGES_HELP)
    ready_on = models.DateField(_("ready since"), null=True, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    NAMES = ("person",)
    States = Standing
    reference_prefix = "TT"
    objects: ClassVar[RecordManager] = NamingManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["reference"]
        verbose_name = _("trainer")


class TrainerArea(models.Model):
    """An area a trainer teaches."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trainer = models.ForeignKey(Trainer, on_delete=models.CASCADE, related_name="areas")
    area = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, related_name="+", verbose_name=_("area"),
        limit_choices_to=terms_of("training-priority"),
    )  # fmt: skip

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["trainer", "area"], name="one_line_an_area"),
        ]

    def __str__(self) -> str:
        return str(self.area)


class Cascade(Record):
    """A session a trainer held at home after a training of trainers: reach that is counted apart."""

    class States(models.TextChoices):
        REPORTED = "reported", _("Reported")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="cascades", verbose_name=_("training of trainers")
    )
    trainer = models.ForeignKey(Trainer, on_delete=models.PROTECT, related_name="cascades", verbose_name=_("trainer"))
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held"))
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, blank=True, related_name="+",
        verbose_name=_("jurisdiction"), help_text=_("Empty: that of the trainer."),
    )  # fmt: skip
    venue = models.CharField(_("place"), max_length=160, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    women = models.PositiveIntegerField(_("women"), default=0)
    men = models.PositiveIntegerField(_("men"), default=0)
    sex_not_reported = models.PositiveIntegerField(_("sex not reported"), default=0)
    note = models.TextField(_("note"), blank=True, help_text=_("About the session. No names of those taught."))

    reference_prefix = "TM"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-held_on"]
        verbose_name = _("session of a trainer")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["trainer", "held_on", "title"], name="one_report_a_session", condition=~Q(state="withdrawn")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reached(self) -> int:
        return self.women + self.men + self.sex_not_reported

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(self.States(self.state).label)


class Sort(models.TextChoices):
    EXCHANGE = "exchange", _("Exchange")
    MENTORING = "mentoring", _("Mentoring")


class Side(models.TextChoices):
    HOST = "host", _("Host or mentor")
    GUEST = "guest", _("Visitor or mentee")


class Application(models.Model):
    """Someone wishes to be paired: on which side, for what, in which languages, perhaps with whom."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAIRED = "paired", _("Paired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=Sort)
    side = models.CharField(_("as"), max_length=6, choices=Side)
    areas = models.ManyToManyField(
        "reference.Term", related_name="+", verbose_name=_("areas"), limit_choices_to=terms_of("training-priority")
    )
    languages = models.CharField(_("languages"), max_length=60, help_text=LANGUAGES_HELP)
    named = models.EmailField(
        _("with"), blank=True, help_text=_("The e-mail address of the person you agreed with, if you did.")
    )
    wish = models.TextField(_("what for"), blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[NamedManager] = NamedManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "kind", "side"], name="one_open_application", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person.reference}"

    def in_history(self) -> str:
        """Without the name, as for the person."""
        return str(self)


class Pairing(Record):
    """Two people put together: host and visitor of an exchange, mentor and mentee. Printed as its reference."""

    Sort = Sort

    class States(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        UNDER_WAY = "under-way", _("Under way")
        COMPLETED = "completed", _("Completed")
        BROKEN_OFF = "broken-off", _("Broken off")

    kind = models.CharField(_("kind"), max_length=10, choices=Sort)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="pairings", verbose_name=_("activity")
    )
    host = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hosts", verbose_name=_("host or mentor"))
    guest = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="visits", verbose_name=_("visitor or mentee")
    )
    matched = models.BooleanField(_("both named each other"), default=False, editable=False)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    host_said_yes = models.DateTimeField(_("host or mentor agreed"), null=True, editable=False)
    guest_said_yes = models.DateTimeField(_("visitor or mentee agreed"), null=True, editable=False)
    outcome = models.TextField(_("outcome"), blank=True)

    NAMES = ("host", "guest")
    reference_prefix = "TX"
    objects: ClassVar[RecordManager] = NamingManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on"]
        verbose_name = _("pair")

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(self.States(self.state).label)


class Contact(models.Model):
    """A meeting of a pair."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pairing = models.ForeignKey(Pairing, on_delete=models.CASCADE, related_name="contacts")
    on = models.DateField(_("date"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    note = models.TextField(_("what about"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]

    def __str__(self) -> str:
        return f"{self.on}"
