"""The values of indicators that are computed: asked of the measures, in one pass, as the viewer may know them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.ask import open_desk
from throughline.kernel.measures.declare import Kind as MeasureKind
from throughline.kernel.measures.questions import Question
from throughline.kernel.periods import Half, Month, Period, Quarter, Year
from throughline.results.arithmetic import Given, exact
from throughline.results.choices import AnsweredBy as By
from throughline.results.reading import REGION
from throughline.results.scales import NotAScaleError, conditions

if TYPE_CHECKING:
    from throughline.kernel.measures.answers import Answer, Cell
    from throughline.results.models import IndicatorVersion

TIMES: dict[type[Period], str] = {Year: "year", Half: "half", Quarter: "quarter", Month: "month"}


@dataclass(frozen=True)
class Computed:
    """The answers to one computed indicator by place and period, and how to ask for one of them again."""

    question: Question | None
    values: Mapping[tuple[str, str], Given]
    illustrative: bool = False
    why: str = ""

    def url(self, period: Period, place: str = "") -> str:
        """The address of the question behind one value: that of a jurisdiction, or of the region."""
        if self.question is None:
            return ""
        asked = self.question.but(by=(), period=period)
        if place:
            asked = asked.only(jurisdiction=place)
        return f"{reverse('question')}?{asked.to_query()}"


NOTHING = Computed(None, {})


def question_of(definition: "IndicatorVersion", *, by: Iterable[str], period: Period, scope: str) -> Question:
    """What is asked for a computed indicator; Invalid if its measure cannot be asked so."""
    try:
        where = conditions(definition.where)
    except NotAScaleError as error:
        raise Invalid([]) from error
    return Question.ask(definition.measure, by=by, where=where, period=period, scope=scope).checked()


def ask_for(
    viewer: Viewer, definitions: Mapping[str, "IndicatorVersion"], *, periods: list[Period], scope: str
) -> dict[str, Computed]:
    """The computed indicators (by code) over some periods of one kind, all from one state of the records."""
    if not definitions or not periods:
        return {}
    time = TIMES.get(type(periods[0]), "")
    whole = periods[0] if len(periods) == 1 else Period.parse(f"{periods[0]}..{periods[-1]}")
    desk = open_desk(viewer)
    found = {}
    for code, definition in definitions.items():
        try:
            # Of the region as one, also what has no jurisdiction counts: a course that was held online.
            one = definition.answered_by == By.SECRETARIAT
            by = tuple(name for name in ("" if one else "jurisdiction", time) if name)
            asked = question_of(definition, by=by, period=whole, scope="" if one else scope)
        except Invalid as invalid:
            found[code] = Computed(None, {}, why="; ".join(problem.message for problem in invalid.problems))
            continue
        answer = desk.answer(asked)
        found[code] = Computed(asked, _values(answer, str(whole)), answer.illustrative)
    return found


def _values(answer: "Answer", whole: str) -> dict[tuple[str, str], Given]:
    """Place and period -> value, of the cells that have one. A question without places is of the region."""
    values = {}
    axes = answer.question.by
    for cell in answer.cells if axes else (answer.total,):
        keys = dict(zip(axes, cell.keys, strict=True)) if axes else {}
        place = keys.get("jurisdiction") if "jurisdiction" in axes else REGION
        period = next((key for name, key in keys.items() if name != "jurisdiction"), whole)
        if place is not None and cell.value is not None:
            values[place, str(period)] = _given(cell, answer.kind)
    return values


def _given(cell: "Cell", kind: MeasureKind) -> Given:
    if kind is MeasureKind.SHARE:
        return Given(numerator=exact(cell.numerator), denominator=exact(cell.denominator))
    return Given(number=exact(cell.value))
