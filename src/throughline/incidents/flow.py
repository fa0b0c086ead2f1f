"""The life of an incident: nothing counts that a second person has not checked."""

from django.utils.translation import gettext_lazy as _

from throughline.incidents.choices import State as S
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Role
from throughline.kernel.flow.declare import Actor, Flow, State, Transition

OWN_CONTRIBUTOR = (Actor(Role.CONTRIBUTOR), Actor(Role.VERIFIER), Actor(Role.SECRETARIAT))
CHECKERS = (Actor(Role.VERIFIER), Actor(Role.SECRETARIAT, of="programme"))

FLOW = Flow(
    model=Incident,
    states=(
        State(S.DRAFT, S.DRAFT.label, private=True, waits=_("Your drafts to send")),
        State(S.SENT, S.SENT.label, tone="waiting", waits=_("Incidents to check")),
        State(S.RETURNED, S.RETURNED.label, tone="attention", waits=_("Incidents returned to you")),
        State(S.VERIFIED, S.VERIFIED.label, tone="good", counts=True),
        State(S.WITHDRAWN, S.WITHDRAWN.label, tone="stop", final=True),
        State(S.CLOSED, S.CLOSED.label, tone="stop", final=True),
    ),
    transitions=(
        Transition(
            "send", _("Send for checking"), (S.DRAFT, S.RETURNED), S.SENT, OWN_CONTRIBUTOR,
            deadline_days=7, notifies=(Role.VERIFIER,), done=_("sent for checking"), main=True,
        ),
        Transition(
            "verify", _("Verify"), (S.SENT,), S.VERIFIED, CHECKERS,
            not_author=True, notifies=("author",), done=_("verified"), main=True,
        ),
        Transition(
            "return", _("Return with a comment"), (S.SENT, S.VERIFIED), S.RETURNED, CHECKERS,
            needs_comment=True, deadline_days=14, notifies=("author",), done=_("returned"),
        ),
        Transition(
            "withdraw", _("Withdraw"), (S.DRAFT, S.SENT, S.RETURNED, S.VERIFIED), S.WITHDRAWN,
            (Actor(Role.VERIFIER), Actor(Role.SECRETARIAT)),
            needs_comment=True, notifies=("author",), done=_("withdrew"),
        ),
    ),
)  # fmt: skip
