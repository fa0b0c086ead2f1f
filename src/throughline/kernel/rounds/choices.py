"""The words of asking: states, ways in, and who approves in the country."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    PREPARED = "prepared", _("Being prepared")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class ReturnState(models.TextChoices):
    ASKED = "asked", _("Asked")
    READY = "ready", _("Ready for approval")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PartState(models.TextChoices):
    ASKED = "asked", _("Asked")
    HANDED_IN = "handed-in", _("Handed in")
    SENT_BACK = "sent-back", _("Sent back")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Approval(models.TextChoices):
    """Who lets a return leave the country."""

    CONTACT_POINT = "contact-point", _("The national contact point")
    SECOND_PERSON = "second-person", _("The national contact point, and not who wrote the last answer")
    ANYONE = "anyone", _("Anyone who may answer")


class Via(models.TextChoices):
    """How answers came in."""

    BROWSER = "browser", _("browser")
    EXCEL = "excel", _("Excel")
    PHONE = "phone", _("phone")
    API = "api", _("API")
    COMMAND = "command", _("command line")
    PARTS = "parts", _("parts")
    BEFORE = "before", _("last time")


# The states in which the working answers may be changed.
OPEN_RETURN = (ReturnState.ASKED, ReturnState.READY, ReturnState.RETURNED)
OPEN_PART = (PartState.ASKED, PartState.SENT_BACK)
# The states in which a return is still owed, and so can be late.
OWED = OPEN_RETURN
