"""The states of rounds, returns and parts.

There are no transitions here: each step has its own verb in `services/`, because handing in checks the
answers, accepting makes records and reopening takes them back, which a plain change of state would skip.
"""

from throughline.kernel.flow.declare import Flow, State
from throughline.kernel.rounds.choices import PartState as P
from throughline.kernel.rounds.choices import ReturnState as R
from throughline.kernel.rounds.choices import RoundState as O
from throughline.kernel.rounds.models import Part, Return, Round

ROUND = Flow(
    model=Round,
    states=(
        State(O.PREPARED, O.PREPARED.label, private=True),
        State(O.OPEN, O.OPEN.label, tone="waiting"),
        State(O.CLOSED, O.CLOSED.label, tone="good"),
    ),
    transitions=(),
)
RETURN = Flow(
    model=Return,
    states=(
        State(R.ASKED, R.ASKED.label, tone="waiting", private=True),
        State(R.READY, R.READY.label, tone="waiting", private=True),
        State(R.SUBMITTED, R.SUBMITTED.label, tone="waiting"),
        State(R.RETURNED, R.RETURNED.label, tone="attention"),
        State(R.ACCEPTED, R.ACCEPTED.label, tone="good", counts=True),
        State(R.WITHDRAWN, R.WITHDRAWN.label, tone="stop", final=True),
    ),
    transitions=(),
)
PART = Flow(
    model=Part,
    states=(
        State(P.ASKED, P.ASKED.label, tone="waiting", private=True),
        State(P.HANDED_IN, P.HANDED_IN.label, tone="good"),
        State(P.SENT_BACK, P.SENT_BACK.label, tone="attention"),
        State(P.WITHDRAWN, P.WITHDRAWN.label, tone="stop", final=True),
    ),
    transitions=(),
)
