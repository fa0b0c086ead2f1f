"""What became of a pair."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PairState(models.TextChoices):
    OPEN = "open", _("To look at")
    MERGED = "merged", _("Merged")
    DIFFERENT = "different", _("Different")
