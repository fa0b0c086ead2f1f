"""How values of an indicator are put together, and how far a target is reached. Pure: no Django, no database, no words.

Numbers are exact (`Fraction`), so that no order of adding makes a difference. What is missing stays missing: it is
never read as zero, and every total says of how many it is one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Number = int | Decimal | Fraction
PERCENT = 100


class Across(StrEnum):
    """What becomes of an indicator's values when places, or periods, are put together."""

    SUM = "sum"
    RATIO = "ratio"
    COUNT = "count-with-status"
    LATEST = "latest"
    AVERAGE = "average"
    NONE = "none"


class Direction(StrEnum):
    RISE = "rise"
    FALL = "fall"
    NONE = "none"


class Why(StrEnum):
    """Why there is no figure."""

    NOTHING_REPORTED = "nothing-reported"
    NOT_ADDED_UP = "not-added-up"
    NOTHING_TO_DIVIDE_BY = "nothing-to-divide-by"
    NO_BASELINE = "no-baseline"
    NO_TARGET = "no-target"
    NO_ACTUAL = "no-actual"
    NO_DIRECTION = "no-direction"
    INCOMPLETE = "incomplete"
    TARGET_IS_BASELINE = "target-is-baseline"
    TARGET_AGAINST_DIRECTION = "target-against-direction"


class Remark(StrEnum):
    """What must be said beside a percentage that is not cut off at nought or a hundred."""

    REACHED = "reached"
    EXCEEDED = "exceeded"
    MOVED_AWAY = "moved-away"


@dataclass(frozen=True)
class Given:
    """What was answered: a number, a numerator of a denominator, a status, words, or that there is nothing to report."""

    number: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    status: str = ""
    text: str = ""
    nil: bool = False

    @property
    def is_ratio(self) -> bool:
        return self.numerator is not None and self.denominator is not None

    @property
    def is_answer(self) -> bool:
        """Whether anything was answered at all. A nil return is an answer; an empty one is not."""
        return self.nil or self.number is not None or self.is_ratio or bool(self.status) or bool(self.text)

    @property
    def value(self) -> Fraction | None:
        """The figure: the number, or the ratio in percent; None where it is missing or cannot be computed."""
        return percent_of(self.numerator, self.denominator) if self.is_ratio else self.number


@dataclass(frozen=True)
class Combined:
    """Several answers put together. `partial` says that some are missing: the figure is one of those reported only."""

    given: Given = field(default_factory=Given)
    statuses: Mapping[str, int] = field(default_factory=dict)
    reported: int = 0
    expected: int = 0
    nil: int = 0
    missing: tuple[str, ...] = ()
    why: Why | None = None

    @property
    def value(self) -> Fraction | None:
        return None if self.why else self.given.value

    @property
    def partial(self) -> bool:
        return 0 < self.reported < self.expected


@dataclass(frozen=True)
class Achieved:
    """How much of the way from baseline to target is gone, in percent; or why that cannot be said."""

    percent: Fraction | None = None
    why: Why | None = None
    remark: Remark | None = None


@dataclass(frozen=True)
class Parts:
    """The cells of a disaggregation beside the total they belong to."""

    total: Fraction | None
    sum: Fraction | None

    @property
    def missing(self) -> Fraction | None:
        """What the parts leave unexplained; negative where they exceed the total."""
        return None if self.total is None or self.sum is None else self.total - self.sum

    @property
    def agree(self) -> bool:
        return self.missing == 0

    @property
    def exceed(self) -> bool:
        return self.missing is not None and self.missing < 0


def exact(number: Number | float | str | None) -> Fraction | None:
    """A number as it is added up; None stays None."""
    return None if number is None or number == "" else Fraction(number)


def percent_of(numerator: Number | None, denominator: Number | None) -> Fraction | None:
    """Numerator of denominator in percent; None where one is missing or there is nothing to divide by."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return Fraction(numerator) / Fraction(denominator) * PERCENT


def across_places(rule: Across, given: Mapping[str, Given | None], met: Iterable[str] = ()) -> Combined:
    """The value of a region from those of its places (code -> answer, None where there is none).

    `met` are the statuses that count for `count-with-status`.
    """
    answers = {code: one for code, one in given.items() if one is not None and one.is_answer}
    missing = tuple(code for code in given if code not in answers)
    told = [one for one in answers.values() if not one.nil]
    statuses = Counter(one.status for one in told if one.status)
    combined, why = _put_together(rule, told, frozenset(met))
    return Combined(
        given=combined,
        statuses=dict(statuses),
        reported=len(answers),
        expected=len(given),
        nil=len(answers) - len(told),
        missing=missing,
        why=Why.NOTHING_REPORTED if not told and rule is not Across.NONE else why,
    )


def _put_together(rule: Across, told: Sequence[Given], met: frozenset[str]) -> tuple[Given, Why | None]:
    match rule:
        case Across.SUM:
            numbers = [one.number for one in told if one.number is not None]
            return (Given(number=sum(numbers, Fraction(0))), None) if numbers else (Given(), Why.NOTHING_REPORTED)
        case Across.RATIO:
            return _ratio_of_sums(told)
        case Across.COUNT:
            statuses = [one.status for one in told if one.status]
            number = Fraction(sum(status in met for status in statuses))
            return (Given(number=number), None) if statuses else (Given(), Why.NOTHING_REPORTED)
        case _:
            return Given(), Why.NOT_ADDED_UP


def _ratio_of_sums(told: Sequence[Given]) -> tuple[Given, Why | None]:
    """Numerators and denominators are added apart and divided once: an average of percentages would be wrong."""
    pairs = [
        (one.numerator, one.denominator) for one in told if one.numerator is not None and one.denominator is not None
    ]
    if not pairs:
        return Given(), Why.NOTHING_REPORTED
    numerator = sum((pair[0] for pair in pairs), Fraction(0))
    denominator = sum((pair[1] for pair in pairs), Fraction(0))
    return Given(numerator=numerator, denominator=denominator), None if denominator else Why.NOTHING_TO_DIVIDE_BY


def across_periods(rule: Across, given: Mapping[str, Given | None], *, cumulative: bool = False) -> Combined:
    """The value of a longer period from those of its parts, in order of time.

    What is cumulative already holds what came before: its latest value counts, it is never added up.
    """
    answers = {period: one for period, one in given.items() if one is not None and one.is_answer}
    told = [one for one in answers.values() if not one.nil]
    combined, why = _through_time(Across.LATEST if cumulative and rule is not Across.NONE else rule, told)
    return Combined(
        given=combined,
        reported=len(answers),
        expected=len(given),
        nil=len(answers) - len(told),
        missing=tuple(period for period in given if period not in answers),
        why=Why.NOTHING_REPORTED if not told and rule is not Across.NONE else why,
    )


def _through_time(rule: Across, told: Sequence[Given]) -> tuple[Given, Why | None]:
    if not told:
        return Given(), Why.NOTHING_REPORTED if rule is not Across.NONE else Why.NOT_ADDED_UP
    if rule is Across.LATEST:
        latest = told[-1]
        return latest, Why.NOTHING_TO_DIVIDE_BY if latest.is_ratio and not latest.denominator else None
    if rule in {Across.SUM, Across.AVERAGE} and any(one.is_ratio for one in told):
        return _ratio_of_sums(told)
    numbers = [one.number for one in told if one.number is not None]
    if rule is Across.NONE or not numbers:
        return Given(), Why.NOT_ADDED_UP
    whole = sum(numbers, Fraction(0))
    return Given(number=whole / len(numbers) if rule is Across.AVERAGE else whole), None


def achieved(
    direction: Direction, baseline: Number | None, target: Number | None, actual: Number | None, *, whole: bool = True
) -> Achieved:
    """Percent of the way gone: (actual - baseline) / (target - baseline); (baseline - actual) / (baseline - target) if
    the indicator shall fall. Nothing is cut off: beyond the target is more than a hundred, away from it less than nought.
    A sum that is not `whole` (some have not reported) is not compared with what was laid down for all.
    """
    if direction is Direction.NONE:
        return Achieved(why=Why.NO_DIRECTION)
    for value, why in ((target, Why.NO_TARGET), (baseline, Why.NO_BASELINE), (actual, Why.NO_ACTUAL)):
        if value is None:
            return Achieved(why=why)
    if not whole:
        return Achieved(why=Why.INCOMPLETE)
    start, aim, now = Fraction(baseline or 0), Fraction(target or 0), Fraction(actual or 0)
    sign = 1 if direction is Direction.RISE else -1
    way, gone = (aim - start) * sign, (now - start) * sign
    if way == 0:
        return Achieved(why=Why.TARGET_IS_BASELINE)
    if way < 0:
        return Achieved(why=Why.TARGET_AGAINST_DIRECTION)
    return Achieved(percent=gone / way * PERCENT, remark=_remark(gone, way))


def _remark(gone: Fraction, way: Fraction) -> Remark | None:
    if gone == way:
        return Remark.REACHED
    if gone > way:
        return Remark.EXCEEDED
    return Remark.MOVED_AWAY if gone < 0 else None


def parts_of(total: Number | None, cells: Iterable[Number | None]) -> Parts:
    """The cells of a disaggregation added up, beside their total. Cells that were not given are no zeros."""
    known = [Fraction(cell) for cell in cells if cell is not None]
    return Parts(exact(total), sum(known, Fraction(0)) if known else None)
