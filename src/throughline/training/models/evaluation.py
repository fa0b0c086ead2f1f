"""What people are asked about an activity, and what they answered.

Answers that were promised to be anonymous lie in a `Heap`: for each question the answers to it, in the order of the
alphabet. Nothing there says which belong together, who gave them or when (ADR 0150). Where the promise was not made,
an `Opinion` hangs on the ticket of whoever gave it.
"""

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.querysets import NamedManager
from throughline.kernel.ids import new_id
from throughline.training.choices import CallSort, Level, Role
from throughline.training.models.catalogue import Activity
from throughline.training.models.people import Place

LEAST = 5


def usual_reminders() -> list[int]:
    """Days before a call closes on which those who have not answered are reminded."""
    return [7, 2]


class Evaluation(models.Model):
    """A call to evaluate an activity: which form, which level, of whom, when, and whether it is anonymous.

    Until it is sent its dates follow the activity: `days` after the last day, or before the first where negative.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="evaluations")
    edition = models.ForeignKey(
        "rounds.Edition", on_delete=models.PROTECT, related_name="+", verbose_name=_("questionnaire")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    role = models.CharField(_("asked of"), max_length=12, choices=Role)
    sort = models.CharField(_("kind"), max_length=10, choices=CallSort, default=CallSort.SURVEY)
    anonymous = models.BooleanField(_("anonymous"), default=True)
    least = models.PositiveSmallIntegerField(
        _("answers below which nothing is shown"),
        default=LEAST,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    days = models.IntegerField(
        _("days after the end"), default=0, validators=[MinValueValidator(-60), MaxValueValidator(730)],
        help_text=_("Before the first day where the number is negative, as for a pre-test."),
    )  # fmt: skip
    open_days = models.PositiveSmallIntegerField(
        _("days it is open"), default=21, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    reminders = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders, days before it closes"),
        default=usual_reminders, blank=True,
    )  # fmt: skip
    # E-mail addresses of trainers. They go when the call closes.
    addresses = ArrayField(models.EmailField(), verbose_name=_("e-mail addresses"), default=list, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    closes_on = models.DateField(_("closes"), null=True, editable=False)
    reminded_on = models.DateField(null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects: ClassVar[NamedManager] = NamedManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["activity", "level", "sort", "role", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["closed_at"], name="evaluation_open", condition=models.Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.get_role_display()}"

    @property
    def due_on(self) -> date:
        """The day it is sent."""
        start = self.activity.starts_on if self.sort == CallSort.PRE_TEST else self.activity.ends_on
        return start + timedelta(days=self.days)

    @property
    def is_open(self) -> bool:
        return self.sent_at is not None and self.closed_at is None

    @property
    def state(self) -> str:
        return "closed" if self.closed_at else "open" if self.sent_at else "planned"


class Ticket(models.Model):
    """That someone was asked, and whether they answered. It says neither what nor when.

    When a call closes, tickets lose their addresses; those of an anonymous call also whose they were.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="tickets")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, null=True, related_name="tickets")
    email = models.EmailField(blank=True)
    told = models.BooleanField(default=False)
    used = models.BooleanField(default=False)

    objects: ClassVar[NamedManager] = NamedManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["evaluation", "place"], name="one_ticket_a_place", condition=models.Q(place__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["evaluation", "email"],
                name="one_ticket_an_address",
                condition=models.Q(place=None) & ~models.Q(email=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.evaluation)


class Opinion(models.Model):
    """What someone answered who was told that it is not anonymous, such as a test with its points."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="opinion")
    answers = models.JSONField(default=dict)
    points = models.DecimalField(_("points"), max_digits=9, decimal_places=2, null=True)
    most = models.DecimalField(_("points at most"), max_digits=9, decimal_places=2, null=True)

    def __str__(self) -> str:
        return str(self.ticket)


class Heap(models.Model):
    """All anonymous answers to a call: question -> its answers, sorted. Written anew as a whole with every answer."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, primary_key=True, related_name="heap")
    answers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.evaluation)


class Superior(models.Model):
    """The address of someone's line manager, named by them or their contact point: asked for this alone, and erased."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="superior")
    email = models.EmailField(_("e-mail address"))

    def __str__(self) -> str:
        return str(self.place_id)


class Lesson(models.Model):
    """What the team takes from an activity, in its own words: the last chapters of the training report."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, primary_key=True, related_name="lesson")
    lessons = models.TextField(_("lessons"), blank=True)
    conclusions = models.TextField(_("conclusions"), blank=True)

    def __str__(self) -> str:
        return str(self.activity)
