"""The life of a report: nobody signs off what they built, and nothing unsigned is released."""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.comments.rules import unsettled
from throughline.kernel.flow.declare import Actor, Flow, State, Transition
from throughline.kernel.reporting.models import Report

S = Report.State
MAKERS = (Actor(Role.ANALYST), Actor(Role.SECRETARIAT))
SIGNERS = (Actor(Role.SECRETARIAT), Actor(Role.SECRETARIAT, of="programme"))

# 'released' has no transition: only `publications.services.release` leads there, which freezes the document.
FLOW = Flow(
    model=Report,
    states=(
        State(S.DRAFT, S.DRAFT.label, private=True, waits=_("Your reports to send for sign-off")),
        State(S.READY, S.READY.label, tone="waiting", waits=_("Reports to sign off")),
        State(S.RETURNED, S.RETURNED.label, tone="attention", waits=_("Reports returned to you")),
        State(S.SIGNED, S.SIGNED.label, tone="good"),
        State(S.RELEASED, S.RELEASED.label, tone="good", final=True),
        State(S.DISCARDED, S.DISCARDED.label, tone="stop", final=True),
    ),
    transitions=(
        Transition(
            "send", _("Send for sign-off"), (S.DRAFT, S.RETURNED), S.READY, MAKERS,
            deadline_days=5, notifies=(Role.SECRETARIAT,), done=_("sent for sign-off"), main=True,
        ),
        Transition(
            "sign", _("Sign off"), (S.READY,), S.SIGNED, SIGNERS,
            not_author=True, notifies=("author", Role.SECRETARIAT), done=_("signed off"), main=True,
            rule=unsettled,
        ),
        Transition(
            "return", _("Return with a comment"), (S.READY, S.SIGNED), S.RETURNED, SIGNERS,
            needs_comment=True, notifies=("author",), done=_("returned"),
        ),
        Transition(
            "discard", _("Discard"), (S.DRAFT, S.RETURNED), S.DISCARDED, MAKERS, done=_("discarded"),
        ),
    ),
)  # fmt: skip
