"""The states of exercises, positions and proposals.

Steps that need more than a comment (opening asks a round, analysing computes, validating names a meeting) are verbs of
their own; what needs no more is a transition, so that the page, the API and the command line can take it.
"""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.flow.declare import Actor, Flow, State, Transition
from throughline.needs.choices import ExerciseState as E
from throughline.needs.choices import PositionState as C
from throughline.needs.choices import ProposalState as P
from throughline.needs.models import Exercise, Position
from throughline.needs.rapid_models import Proposal

SECRETARIAT = (Actor(Role.SECRETARIAT, of="programme"),)
AUTHORS = (Actor(Role.CONTRIBUTOR), Actor(Role.VERIFIER), Actor(Role.SECRETARIAT))
TONES = {
    E.OPEN: "waiting", E.RETURNED: "attention", E.VALIDATED: "good", E.PUBLISHED: "good", E.SUPERSEDED: "neutral",
}  # fmt: skip

EXERCISE = Flow(
    model=Exercise,
    states=tuple(
        State(one, one.label, tone=TONES.get(one, "neutral"), private=one == E.DRAFT, counts=one == E.PUBLISHED)
        for one in E
    ),
    transitions=(),
)
POSITION = Flow(
    model=Position,
    states=(
        State(C.PROPOSED, C.PROPOSED.label, tone="waiting"),
        State(C.AGREED, C.AGREED.label, tone="good", counts=True),
    ),
    transitions=(),
)
PROPOSAL = Flow(
    model=Proposal,
    states=(
        State(P.DRAFT, P.DRAFT.label, private=True),
        State(P.SUBMITTED, P.SUBMITTED.label, tone="waiting"),
        State(P.SCREENED, P.SCREENED.label, tone="waiting"),
        State(P.EMPACT, P.EMPACT.label, tone="waiting"),
        State(P.ASSESSED, P.ASSESSED.label, tone="waiting"),
        State(P.PRESENTED, P.PRESENTED.label, tone="waiting"),
        State(P.AGREED, P.AGREED.label, tone="good"),
        State(P.DEFERRED, P.DEFERRED.label, tone="attention"),
        State(P.REJECTED, P.REJECTED.label, tone="stop", final=True),
        State(P.DEVELOPED, P.DEVELOPED.label, tone="waiting"),
        State(P.CATALOGUE, P.CATALOGUE.label, tone="good"),
        State(P.DELIVERED, P.DELIVERED.label, tone="good", counts=True),
        State(P.REVISED, P.REVISED.label, tone="good", counts=True),
        State(P.RETIRED, P.RETIRED.label, tone="neutral", final=True),
    ),
    transitions=(
        Transition("submit", _("Submit"), (P.DRAFT,), P.SUBMITTED, AUTHORS, main=True, done=_("submitted the proposal")),
        Transition("screen", _("Mark as screened"), (P.SUBMITTED,), P.SCREENED, SECRETARIAT, main=True,
                   done=_("screened the proposal")),
        Transition("present", _("Present"), (P.ASSESSED, P.DEFERRED), P.PRESENTED, SECRETARIAT, main=True,
                   done=_("presented the proposal")),
        Transition("agree", _("Record as agreed"), (P.PRESENTED,), P.AGREED, SECRETARIAT, needs_comment=True, main=True,
                   notifies=("author",), done=_("recorded that the proposal was agreed")),
        Transition("defer", _("Record as deferred"), (P.PRESENTED,), P.DEFERRED, SECRETARIAT, needs_comment=True,
                   notifies=("author",), done=_("recorded that the proposal was deferred")),
        Transition("reject", _("Reject"), (P.SUBMITTED, P.SCREENED, P.EMPACT, P.PRESENTED, P.DEFERRED), P.REJECTED,
                   SECRETARIAT, needs_comment=True, notifies=("author",), done=_("rejected the proposal")),
        Transition("develop", _("Start the package"), (P.AGREED,), P.DEVELOPED, SECRETARIAT, main=True,
                   done=_("started the training package")),
        Transition("retire", _("Retire"), (P.CATALOGUE, P.DELIVERED, P.REVISED), P.RETIRED, SECRETARIAT,
                   needs_comment=True, done=_("retired the package")),
    ),
)  # fmt: skip
FLOWS = (EXERCISE, POSITION, PROPOSAL)
