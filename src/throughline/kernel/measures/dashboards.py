"""Dashboards: declared by apps as questions without a period; the page asks them of one period and scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_stubs_ext import StrOrPromise

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.charts.chart import Chart
from throughline.kernel.measures import drawing, links, pages, registry, words
from throughline.kernel.measures.answering import Desk
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.ask import open_desk
from throughline.kernel.measures.points import points_of
from throughline.kernel.measures.questions import COMPARISONS, PREVIOUS, Question
from throughline.kernel.periods import Period
from throughline.kernel.ui.figures import Figure


@dataclass(frozen=True)
class Panel:
    """One chart: a measure, how it is sliced, and over how many of the periods before."""

    measure: str
    by: tuple[str, ...]
    title: StrOrPromise = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str = ""
    back: int = 0
    as_map: bool = False

    def question(self, period: Period, scope: str | None) -> Question:
        first = period
        for _step in range(self.back):
            first = first.previous
        whole = Period.parse(f"{first}..{period}") if self.back else period
        return Question.ask(self.measure, by=self.by, where=self.where, period=whole, scope=scope)


@dataclass(frozen=True)
class Dashboard:
    """Key figures and charts of one subject."""

    id: str
    title: StrOrPromise
    figures: tuple[str, ...]
    panels: tuple[Panel, ...]
    points: str = ""


@dataclass(frozen=True)
class Drawn:
    """A panel with its answer."""

    chart: Chart
    answer: Answer
    url: str


@dataclass(frozen=True)
class View:
    """What the page shows."""

    dashboard: Dashboard
    period: Period | None
    scope: str | None
    compare: str
    figures: tuple[Figure, ...] = ()
    panels: tuple[Drawn, ...] = ()
    map: Chart | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def period_words(self) -> str:
        return words.period_words(self.period)

    @property
    def scope_words(self) -> str:
        return str(registry.scopes().get(self.scope or "", ""))

    @property
    def first(self) -> Answer | None:
        return self.answers[0] if self.answers else None


dashboards: dict[str, Dashboard] = {}


def register(*declared: Dashboard) -> None:
    dashboards.update({one.id: one for one in declared})


def view_of(dashboard: Dashboard, viewer: Viewer, given: Mapping[str, Any]) -> View:
    """The dashboard for one viewer, of the period and scope the address names (else the last quarter with data)."""
    desk = open_desk(viewer)
    scopes = list(registry.scopes())
    scope = given["scope"] if given.get("scope") in scopes else next(iter(scopes), None)
    compare = given["compare"] if given.get("compare") in COMPARISONS else PREVIOUS
    latest = pages.latest_period(desk, dashboard.figures[0])
    period = pages.period_or(str(given.get("period", "")), latest)
    if period is None:
        return View(dashboard, None, scope, compare)
    asked = [Question.ask(one, period=period, scope=scope, compare=compare) for one in dashboard.figures]
    answers = tuple(desk.answer(question) for question in asked)
    figures = tuple(pages.figure_of(one) for one in answers)
    drawn = (_drawn(desk, panel, period, scope) for panel in dashboard.panels)
    panels = tuple(one for one in drawn if one is not None)
    chart = None
    if dashboard.points:
        chart = points_of(desk, Question.ask(dashboard.points, period=period, scope=scope))
    return View(dashboard, period, scope, compare, figures, panels, chart, answers)


def _drawn(desk: Desk, panel: Panel, period: Period, scope: str | None) -> Drawn | None:
    answer = desk.answer(panel.question(period, scope))
    title = str(panel.title) or answer.title
    chart = drawing.map_of(answer, title) if panel.as_map else drawing.chart_of(answer, panel.kind, title)
    return Drawn(chart, answer, links.question_url(answer.question)) if chart else None
