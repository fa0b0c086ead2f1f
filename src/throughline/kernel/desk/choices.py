"""With whom a saved view is shared."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shared(models.TextChoices):
    MINE = "mine", _("Only me")
    ORGANISATION = "organisation", _("My organisation")
    PROGRAMME = "programme", _("Everyone in the programme")
