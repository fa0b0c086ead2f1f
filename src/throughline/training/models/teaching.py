"""The pool of trainers and what they pass on at home; exchanges and mentoring."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager
from throughline.kernel.ids import new_id
from throughline.training.models.catalogue import LANGUAGES_HELP, Activity
from throughline.training.models.people import Person


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
