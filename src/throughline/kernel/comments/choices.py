"""Words of comments and of change requests."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    COMMENT = "comment", _("Comment")
    REQUEST = "request", _("Change request")


class State(models.TextChoices):
    """Of a whole thread; answers have none of their own and stay open."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# How each kind of thread may end.
ENDS = {
    Kind.COMMENT: frozenset({State.RESOLVED}),
    Kind.REQUEST: frozenset({State.DONE, State.DECLINED, State.WITHDRAWN}),
}
TONES = {
    State.OPEN: "waiting",
    State.RESOLVED: "good",
    State.DONE: "good",
    State.DECLINED: "attention",
    State.WITHDRAWN: "neutral",
}
