"""The figures printed in the programme's own documents, each as a question that the records answer today.

The definitions are data (`data/figures.csv`): an id, what is asked, and what of the answer is given: the value of a
measure, its change on the period before, in how many jurisdictions it is not nought, how many documents were released, or
what another app counts in a way of its
own (`counters`). Nothing here holds a result.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import urlencode

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.ask import ask_all
from throughline.kernel.measures.questions import PREVIOUS, Question
from throughline.kernel.periods import Period
from throughline.publications import counters
from throughline.publications.counters import Counter
from throughline.publications.queries import releases

CHANGE, DOCUMENTS, JURISDICTIONS = "change", "documents", "jurisdictions"


class Documents(NamedTuple):
    """Released documents of a template and scope whose periods lie in a year."""

    template: str
    period: Period
    scope: str

    def to_query(self) -> str:
        """What is counted, in the manner of a question's address."""
        return urlencode({"template": self.template, "period": str(self.period), "scope": self.scope})

    def counted(self, viewer: Viewer) -> Decimal | None:
        """How many such documents were released; a later edition of one is not another."""
        found = releases(viewer).filter(template=self.template, scope=self.scope)
        periods = {Period.parse(period) for period in found.values_list("period", flat=True)}
        inside = [one for one in periods if self.period.covers(one)]
        return Decimal(len(inside)) if periods else None


class Jurisdictions(NamedTuple):
    """In how many jurisdictions a measure is not nought."""

    question: Question

    def to_query(self) -> str:
        return self.question.to_query()

    def counted(self, viewer: Viewer) -> Decimal | None:
        """How many of them have any."""
        if not askable(self.question):
            return None
        found = ask_all([self.question], viewer)[0]
        return Decimal(sum(bool(cell.value) for cell in found.cells)) if found.total.value else None


counters.register(DOCUMENTS, lambda row: Documents(row["of"], Period.parse(row["period"]), row["scope"]))

counters.register(JURISDICTIONS, lambda row: Jurisdictions(question_of(row).but(by=("jurisdiction",))))


class Figure(NamedTuple):
    """One printed figure: its id, what is asked, and what of the answer is given."""

    id: str
    give: str
    question: Question | Counter


class Computed(NamedTuple):
    """A figure with what the records say; `value` is None where they say nothing."""

    figure: Figure
    value: Decimal | None

    @property
    def id(self) -> str:
        return self.figure.id

    @property
    def number(self) -> int | float | None:
        """The value as a plain number, whole where it is."""
        if self.value is None:
            return None
        return int(self.value) if self.value == self.value.to_integral_value() else float(self.value)

    @property
    def question(self) -> str:
        """The question as an address writes it."""
        return self.figure.question.to_query()


def definitions() -> Iterator[Figure]:
    """Every figure that is defined, in the order of the table."""
    text = files("throughline.publications").joinpath("data", "figures.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield Figure(row["id"], row["give"], asked_by(row))


def asked_by(row: dict[str, str]) -> Question | Counter:
    return counters.counter(row) or question_of(row)


def question_of(row: Mapping[str, str]) -> Question:
    return Question.ask(
        row["of"],
        where=dict(pair.split("=", 1) for pair in row["where"].split()),
        period=row["period"],
        scope=row["scope"],
        compare=PREVIOUS if row["give"] == CHANGE else (),
    )


def figures(viewer: Viewer) -> list[Computed]:
    """All figures from one state of the records, as this viewer may see them, rounded as they are printed."""
    wanted = list(definitions())
    answers = answered((figure.question for figure in wanted), viewer)
    return [
        Computed(figure, result(figure, answers.get(figure.question)))
        if isinstance(figure.question, Question)
        else Computed(figure, figure.question.counted(viewer))
        for figure in wanted
    ]


def answered(wanted: Iterable[Question | Counter], viewer: Viewer) -> dict[Question, Answer]:
    """The answers to those of the questions that this installation can be asked."""
    questions = [one for one in dict.fromkeys(wanted) if isinstance(one, Question) and askable(one)]
    return dict(zip(questions, ask_all(questions, viewer), strict=True))


def askable(question: Question) -> bool:
    """Whether this installation knows the measure and the scope at all."""
    try:
        question.checked()
    except Invalid:
        return False
    return True


def result(figure: Figure, answer: Answer | None) -> Decimal | None:
    """The value as printed: counts are whole, and changes are rounded to a whole percent."""
    if answer is None:
        return None
    if figure.give != CHANGE:
        return whole(answer.total.value)
    change = answer.total.change
    return whole(change.percent if change else None)


def whole(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
