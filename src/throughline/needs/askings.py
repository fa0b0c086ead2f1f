"""What needs ask in rounds: the questionnaire of an exercise."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.registry import Asking, Source
from throughline.needs import queries, takein
from throughline.needs.choices import ExerciseState
from throughline.needs.models import Exercise
from throughline.needs.questionnaires import questionnaire


def kept(viewer: Viewer) -> list[Exercise]:
    """The exercises a viewer may ask about: drafts and those being answered of the programmes they run."""
    rows = queries.exercises_for(viewer).filter(state__in=(ExerciseState.DRAFT, ExerciseState.OPEN))
    return [one for one in rows if queries.may_run(viewer, one)]


def sources(viewer: Viewer) -> list[Source]:
    return [Source(one.reference, one.title) for one in kept(viewer)]


def make_form(viewer: Viewer, key: str) -> bytes:
    found = next((one for one in kept(viewer) if one.reference == key), None)
    if found is None:
        raise Refused(_("Only the secretariat that runs an exercise makes its questionnaire."))
    return questionnaire(found)


NEEDS = Asking(
    "needs",
    gettext_lazy("Training needs"),
    on_accept=takein.on_accept,
    on_reopen=takein.on_reopen,
    sources=sources,
    make_form=make_form,
)
