"""What a trainer and one of a pair find on their own page: sessions they taught, their pair, their applications."""

from typing import Any

from django.db.models import Q

from throughline.kernel.access.viewer import Viewer
from throughline.training.models import Cascade, Pairing, Person, Trainer
from throughline.training.services.cascades import OPEN
from throughline.training.services.people import POOL
from throughline.training.teaching_forms import ApplicationForm
from throughline.training.teaching_panels import own_pair

SHOWN = 30


def own_teaching(viewer: Viewer, person: Person) -> dict[str, Any]:
    """Sessions I taught; nothing for those who are no trainer."""
    trainer = Trainer.objects.filter(person=person).first()
    if trainer is None:
        return {}
    return {
        "trainer": trainer,
        "sessions": Cascade.objects.filter(trainer=trainer).select_related("activity")[:SHOWN],
        "changeable": OPEN,
        "standing": Trainer.States(trainer.state).label,
        "agreed": person.consents.filter(purpose=POOL, withdrawn_at=None).exists(),
        "purpose": POOL,
    }


def own_pairing(viewer: Viewer, person: Person) -> dict[str, Any]:
    """My pairs and applications, and the form to apply."""
    pairs = Pairing.objects.filter(Q(host=person) | Q(guest=person)).select_related("host__owner", "guest__owner")
    open_ = person.applications.filter(state="open").prefetch_related("areas")
    return {
        "pairs": [own_pair(viewer, one) for one in pairs.prefetch_related("contacts")[:SHOWN]],
        "applications": open_,
        "person": person,
        "form": ApplicationForm(initial={"languages": person.languages}),
    }
