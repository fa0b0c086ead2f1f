"""The figures printed in the programme's own documents, each as a question that the records answer today.

The definitions are data (`data/figures.csv`): an id, the question, and whether its value or its change on
the period before is given. Nothing here holds a result.
"""

import csv
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import NamedTuple

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.ask import ask_all
from throughline.kernel.measures.questions import PREVIOUS, Question

CHANGE = "change"


class Figure(NamedTuple):
    """One printed figure: its id and the question behind it."""

    id: str
    give: str
    question: Question


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
        question = Question.ask(
            row["measure"],
            where=dict(pair.split("=", 1) for pair in row["where"].split()),
            period=row["period"],
            scope=row["scope"],
            compare=PREVIOUS if row["give"] == CHANGE else (),
        )
        yield Figure(row["id"], row["give"], question)


def figures(viewer: Viewer) -> list[Computed]:
    """All figures from one state of the records, as this viewer may see them, rounded as they are printed."""
    wanted = [figure for figure in definitions() if askable(figure.question)]
    answers = ask_all([figure.question for figure in wanted], viewer)
    return [Computed(figure, result(figure, answer)) for figure, answer in zip(wanted, answers, strict=True)]


def askable(question: Question) -> bool:
    """Whether this installation knows the measure and the scope at all."""
    try:
        question.checked()
    except Invalid:
        return False
    return True


def result(figure: Figure, answer: Answer) -> Decimal | None:
    """The value as printed: counts are whole, and changes are rounded to a whole percent."""
    if figure.give != CHANGE:
        return whole(answer.total.value)
    change = answer.total.change
    return whole(change.percent if change else None)


def whole(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
