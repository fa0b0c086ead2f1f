"""What was passed on: a row a session that a trainer held. Facts of their own, so that nothing adds them to the direct.

`training-cascaded` counts people reached in confirmed sessions; whether one of them came twice, or was trained
directly too, nobody knows. So no figure adds them to participations.
"""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from throughline.kernel.measures.declare import Column, Dimension, Fact, Measure
from throughline.training.facts import about_activity
from throughline.training.models import Cascade

GROUP = _("Passed on by trainers")
CONFIRMED = ngettext_lazy("from %(count)s confirmed session", "from %(count)s confirmed sessions", "number")


def state_words() -> dict[str, str]:
    return {str(value): str(label) for value, label in Cascade.States.choices}


CASCADE = Fact(
    name="training_cascade",
    noun="cascade",
    model="training.Cascade",
    date="held_on",
    counted=(Cascade.States.CONFIRMED,),
    counted_words=CONFIRMED,
    own=(Dimension("state", _("State"), state_words, every_state=True),),
    columns=(
        Column("jurisdiction", "jurisdiction__code"),
        *about_activity("activity__"),
        Column("reached", F("women") + F("men") + F("sex_not_reported"), "integer"),
        Column("women", "women", "integer"),
        Column("men", "men", "integer"),
        Column("unreported", "sex_not_reported", "integer"),
    ),
)
FACTS = (CASCADE,)
MEASURES = (
    Measure(
        "training-cascades", _("Sessions taught by trainers at home"), _("sessions"), CASCADE.name,
        _("Confirmed sessions that trainers held after a training of trainers. They are no activities."), group=GROUP,
    ),
    *(
        Measure(
            identity, label, _("people"), CASCADE.name,
            _("As reported for confirmed sessions. It stands beside participations and is never added to them."),
            value=value, group=GROUP,
        )
        for identity, label, value in (
            ("training-cascaded", _("People reached by trainers at home"), "reached"),
            ("training-cascaded-women", _("Women reached by trainers at home"), "women"),
            ("training-cascaded-men", _("Men reached by trainers at home"), "men"),
            ("training-cascaded-unreported", _("Reached by trainers at home, sex not reported"), "unreported"),
        )
    ),
)  # fmt: skip
