"""The arithmetic of evaluation: rates with their base, points of a test, what was answered to a question. Pure.

Missing is not zero: who did not answer is in no mean, and a rate over nothing is no number.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from statistics import median

from throughline.kernel.rounds.forms.definition import MEDIA, Form, Question, Repeat
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.text import fold

RIGHT = "right"  # the column bind::throughline:right of a form
SCORE, MOST = "score", "score_most"  # calculations a form may have instead
TENTH, CENT = Decimal("0.1"), Decimal("0.01")
Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Rate:
    """A part of a whole."""

    part: int
    of: int

    @property
    def percent(self) -> Decimal | None:
        """To one decimal, halves up; None where there is no whole."""
        return rounded(Decimal(100) * self.part / self.of, TENTH) if self.of else None


def rounded(value: Decimal, to: Decimal = CENT) -> Decimal:
    return value.quantize(to, ROUND_HALF_UP)


def mean(values: Iterable[Decimal]) -> Decimal | None:
    """To two decimals; None of nothing."""
    there = list(values)
    return rounded(sum(there, Decimal(0)) / len(there)) if there else None


# Tests


@dataclass(frozen=True)
class Points:
    """What a test gave, of how much where that is known."""

    points: Decimal
    most: Decimal | None = None

    @property
    def value(self) -> Decimal:
        """What is compared: percent of the most, or the points where there is no most."""
        return rounded(Decimal(100) * self.points / self.most) if self.most else self.points


def scorable(form: Form) -> bool:
    """Whether the form says what is right, or computes a score."""
    return SCORE in form.items or any(RIGHT in one.extra for one in form.questions())


def score(form: Form, answers: Mapping[str, str]) -> Points | None:
    """The points of one respondent. None where the form has no right answers, or its score came to nothing.

    A question left empty in a test that was taken gives no point; a test that was not taken has no points at all.
    """
    found = evaluate(form, answers)
    if SCORE in form.items:
        points, most = (_number(stands.value if (stands := found.at(name)) else "") for name in (SCORE, MOST))
        return None if points is None else Points(points, most)
    tested = [one for one in found.places if RIGHT in one.item.extra and one.relevant]
    if not tested:
        return None
    right = sum(is_right(one.question, one.value) for one in tested)
    return Points(Decimal(right), Decimal(len(tested)))


def is_right(question: Question, value: str) -> bool:
    """Whether an answer is the one declared; of a text any of those separated by a bar."""
    right = question.extra.get(RIGHT, "").strip()
    if not value:
        return False
    if question.kind == "select-many":
        return set(value.split()) == set(right.split())
    expected, given = _number(right), _number(value)
    if expected is not None and given is not None:
        return expected == given
    return fold(value.strip()) in {fold(one.strip()) for one in right.split("|")}


@dataclass(frozen=True)
class Gains:
    """Before and after, in those who did both; and how many did one."""

    pairs: tuple[tuple[Decimal, Decimal], ...]
    before: int
    after: int

    @property
    def mean(self) -> Decimal | None:
        return mean(self._gains)

    @property
    def median(self) -> Decimal | None:
        return rounded(Decimal(median(self._gains))) if self.pairs else None

    @property
    def mean_before(self) -> Decimal | None:
        return mean(one for one, _after in self.pairs)

    @property
    def mean_after(self) -> Decimal | None:
        return mean(after for _before, after in self.pairs)

    @property
    def base(self) -> int:
        return len(self.pairs)

    @property
    def _gains(self) -> list[Decimal]:
        return [after - before for before, after in self.pairs]


# What was answered


@dataclass(frozen=True)
class Summary:
    """What was answered to one question."""

    path: str
    label: str
    kind: str
    answers: int
    mean: Decimal | None = None
    counts: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()
    withheld: bool = False

    @property
    def shares(self) -> list[tuple[str, int, Decimal | None]]:
        """Each choice with its number and its share of those who answered the question."""
        return [(label, count, Rate(count, self.answers).percent) for label, count in self.counts]


def unaskable(form: Form) -> bool:
    """Whether a form has what one page without an account cannot take: rows to be added, files, pictures."""
    kinds = {one.kind for one in form.questions()}
    return bool(form.files() or kinds & MEDIA or any(isinstance(one, Repeat) for one in form.items.values()))


def kept(found: Evaluation) -> dict[str, str]:
    """The answers a person gave; not what a form writes down by itself, such as the time."""
    return {one.place: one.value for one in found.places if one.answered}


def columns(sheets: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Question -> its answers, sorted: what belonged together no longer does."""
    found: dict[str, list[str]] = {}
    for sheet in sheets:
        for path, value in sheet.items():
            found.setdefault(path, []).append(value)
    return {path: sorted(values) for path, values in found.items()}


def summaries(form: Form, given: Columns, *, language: str = "", least: int = 1, texts: bool = True) -> list[Summary]:
    """Each question that is asked, in the order of the form. Fewer than `least` answers to it are not broken down."""
    asked = [one for one in form.questions() if one.asked]
    made = [_summary(one, list(given.get(one.path, ())), language, least) for one in asked]
    return [one for one in made if texts or one.kind != "text"]


def _summary(question: Question, values: list[str], language: str, least: int) -> Summary:
    kind = _kind(question)
    found = Summary(question.path, question.label(language) or question.name, kind, len(values))
    if kind == "text":
        return replace(found, texts=tuple(values))
    if len(values) < least:
        return replace(found, withheld=bool(values))
    numbers = [one for value in values if (one := _number(value)) is not None] if kind in {"scale", "number"} else []
    counts: tuple[tuple[str, int], ...] = ()
    if kind in {"scale", "choice"}:
        counted = Counter(one for value in values for one in (value.split() if _many(question) else [value]))
        counts = tuple((one.label, counted[one.value]) for one in question.choices(language))
    return replace(found, mean=mean(numbers), counts=counts)


def _many(question: Question) -> bool:
    return question.kind in {"select-many", "rank"}


def _kind(question: Question) -> str:
    """How it is summed up: a scale has a mean and counts, a choice counts, a number a mean, a text its words."""
    if question.kind in {"integer", "decimal", "range"}:
        return "number"
    if question.kind == "select-one":
        codes = [_number(one.value) for one in question.listed]
        return "scale" if sum(code is not None for code in codes) > 1 else "choice"
    return "choice" if question.kind in {"select-many", "rank", "acknowledge"} else "text"


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None
