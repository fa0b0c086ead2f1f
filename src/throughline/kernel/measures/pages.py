"""What the page of a question shows: the choices, and the answer in its four forms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import drawing, links, registry, words
from throughline.kernel.measures.answering import Answering, Desk
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.ask import open_desk
from throughline.kernel.measures.declare import Dimension
from throughline.kernel.measures.grid import Grid, grid_of
from throughline.kernel.measures.questions import COMPARISONS, MOST_DIMENSIONS, PREVIOUS, Question
from throughline.kernel.periods import Month, NotAPeriodError, Period, Quarter, Year
from throughline.kernel.ui.figures import Figure

NONE = ""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool = False
    group: str = ""


@dataclass(frozen=True)
class Filter:
    """The values of one dimension that may be required."""

    label: str
    choices: tuple[Choice, ...]

    @property
    def open(self) -> bool:
        return any(one.chosen for one in self.choices)


@dataclass(frozen=True)
class Form:
    """The choices of a question, as a form that works without JavaScript."""

    measures: tuple[Choice, ...]
    dimensions: tuple[tuple[Choice, ...], ...]
    scopes: tuple[Choice, ...]
    comparisons: tuple[Choice, ...]
    charts: tuple[Choice, ...]
    filters: tuple[Filter, ...]
    period: str
    periods: tuple[Choice, ...]
    description: str


@dataclass(frozen=True)
class Page:
    form: Form
    problems: tuple[Problem, ...] = ()
    question: Question | None = None
    answer: Answer | None = None
    figure: Figure | None = None
    grid: Grid | None = None
    chart: Any = None
    map: Any = None


def page_for(given: QueryDict, viewer: Viewer) -> Page:
    """The page of an address: the answer, or what stands in its way."""
    desk = open_desk(viewer)
    try:
        question = Question.from_query(list(_pairs(given))) if given.get("measure") else None
        answer = desk.answer(question) if question else None
    except Invalid as error:
        return Page(_form(_readable(given), desk, given), tuple(error.problems))
    if question is None or answer is None:
        return Page(_form(None, desk, given))
    return Page(
        _form(question, desk, given),
        question=question,
        answer=answer,
        figure=figure_of(answer),
        grid=grid_of(answer),
        chart=drawing.chart_of(answer, given.get("chart", "")),
        map=drawing.map_of(answer),
    )


def figure_of(answer: Answer, label: str = "", url: str = "") -> Figure:
    """The total of an answer as a figure, with base, coverage and the first comparison."""
    total = answer.total
    compared = total.comparisons[0] if total.comparisons else None
    change = compared.change if compared else None
    return Figure(
        label=label or answer.label,
        value=total.value,
        text="" if total.value is None else words.figure(total.value, answer.kind),
        unit="" if answer.unit == "%" else answer.unit,
        base=answer.base,
        change=compared.words if compared else "",
        compared_with=compared.label if compared and change else "",
        direction=0 if change is None else (change.difference > 0) - (change.difference < 0),
        coverage=answer.coverage.words,
        url=url or (links.records_url(answer.question) if total.value else ""),
        reason=total.why,
    )


def _pairs(given: QueryDict) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, values in given.lists() for value in values)


def _readable(given: QueryDict) -> Question | None:
    """As much of a question as can be kept in the form while the rest is put right."""
    measure = str(given.get("measure", ""))
    if measure not in registry.measures:
        return None
    allowed = registry.dimensions_of(registry.measures[measure])
    by = [one for one in given.getlist("by") if one in allowed][:MOST_DIMENSIONS]
    scope = given.get("scope")
    return Question.ask(measure, by=by, scope=scope if scope in registry.scopes() else None)


def _form(question: Question | None, desk: Desk, given: QueryDict) -> Form:
    measure = registry.measures.get(question.measure if question else "") or next(iter(registry.measures.values()))
    allowed = registry.dimensions_of(measure)
    scopes = registry.scopes()
    scope = question.scope if question else next(iter(scopes), None)
    compare = question.compare if question else ()
    return Form(
        measures=tuple(
            Choice(one.id, str(one.label), one is measure, str(one.group)) for one in registry.measures.values()
        ),
        dimensions=tuple(_dimension_choices(question, allowed, at) for at in range(MOST_DIMENSIONS)),
        scopes=(
            Choice(NONE, _("everywhere"), question is not None and scope is None),
            *(Choice(code, str(label), code == scope) for code, label in scopes.items()),
        ),
        comparisons=tuple(
            Choice(
                one, _("the period before") if one == PREVIOUS else _("the same period a year earlier"), one in compare
            )
            for one in COMPARISONS
        ),
        charts=_chart_choices(given.get("chart", "")),
        filters=tuple(_filters(question, desk, allowed)),
        period=given.get("period", str(question.period) if question and question.period else ""),
        periods=tuple(period_choices(desk, measure.id)),
        description=str(measure.description or measure.base_label),
    )


def _dimension_choices(question: Question | None, allowed: Mapping[str, Dimension], at: int) -> tuple[Choice, ...]:
    chosen = question.by[at] if question and len(question.by) > at else NONE
    return (
        Choice(NONE, _("nothing further") if at else _("nothing"), chosen == NONE),
        *(Choice(one.id, str(one.label), one.id == chosen) for one in allowed.values()),
    )


def _chart_choices(chosen: str) -> tuple[Choice, ...]:
    names = {
        NONE: _("what fits best"),
        "bar": _("bars"),
        "column": _("columns"),
        "line": _("lines"),
        "stacked": _("stacked bars"),
        "heat": _("heat map"),
    }
    return tuple(Choice(value, label, value == chosen) for value, label in names.items())


def _filters(question: Question | None, desk: Desk, allowed: Mapping[str, Dimension]) -> Iterable[Filter]:
    where = dict(question.where) if question else {}
    for name in allowed:
        dimension = allowed[name]
        known = desk.words(dimension)
        wanted = where.get(name, ())
        if dimension.place:
            known = desk.places(question.scope if question else None, question.period if question else None)
        if dimension.time or (not known and not wanted):
            continue
        known = {**known, **{value: value for value in wanted if value not in known}}
        choices = (Choice(f"{name}:{code}", str(label), code in wanted) for code, label in known.items())
        yield Filter(str(dimension.label), tuple(choices))


def period_choices(desk: Desk, measure: str) -> list[Choice]:
    """Years and quarters in which anything was counted, latest first: what a reader may want to pick."""
    reported = Answering(desk, Question.ask(measure, by="quarter")).reported(None)
    quarters = sorted({str(key[1]) for key in reported.found if key[1]}, reverse=True)
    years = sorted({text[:4] for text in quarters}, reverse=True)
    return [Choice(text, words.period_words(Period.parse(text))) for text in (*years, *quarters)]


def latest_period(desk: Desk, measure: str, kind: type[Year] | type[Quarter] | type[Month] = Quarter) -> Period | None:
    """The last quarter (or year, or month) in which anything was counted that the viewer may read."""
    name = kind.__name__.lower()
    reported = Answering(desk, Question.ask(measure, by=name)).reported(None)
    found = [str(key[1]) for key in reported.found if key[1]]
    return Period.parse(max(found)) if found else None


def period_or(text: str, otherwise: Period | None) -> Period | None:
    """The period of an address, or the one to show where it names none."""
    try:
        return Period.parse(text) if text else otherwise
    except NotAPeriodError as error:
        raise Invalid([Problem("period", str(error), text)]) from error
