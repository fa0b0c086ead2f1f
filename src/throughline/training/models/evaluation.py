"""What people are asked about an activity, and what they answered."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id
from throughline.training.models.catalogue import Activity
from throughline.training.models.people import Place


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
