"""The fixed words of an incident: those that counting depends on. What the users may extend is a taxonomy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DatePrecision(models.TextChoices):
    DAY = "day", _("exact day")
    MONTH = "month", _("month only")
    QUARTER = "quarter", _("quarter only")
    YEAR = "year", _("year only")


class PlacePrecision(models.TextChoices):
    EXACT = "exact", _("exact position")
    SETTLEMENT = "settlement", _("settlement")
    MUNICIPALITY = "municipality", _("municipality")
    REGION = "region", _("region")
    JURISDICTION = "jurisdiction", _("jurisdiction only")


class Setting(models.TextChoices):
    URBAN = "urban", _("Urban")
    RURAL = "rural", _("Rural")
    NOT_REPORTED = "not-reported", _("Not reported")


class Possession(models.TextChoices):
    LEGAL = "legal", _("Legal")
    ILLEGAL = "illegal", _("Illegal")
    MIXED = "mixed", _("Legal and illegal")
    NOT_REPORTED = "not-reported", _("Not reported")


class Side(models.TextChoices):
    VICTIM = "victim", _("Victim")
    PERPETRATOR = "perpetrator", _("Perpetrator")


class PerpetratorRole(models.TextChoices):
    PERPETRATOR = "perpetrator", _("Perpetrator")
    CO_PERPETRATOR = "co-perpetrator", _("Co-perpetrator")
    INSTIGATOR = "instigator", _("Instigator")
    ACCOMPLICE = "accomplice", _("Accomplice")


class Sex(models.TextChoices):
    MEN = "men", _("Men")
    WOMEN = "women", _("Women")
    NOT_REPORTED = "not-reported", _("Not reported")


class Outcome(models.TextChoices):
    KILLED = "killed", _("Killed")
    INJURED = "injured", _("Injured")
    THREATENED = "threatened", _("Threatened")
    SUICIDE = "suicide", _("Died by suicide")
    UNHARMED = "unharmed", _("Unharmed")
    NOT_REPORTED = "not-reported", _("Not reported")


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent for checking")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")
