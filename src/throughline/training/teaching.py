"""Puts multiplication, exchanges and mentoring in their places: called once, when the apps are ready."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.kernel.flow.registry import register as flow
from throughline.kernel.history import verbs
from throughline.kernel.measures import registry as measures
from throughline.kernel.resources import registry
from throughline.kernel.trace.kinds import follow
from throughline.kernel.ui import navigation
from throughline.training import mine, teaching_facts, teaching_mine
from throughline.training.line import LEADS_TO, Steps
from throughline.training.models import Activity, Cascade, Pairing, Trainer
from throughline.training.teaching_flow import FLOWS
from throughline.training.teaching_resources import NOUNS

# What comes after an activity: the model, and its field that names the activity.
AFTER: tuple[tuple[Any, str], ...] = ((Trainer, "through"), (Cascade, "activity"), (Pairing, "activity"))
# On the line of an activity; all of them stand in their lists.
SHOWN = 20
PAGES = (
    (_("Trainers"), "trainer-list"),
    (_("Sessions of trainers"), "cascade-list"),
    (_("Multiplication"), "training-multiplication"),
    (_("Exchanges and mentoring"), "pairing-board"),
)
SENTENCES = {
    "trainer.create": _("proposed a trainer"),
    "trainer.change": _("changed what a trainer teaches"),
    "trainer.teach": _("began to teach"),
    "cascade.create": _("reported a session"),
    "cascade.change": _("corrected a session"),
    "cascade.take-back": _("took a session back"),
    "application.make": _("applied to be paired"),
    "application.withdraw": _("withdrew an application"),
    "pairing.create": _("proposed a pair"),
    "pairing.change": _("changed a pair"),
    "pairing.answer": _("answered"),
    "pairing.log-contact": _("wrote down a contact"),
    "pairing.tell-outcome": _("told the outcome"),
}


def after_activity(activity: Any) -> Steps:
    """The trainers, the sessions and the pairs that came of it."""
    for model, field in AFTER:
        for one in model._base_manager.filter(**{field: activity.pk}).order_by("-created_at")[:SHOWN]:
            yield LEADS_TO, one


def register() -> None:
    """Flows, nouns, figures, pages, words of history, parts of the own page, the line of sight."""
    for one in FLOWS:
        flow(one)
    registry.register(*NOUNS)
    measures.register(*teaching_facts.FACTS, *teaching_facts.MEASURES)
    for order, (label, url_name) in enumerate(PAGES, start=30):
        navigation.register(
            station="act", label=label, url_name=url_name, order=order, menu=_("Trainers and exchanges")
        )
    verbs.register(dict(SENTENCES))
    mine.register("training/parts/own_teaching.html", teaching_mine.own_teaching)
    mine.register("training/parts/own_pairing.html", teaching_mine.own_pairing)
    follow(Activity, right=after_activity)
    for model, field in AFTER:
        follow(model, left=_before(field))


def _before(field: str) -> Any:
    """The activity a trainer, a session or a pair came of."""

    def known(record: Any) -> Steps:
        if (activity := getattr(record, field)) is not None:
            yield LEADS_TO, activity

    return known
