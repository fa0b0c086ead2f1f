"""The lives of a trainer in the pool, of a session they held, and of a pair.

A trainer and a pair name people and so are never open wider than the people are; a session names nobody and is open as
records of the programme are, so that what was passed on can be counted by all.
"""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.flow.declare import Actor, Flow, State, Transition
from throughline.training.models import Cascade, Pairing, Trainer
from throughline.training.services import cascades, pairing, trainers

T, C, P = Trainer.States, Cascade.States, Pairing.States
CONTACTS = (Actor(Role.CONTRIBUTOR), Actor(Role.VERIFIER), Actor(Role.SECRETARIAT))
CHECKERS = (*CONTACTS, Actor(Role.SECRETARIAT, of="programme"))
PAIRERS = (Actor(Role.SECRETARIAT),)

TRAINER = Flow(
    model=Trainer,
    states=(
        State(T.IN_TRAINING, T.IN_TRAINING.label, tone="waiting"),
        State(T.READY, T.READY.label, tone="good"),
        State(T.TEACHING, T.TEACHING.label, tone="good", counts=True),
        State(T.LEFT, T.LEFT.label, tone="stop"),
    ),
    transitions=(
        Transition(
            "ready", _("Declare ready to teach"), (T.IN_TRAINING, T.LEFT), T.READY, CONTACTS,
            done=_("declared ready to teach"), main=True, then=trainers.became_ready,
        ),
        Transition("leave", _("Take out of the pool"), (T.IN_TRAINING, T.READY, T.TEACHING), T.LEFT, CONTACTS,
                   done=_("took out of the pool")),
    ),
    names_people=True,
)  # fmt: skip
CASCADE = Flow(
    model=Cascade,
    states=(
        State(C.REPORTED, C.REPORTED.label, tone="waiting", waits=_("Sessions of trainers to confirm")),
        State(C.CONFIRMED, C.CONFIRMED.label, tone="good", counts=True),
        State(C.RETURNED, C.RETURNED.label, tone="attention"),
        State(C.WITHDRAWN, C.WITHDRAWN.label, tone="stop", final=True),
    ),
    transitions=(
        Transition(
            "confirm", _("Confirm"), (C.REPORTED,), C.CONFIRMED, CHECKERS, not_author=True,
            notifies=("author",), done=_("confirmed the session"), main=True, then=cascades.confirmed,
        ),
        Transition(
            "return", _("Return"), (C.REPORTED, C.CONFIRMED), C.RETURNED, CHECKERS,
            needs_comment=True, notifies=("author",), done=_("returned the session"),
        ),
        Transition(
            "withdraw", _("Withdraw"), (C.REPORTED, C.RETURNED, C.CONFIRMED), C.WITHDRAWN, CONTACTS,
            needs_comment=True, done=_("withdrew the session"),
        ),
    ),
)  # fmt: skip
PAIRING = Flow(
    model=Pairing,
    states=(
        State(P.PROPOSED, P.PROPOSED.label, tone="waiting"),
        State(P.AGREED, P.AGREED.label, tone="good"),
        State(P.UNDER_WAY, P.UNDER_WAY.label, tone="good"),
        State(P.COMPLETED, P.COMPLETED.label, tone="good", counts=True, final=True),
        State(P.BROKEN_OFF, P.BROKEN_OFF.label, tone="stop", final=True),
    ),
    transitions=(
        # Both sides say yes on their own pages, and the second yes makes it agreed (`pairing.answer`).
        Transition("start", _("Start"), (P.AGREED,), P.UNDER_WAY, PAIRERS, done=_("started"), main=True),
        Transition(
            "complete", _("Complete"), (P.UNDER_WAY,), P.COMPLETED, PAIRERS,
            done=_("completed"), main=True, rule=pairing.complete_problems,
        ),
        Transition(
            "break-off", _("Break off"), (P.PROPOSED, P.AGREED, P.UNDER_WAY), P.BROKEN_OFF, PAIRERS,
            needs_comment=True, done=_("broke off"), then=pairing.broken_off,
        ),
    ),
    names_people=True,
)  # fmt: skip
FLOWS = (TRAINER, CASCADE, PAIRING)
