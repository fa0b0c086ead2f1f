"""What a trainer and one of a pair find on their own page: sessions they taught, their pair, their applications."""

from typing import Any

from throughline.kernel.access.viewer import Viewer
from throughline.training import queries
from throughline.training.models import Person, Trainer
from throughline.training.services.cascades import OPEN
from throughline.training.services.people import POOL
from throughline.training.teaching_forms import ApplicationForm
from throughline.training.teaching_panels import own_pair

SHOWN = 30


def own_teaching(viewer: Viewer, person: Person) -> dict[str, Any]:
    """Sessions I taught; nothing for those who are no trainer."""
    trainer = queries.own_trainer(person)
    if trainer is None:
        return {}
    return {
        "trainer": trainer,
        "sessions": queries.own_sessions(trainer)[:SHOWN],
        "changeable": OPEN,
        "standing": Trainer.States(trainer.state).label,
        "agreed": person.consents.filter(purpose=POOL, withdrawn_at=None).exists(),
        "purpose": POOL,
    }


def own_pairing(viewer: Viewer, person: Person) -> dict[str, Any]:
    """My pairs and applications, and the form to apply."""
    open_ = person.applications.filter(state="open").prefetch_related("areas")
    return {
        "pairs": [own_pair(viewer, one) for one in queries.own_pairs(person)[:SHOWN]],
        "applications": open_,
        "person": person,
        "form": ApplicationForm(initial={"languages": person.languages}),
    }
