"""What evaluation adds to the house: a kind of questionnaire, a document, a part of one's own page, a page, sentences."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history import verbs
from throughline.kernel.reporting import registry as documents
from throughline.kernel.rounds import registry as rounds
from throughline.kernel.rounds.registry import Asking, Source
from throughline.kernel.ui import navigation
from throughline.training import mine
from throughline.training.models import Person, Place
from throughline.training.services.evaluating import ASKING, NAMED_FOR, wants_superiors
from throughline.training.services.sending import waiting_for
from throughline.training.standard_forms import STANDARD
from throughline.training.training_report import REPORT
from throughline.training.web import answer_path


def sources(viewer: Viewer) -> list[Source]:
    """The forms that come with the program; anyone who makes questionnaires may start from one."""
    return [Source(one.code, str(one.title)) for one in STANDARD]


def make_form(viewer: Viewer, key: str) -> bytes:
    found = next((one for one in STANDARD if one.code == key), None)
    if found is None:
        raise Refused("There is no such form.")
    return found.form()


def own_part(viewer: Viewer, person: Person) -> dict[str, Any]:
    """What the participant's own page shows: evaluations due, and whose line manager may be named."""
    rows = Place.objects.past_the_wall("own").filter(person=person, state__in=NAMED_FOR)
    places = list(rows.select_related("activity", "superior"))
    due = [(one.evaluation, answer_path(one.pk)) for one in waiting_for(places)]
    asked = [
        (one, getattr(getattr(one, "superior", None), "email", "")) for one in places if wants_superiors(one.activity)
    ]
    return {"due": due, "superiors": asked} if due or asked else {}


def register() -> None:
    """Called once, when the apps are ready."""
    rounds.register(Asking(ASKING, _("Evaluation of training"), sources=sources, make_form=make_form))
    documents.register(REPORT)
    mine.register("training/parts/own_evaluations.html", own_part)
    navigation.register(station="measure", label=_("Evaluation of training"), url_name="evaluation-overview", order=31)
    verbs.register(dict(SENTENCES))


SENTENCES = {
    "evaluation.make-standard-forms": _("made the standard questionnaires of evaluation"),
    "evaluation.plan": _("planned a call to evaluate"),
    "evaluation.plan-usual": _("planned the usual calls to evaluate"),
    "evaluation.change": _("changed a call to evaluate"),
    "evaluation.drop": _("took a call to evaluate back"),
    "evaluation.send": _("asked for evaluations"),
    "evaluation.remind": _("reminded those who had not answered"),
    "evaluation.close": _("closed a call to evaluate"),
    "evaluation.answer": _("took in an evaluation"),
    "evaluation.name-superior": _("named a line manager"),
    "evaluation.write-lessons": _("wrote what was learned from it"),
    "evaluation.export": _("took the answers to a call"),
}
