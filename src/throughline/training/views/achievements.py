"""The page of achievements: which projects, when, of whom; every figure leads to its records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.charts.chart import Chart
from throughline.kernel.measures import links, pages, registry, words
from throughline.kernel.measures.ask import Desk, open_desk
from throughline.kernel.measures.grid import Entry
from throughline.kernel.measures.pages import Choice as Option
from throughline.kernel.reporting.queries import programmes_for
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.ui.figures import Figure
from throughline.training.achieving import Achievements, Asking, Choice, Lines, Shares, achievements
from throughline.training.choices import ASKED_SEX
from throughline.training.choosing import PARTS, choice_of, projects_for
from throughline.training.targets import ACTIVITIES, PARTICIPATIONS

LABELS = {
    "jurisdiction": gettext_lazy("Jurisdiction"),
    "sex": gettext_lazy("Sex"),
    "sector": gettext_lazy("Sector"),
    "priority": gettext_lazy("Priority"),
    "kind": gettext_lazy("Kind of activity"),
    "component": gettext_lazy("Component"),
}
DOCUMENT = "training-achievements"


@dataclass(frozen=True)
class Select:
    """One choice of the form."""

    name: str
    label: str
    options: tuple[Option, ...]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What projects achieved, for this reader."""
    viewer = viewer_of(request)
    desk = open_desk(viewer)
    projects = projects_for(viewer)
    given = request.GET.dict()
    try:
        named, period = request.GET.getlist("project"), given.get("period", "")
        choice = choice_of(desk, projects, named=named, period=period, parts=given)
    except Invalid as invalid:
        wrong = {"title": _("Training achievements"), "problems": invalid.problems}
        return render(request, "training/achievements.html", wrong, status=400)
    found = achievements(desk, choice)
    offered = list(selects(desk, choice, given))
    narrowed = [one.label for select in offered for one in select.options if one.chosen]
    context: dict[str, Any] = {
        "title": _("Training achievements"),
        "found": found,
        "figures": list(figures(found)),
        "goals": [one for one in (found.activities, found.participations) if one.target],
        "several": len(choice.projects) > 1 or "several" in request.GET,
        "period_words": words.period_words(choice.period) if choice.period else _("the whole time"),
        "projects": [Option(one.code, one.title, one in choice.projects) for one in projects],
        "every": not choice.projects,
        "selects": offered,
        "narrowed": narrowed,
        "periods": pages.period_choices(desk, ACTIVITIES),
        "period": str(choice.period or ""),
        "shares": [(one, share_chart(one)) for one in (found.sectors, *found.sexes) if one.base],
        "place_chart": lines_chart(found.beneficiaries) if found.participations.actual.value else None,
        "document_url": document_url(viewer, choice),
        "question_url": links.question_url(Asking(desk, choice).question(PARTICIPATIONS, "jurisdiction")),
        "reach_url": address("training-multiplication"),
    }
    return render(request, "training/achievements.html", context)


def selects(desk: Desk, choice: Choice, given: Mapping[str, Any]) -> Iterator[Select]:
    """The parts one may ask for, in the words of their dimension."""
    fact = registry.facts["training_place"]
    scopes = [one.scope.code for one in choice.projects]
    for name, label in LABELS.items():
        dimension = PARTS[name]
        known = dict(desk.words(registry.dimension(dimension, fact)))
        if name == "jurisdiction" and scopes:
            known = {code: label for scope in scopes for code, label in desk.places(scope, None).items()}
        if name == "sex":
            known = {code: label for code, label in known.items() if code in ASKED_SEX}
        if name == "component":
            own = {one.code for project in choice.projects for one in project.components.all()}
            known = {code: label for code, label in known.items() if code in own}
        chosen = given.get(name, "")
        if known:
            options = (Option(code, str(label), code == chosen) for code, label in known.items())
            yield Select(name, str(label), tuple(options))


def figures(found: Achievements) -> Iterator[Figure]:
    """The headline: what was held against what was planned, and how many different people that were."""
    for one in (found.activities, found.participations):
        direction = 0 if one.over is None else (one.over > 0) - (one.over < 0)
        against = _("the target of %(target)s") % {"target": one.target_text} if one.target else ""
        change = {"change": one.over_text, "compared_with": against, "direction": direction} if one.over_text else {}
        yield _figure(one.label, one.actual, base=one.reached_text, **change)
    yield _figure(_("Different persons"), found.persons)
    if found.rate and found.plan:
        planned = found.plan.total.first.text
        base = _("%(done)s of %(planned)s activities planned were held") % {
            "done": found.activities.actual.text, "planned": planned,
        }  # fmt: skip
        yield _figure(_("Implementation rate"), found.rate, base=base)


def _figure(label: str, one: Entry, **more: Any) -> Figure:
    return Figure(label=label, value=one.value, text=one.text, url=one.url, reason=one.why, **more)


def address(name: str) -> str:
    """An address of another part of training; '' where this installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def share_chart(shares: Shares) -> Chart:
    rows = [
        {"part": one.label, "percent": None if one.percent is None else round(one.percent), "url": one.count.url}
        for one in shares.parts
    ]
    labels = {"part": shares.label, "percent": _("Share of participations")}
    keys = {one.label: one.code for one in shares.parts}
    return Chart("bar", shares.label, rows, "part", "percent", unit="%", labels=labels, keys=keys)


def lines_chart(found: Lines) -> Chart:
    rows = [{"place": one.label, "value": one.first.value, "url": one.first.url} for one in found.lines]
    labels = {"place": found.label, "value": found.heads[0]}
    title = _("Participations by beneficiary")
    keys = {one.label: one.code for one in found.lines}
    return Chart("bar", title, rows, "place", "value", unit=_("participations"), labels=labels, keys=keys)


def document_url(viewer: Viewer, choice: Choice) -> str:
    """Where the document of this project is built; '' for those who build none, and for what is no one project."""
    if len(choice.projects) != 1 or choice.where:
        return ""
    project = choice.projects[0]
    if project.programme not in programmes_for(viewer):
        return ""
    period = choice.period or f"{project.starts_on.year}..{project.ends_on.year}"
    asked = {"programme": project.programme_id, "template": DOCUMENT, "period": period, "scope": project.scope.code}
    return f"{reverse('report-build')}?{urlencode(asked)}"
