"""The lives of a catalogue entry and of an activity.

An activity is planned in the open: that others see what comes is the point of a calendar; whoever must not see it
is kept out by the handling code. An entry is its owner's alone until it is agreed.
"""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.flow.declare import Actor, Flow, State, Transition
from throughline.training.choices import ActivityState as A
from throughline.training.choices import EntryState as E
from throughline.training.models import Activity, Entry
from throughline.training.services import activities, catalogue

TEAM = (Actor(Role.CONTRIBUTOR), Actor(Role.VERIFIER), Actor(Role.SECRETARIAT))
AGREERS = (Actor(Role.SECRETARIAT, of="programme"),)

ENTRY = Flow(
    model=Entry,
    states=(
        State(E.DRAFT, E.DRAFT.label, private=True, waits=_("Catalogue entries to agree")),
        State(E.AGREED, E.AGREED.label, tone="good", counts=True),
        State(E.RETIRED, E.RETIRED.label, tone="stop", final=True),
    ),
    transitions=(
        Transition(
            "agree", _("Put into the catalogue"), (E.DRAFT, E.RETIRED), E.AGREED, AGREERS,
            notifies=("author",), done=_("put into the catalogue"), main=True, rule=catalogue.agree_problems,
        ),
        Transition(
            "retire", _("Retire"), (E.AGREED,), E.RETIRED, AGREERS,
            needs_comment=True, notifies=("author",), done=_("retired"),
        ),
    ),
)  # fmt: skip
ACTIVITY = Flow(
    model=Activity,
    states=(
        State(A.PLANNED, A.PLANNED.label, tone="waiting"),
        State(A.CONFIRMED, A.CONFIRMED.label, tone="good"),
        State(A.DONE, A.DONE.label, tone="good", counts=True),
        State(A.CANCELLED, A.CANCELLED.label, tone="stop", final=True),
    ),
    transitions=(
        Transition(
            "confirm", _("Confirm"), (A.PLANNED,), A.CONFIRMED, TEAM,
            notifies=("author",), done=_("confirmed that it takes place"), main=True, rule=activities.confirm_problems,
        ),
        Transition(
            "finish", _("Close as done"), (A.CONFIRMED,), A.DONE, TEAM,
            notifies=("author",), done=_("closed it as done"), main=True,
            rule=activities.finish_problems, then=activities.finished,
        ),
        Transition(
            "cancel", _("Cancel"), (A.PLANNED, A.CONFIRMED), A.CANCELLED, TEAM,
            needs_comment=True, notifies=("author",), done=_("cancelled it"), then=activities.cancelled,
        ),
        Transition(
            "reopen", _("Open again"), (A.DONE,), A.CONFIRMED, (Actor(Role.SECRETARIAT),),
            needs_comment=True, done=_("opened it again"),
        ),
    ),
)  # fmt: skip
