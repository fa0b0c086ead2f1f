"""What a scorecard and a narrative say, as plain frozen data: pages, documents, the API and files all read these.

`queries.scorecard(viewer, framework, period=...)` and `queries.narrative(viewer, framework, period=...)` make them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Behind:
    """Where a value comes from: a place in a return, a question to the measures, or what was laid down."""

    kind: str  # "return", "question", "set"
    label: str
    url: str = ""
    reference: str = ""
    place: str = ""


@dataclass(frozen=True)
class Measured:
    """One value. `value` is the number (percent for a ratio, unrounded); None is missing and `why` says why.

    `words` is the value as it is printed: '3,495', '45 of 100 (45 %)', 'On track', 'Nothing to report', '–'.
    """

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    status: str = ""
    status_label: str = ""
    text: str = ""
    text_english: str = ""
    nil: bool = False
    why: str = ""
    words: str = "–"
    period: str = ""
    version: int = 0
    behind: tuple[Behind, ...] = ()

    @property
    def reported(self) -> bool:
        """Whether there is an answer; a nil return is one."""
        return self.nil or self.value is not None or bool(self.status or self.text) or self.numerator is not None


@dataclass(frozen=True)
class Way:
    """How far the way from baseline to target is gone. `percent` is not cut at 0 or 100; `words` says all."""

    percent: float | None = None
    words: str = ""
    remark: str = ""  # "reached", "exceeded", "moved-away" or ""
    why: str = ""


@dataclass(frozen=True)
class Coverage:
    """Of how many the figure is one: 'words' is '5 of 6 reported'."""

    reported: int
    expected: int
    nil: int
    missing: tuple[str, ...]
    words: str

    @property
    def partial(self) -> bool:
        return 0 < self.reported < self.expected


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    capital: str


@dataclass(frozen=True)
class PlaceFigure:
    """One jurisdiction's value with its own baseline, target and progress."""

    place: Place
    measured: Measured
    baseline: Measured | None
    target: Measured | None
    progress: Way


@dataclass(frozen=True)
class TrendPoint:
    period: str
    label: str
    measured: Measured
    coverage: Coverage
    version: int


@dataclass(frozen=True)
class DefinitionChange:
    """From this period on the indicator means something else."""

    period: str
    label: str
    before: int
    after: int
    note: str


@dataclass(frozen=True)
class CellFigure:
    """A part of the total, region-wide (or of the one jurisdiction asked for)."""

    code: str
    label: str
    measured: Measured
    coverage: Coverage


@dataclass(frozen=True)
class IndicatorCard:
    code: str
    label: str
    title: str
    definition: str
    unit: str
    kind: str
    direction: str
    direction_label: str
    answered_by: str
    origin: str
    version: int
    to_be_verified: bool
    actual: Measured
    baseline: Measured | None
    target: Measured | None
    progress: Way
    coverage: Coverage
    statuses: tuple[tuple[str, str, int], ...]
    places: tuple[PlaceFigure, ...]
    trend: tuple[TrendPoint, ...]
    changes: tuple[DefinitionChange, ...]
    cells: tuple[CellFigure, ...]
    cells_words: str = ""
    url: str = ""


@dataclass(frozen=True)
class GoalCard:
    """A goal with its indicators; number 0 holds indicators that belong to no goal."""

    code: str
    number: int
    title: str
    text: str
    to_be_verified: bool
    indicators: tuple[IndicatorCard, ...] = ()


@dataclass(frozen=True)
class Scorecard:
    framework: str
    title: str
    vision: str
    source: str
    to_be_verified: bool
    period: str
    period_label: str
    jurisdiction: str
    places: tuple[Place, ...]
    goals: tuple[GoalCard, ...]
    periods: tuple[str, ...]
    footnotes: tuple[str, ...]
    illustrative: bool
    run_as: str
    asked_at: str
    url: str = ""

    def indicators(self) -> Iterator[IndicatorCard]:
        for goal in self.goals:
            yield from goal.indicators


@dataclass(frozen=True)
class NarrativeAnswer:
    """What one jurisdiction says on one overall target. `answered` False: it has not reported (or not to you)."""

    place: Place
    answered: bool
    status: str = ""
    status_label: str = ""
    text: str = ""
    text_english: str = ""
    nil: bool = False
    behind: Behind | None = None


@dataclass(frozen=True)
class NarrativeTarget:
    code: str
    label: str
    text: str
    to_be_verified: bool
    answers: tuple[NarrativeAnswer, ...]
    statuses: tuple[tuple[str, str, int], ...]
    coverage: Coverage


@dataclass(frozen=True)
class NarrativeGoal:
    code: str
    number: int
    title: str
    text: str
    to_be_verified: bool
    targets: tuple[NarrativeTarget, ...] = ()


@dataclass(frozen=True)
class Narrative:
    """A half-year's narrative: goal by goal, target by target, jurisdiction by jurisdiction."""

    framework: str
    title: str
    period: str
    period_label: str
    number: int | None
    scale: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    goals: tuple[NarrativeGoal, ...]
    coverage: Coverage
    footnotes: tuple[str, ...]
    illustrative: bool
    to_be_verified: bool = False
    nil_reasons: tuple[tuple[str, str], ...] = field(default=())
