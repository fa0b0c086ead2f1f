"""The records behind a figure, as the list of their noun: sorted, mapped and downloaded like any other list."""

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import registry, words
from throughline.kernel.measures.answering import Answering
from throughline.kernel.measures.ask import open_desk
from throughline.kernel.measures.axes import value_words
from throughline.kernel.measures.links import BEHIND, CELL, key_of
from throughline.kernel.measures.questions import Question
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.filters import Condition

# A list of more records than this says nothing that the figure does not; the database is spared it.
MOST = 50_000


def behind_condition(resource: Resource, params: QueryDict, viewer: Viewer) -> tuple[list[Condition], list[Problem]]:
    """The condition `behind=<question>&cell=<value>…` of a list's address."""
    text = params.get(BEHIND, "")
    if not text:
        return [], []
    try:
        question = Question.from_query(text).checked()
        if registry.facts[registry.measures[question.measure].fact].noun != resource.noun:
            raise Invalid([Problem(BEHIND, _("This figure is not made of these records."), text)])
        return [_condition(question, params.getlist(CELL), viewer)], []
    except Invalid as error:
        return [], error.problems


def _condition(question: Question, cells: list[str], viewer: Viewer) -> Condition:
    desk = open_desk(viewer)
    key = key_of(question, cells)
    found = desk.behind(question, key)
    if len(found) > MOST:
        message = _("%(count)s records stand behind this figure. Narrow the question to list them.")
        raise Invalid([Problem(BEHIND, message % {"count": words.number(len(found))})])
    parts = [Answering(desk, question).title]
    for dimension, value in zip(question.by, cells if key else (), strict=False):
        one = registry.dimension(dimension, registry.facts[registry.measures[question.measure].fact])
        if value != "*":
            parts.append(value_words(one, desk.words(one), value))
    label = _("behind “%(figure)s”") % {"figure": ", ".join(parts)}
    return Condition((BEHIND, CELL), label, Q(pk__in=found))
