"""What can be followed, and how often one is told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    RECORD = "record", _("Record")
    LIST = "list", _("List")
    QUESTION = "question", _("Question")


class Every(models.TextChoices):
    EACH = "each", _("Each time")
    DAY = "day", _("Once a day")
    WEEK = "week", _("Once a week")
