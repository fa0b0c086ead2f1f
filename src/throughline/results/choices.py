"""The words of results: what an indicator is, who answers it, and how its values are put together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    COUNT = "count", _("Count")
    RATIO = "ratio", _("Numerator of a denominator")
    STATUS = "status", _("Status on a scale")
    TEXT = "text", _("Text")


class Way(models.TextChoices):
    """Which way an indicator shall go."""

    RISE = "rise", _("Shall rise")
    FALL = "fall", _("Shall fall")
    NONE = "none", _("No direction")


class Places(models.TextChoices):
    """What becomes of the values of several jurisdictions."""

    SUM = "sum", _("Sum")
    RATIO = "ratio", _("Sum of numerators by sum of denominators")
    COUNT = "count-with-status", _("Number of jurisdictions with the status")
    NONE = "none", _("Not put together")


class Times(models.TextChoices):
    """What becomes of the values of several periods."""

    SUM = "sum", _("Sum")
    LATEST = "latest", _("Latest")
    AVERAGE = "average", _("Average")
    NONE = "none", _("Not put together")


class AnsweredBy(models.TextChoices):
    AUTHORITY = "authority", _("Each authority asked")
    SECRETARIAT = "secretariat", _("The secretariat")


class Origin(models.TextChoices):
    REPORTED = "reported", _("Reported in a round")
    COMPUTED = "computed", _("Computed from records")


class Relation(models.TextChoices):
    """What an indicator of one framework is to one of another."""

    SAME = "same", _("Same")
    NARROWER = "narrower", _("Narrower: counts less")
    BROADER = "broader", _("Broader: counts more")
    PARTLY = "partly", _("Partly the same")
    NONE = "none", _("No counterpart")


class Role(models.TextChoices):
    """What a question of a form says of its indicator (`bind::throughline:role`)."""

    ANSWER = "answer", _("Whether there is anything to report")
    VALUE = "value", _("Value")
    NUMERATOR = "numerator", _("Numerator")
    DENOMINATOR = "denominator", _("Denominator")
    STATUS = "status", _("Status")
    TEXT = "text", _("Text")
    TEXT_ENGLISH = "text-english", _("Text, courtesy translation in English")


# A cell of a disaggregation is the role 'cell:<code>'.
CELL = "cell:"
STATUSES = "not-started: Not started\nin-progress: In progress\non-track: On track\nfull-compliance: Full compliance"


class Availability(models.TextChoices):
    """The answers to the role 'answer'."""

    GIVEN = "given", _("There are figures")
    NIL = "nil", _("Nothing to report in this period")
    NONE = "none", _("No data available")
