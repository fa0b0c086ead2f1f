"""The records of a question as points on a map."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from throughline.kernel.charts.chart import Chart
from throughline.kernel.measures import plans, registry, words
from throughline.kernel.measures.answering import Answering, Desk
from throughline.kernel.measures.questions import Question


def points_of(desk: Desk, question: Question) -> Chart:
    """Where the records of a question lie, those without a position left out and counted."""
    asked = Answering(desk, question.checked())
    plan = asked.plan((), question.period)
    found = plans.points(plan, asked.versions)
    fact = registry.facts[registry.measures[question.measure].fact]
    label = next(one for one in registry.dimensions.values() if one.name == fact.point_label)
    known = desk.words(label)
    rows = [
        {
            "label": str(known.get(code, code)),
            "text": day.isoformat(),
            "lon": longitude,
            "lat": latitude,
            "value": 1,
            "url": _record_url(fact.noun, key),
        }
        for key, latitude, longitude, code, day in found
    ]
    total = plans.cells(plan, asked.versions).get((), plans.NOTHING).rows
    note = _("%(shown)s of %(all)s records have a position and are shown.") % {
        "shown": words.number(len(rows)),
        "all": words.number(total),
    }
    labels = {"label": str(label.label), "value": asked.measure.label}
    places = dict(desk.places(question.scope, question.period)) if question.scope else {}
    return Chart("points", asked.title, rows, "label", "value", note=note, labels=labels, places=places)  # type: ignore[arg-type]


def _record_url(noun: str, key: bytes) -> str:
    try:
        return reverse(f"{noun}-detail", args=[str(UUID(bytes=key))])
    except NoReverseMatch:
        return ""
