"""What becomes of a proposed change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    PART = "part", _("Accepted in part")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


TONES = {
    State.WAITING: "waiting",
    State.ACCEPTED: "good",
    State.PART: "good",
    State.DECLINED: "attention",
    State.WITHDRAWN: "neutral",
}
