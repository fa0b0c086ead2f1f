"""Handling codes, rights and roles: the words of the access rule."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Handling(models.TextChoices):
    """TLP 2.0, with the meaning this programme gives each code (docs/kernel/access.md)."""

    CLEAR = "clear", _("TLP:CLEAR")
    GREEN = "green", _("TLP:GREEN")
    AMBER = "amber", _("TLP:AMBER")
    STRICT = "amber+strict", _("TLP:AMBER+STRICT")
    RED = "red", _("TLP:RED")


class Right(models.TextChoices):
    """What a grant allows beyond what the handling code allows."""

    READ = "read", _("read")
    CHANGE = "change", _("change")
    MARK = "mark", _("change the handling code")
    RELEASE = "release", _("pass on or release")


class Role(models.TextChoices):
    """What a person may do in one programme."""

    READER = "reader", _("Reader")
    CONTRIBUTOR = "contributor", _("Contributor")
    VERIFIER = "verifier", _("Verifier")
    ANALYST = "analyst", _("Analyst")
    SECRETARIAT = "secretariat", _("Secretariat")
    ADMINISTRATOR = "administrator", _("Administrator")


# Those who assess for the whole programme and so read what is marked AMBER.
CIRCLE = frozenset({Role.ANALYST, Role.SECRETARIAT})
