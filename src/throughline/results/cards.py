"""One indicator on a scorecard: what was set, what is, of how many, and how it went. Reads nothing by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from throughline.kernel.periods import Period
from throughline.results import words
from throughline.results.arithmetic import (
    Across,
    Combined,
    Direction,
    Given,
    Why,
    achieved,
    across_places,
    parts_of,
)
from throughline.results.choices import AnsweredBy as By
from throughline.results.choices import Kind, Origin
from throughline.results.computed import NOTHING, Computed
from throughline.results.models import Baseline, Indicator, IndicatorVersion, Target
from throughline.results.reading import NOT_ANSWERED, REGION, Answer, Reported, set_answer, valid_version
from throughline.results.scorecards import (
    Behind,
    CellFigure,
    Coverage,
    DefinitionChange,
    IndicatorCard,
    Measured,
    Place,
    PlaceFigure,
    TrendPoint,
    Way,
)


@dataclass(frozen=True)
class Frame:
    """What all indicators of a scorecard share."""

    period: Period
    trend: tuple[Period, ...]
    baseline: Period | None
    places: tuple[Place, ...]
    whole: bool
    cells: bool = True  # whether the parts of the values were read

    @property
    def names(self) -> dict[str, str]:
        return {one.code: one.name for one in self.places} | {REGION: ""}


@dataclass(frozen=True)
class Regional:
    """The value of all places together in one period."""

    combined: Combined
    answer: Answer


class Card:
    """Makes the card of one indicator from its rows."""

    def __init__(
        self,
        indicator: Indicator,
        versions: Mapping[int, IndicatorVersion],
        frame: Frame,
        *,
        values: Reported,
        computed: Computed = NOTHING,
        baselines: list[Baseline],
        targets: list[Target],
    ) -> None:
        self.indicator, self.versions, self.frame = indicator, versions, frame
        self.values, self.computed = values, computed
        found = valid_version(versions, frame.period)
        self.definition = found or IndicatorVersion(indicator=indicator, title=indicator.label)
        self.baselines = {_place(row): row for row in baselines}
        self.targets = {(_place(row), row.period): row for row in targets}
        self.scale = self.definition.scale
        self.url = reverse("scorecard-indicator", args=[indicator.framework.code, indicator.code])

    @property
    def by_secretariat(self) -> bool:
        return self.definition.answered_by == By.SECRETARIAT

    @property
    def codes(self) -> tuple[str, ...]:
        """The places expected to have a value: each jurisdiction, or the region as one."""
        return (REGION,) if self.by_secretariat else tuple(one.code for one in self.frame.places)

    def answer(self, place: str, period: Period, cell: str = "") -> Answer:
        if self.definition.origin == Origin.COMPUTED:
            given = None if cell else self.computed.values.get((place, str(period)))
            if given is None:
                return NOT_ANSWERED
            behind = Behind("question", self.definition.measure, self.computed.url(period, place))
            return Answer(given, version=self.definition.number, behind=(behind,))
        rule = Across(self.definition.across_periods)
        return self.values.at(place, period, rule, cumulative=self.definition.cumulative, cell=cell)

    def start(self, place: str) -> Answer | None:
        """The baseline of a place: as laid down, or the value of the framework's baseline period."""
        if place in self.baselines:
            return set_answer(self.baselines[place], self.baselines[place].code, self.url)
        if self.frame.baseline is None:
            return None
        found = self.answer(place, self.frame.baseline)
        return found if found.given.is_answer else None

    def aim(self, place: str) -> Answer | None:
        """The target of a place for the period, else the one for the whole time: as set, never added up."""
        row = self.targets.get((place, str(self.frame.period))) or self.targets.get((place, ""))
        return set_answer(row, row.code, self.url) if row else None

    def together(self, answers: Mapping[str, Answer | None]) -> Regional:
        """The places put together by the indicator's own rule; a single place stands for itself."""
        given = {code: one.given if one else None for code, one in answers.items()}
        rule = Across(self.definition.across_places)
        if len(answers) == 1 and (self.by_secretariat or not self.frame.whole):
            only = next(iter(answers.values())) or NOT_ANSWERED
            combined = across_places(Across.NONE, given)
            why = None if only.given.is_answer else Why.NOTHING_REPORTED
            return Regional(_but(combined, only.given, why), only)
        combined = across_places(rule, given, self.definition.statuses_met)
        known = [one for one in answers.values() if one is not None and one.given.is_answer]
        behind = tuple(behind for one in known for behind in one.behind)
        version = max((one.version for one in known), default=0)
        return Regional(combined, Answer(combined.given, version=version, behind=behind))

    def at(self, period: Period, cell: str = "") -> Regional:
        return self.together({code: self.answer(code, period, cell) for code in self.codes})

    def shown(self, found: Regional, period: str) -> Measured:
        behind = found.answer.behind
        if self.definition.origin == Origin.COMPUTED and self.frame.whole and period:
            behind = (Behind("question", self.definition.measure, self.computed.url(Period.parse(period))),)
        return words.measured(
            found.combined.given,
            self.scale,
            why=found.combined.why,
            text_english=found.answer.text_english,
            period=period,
            version=found.answer.version,
            behind=behind,
        )

    def coverage(self, found: Regional) -> Coverage:
        return words.coverage(found.combined, self.frame.names)

    def single(self, answer: Answer | None, period: str = "") -> Measured | None:
        if answer is None:
            return None
        return words.measured(
            answer.given,
            self.scale,
            text_english=answer.text_english,
            period=period,
            version=answer.version,
            behind=answer.behind,
        )

    def way(self, start: Given | None, aim: Given | None, now: Given | None, partial: str = "") -> Way:
        if self.definition.kind == Kind.TEXT or self.definition.direction == Direction.NONE:
            return Way()
        if self.definition.kind == Kind.STATUS and not self.frame.whole:
            return Way()
        values = [one.value if one else None for one in (start, aim, now)]
        summed = self.frame.whole and self.definition.across_places == Across.SUM
        found = achieved(Direction(self.definition.direction), *values, whole=not (partial and summed))
        return words.way(found, partial=partial)

    def place(self, place: Place) -> PlaceFigure:
        answer, start, aim = self.answer(place.code, self.frame.period), self.start(place.code), self.aim(place.code)
        way = Way()
        if self.definition.kind in {Kind.COUNT, Kind.RATIO}:
            way = self.way(start.given if start else None, aim.given if aim else None, answer.given)
        shown = self.single(answer, str(self.frame.period)) or Measured()
        return PlaceFigure(place, shown, self.single(start), self.single(aim), way)

    def trend(self) -> tuple[TrendPoint, ...]:
        points = []
        for period in self.frame.trend:
            found = self.at(period)
            valid = valid_version(self.versions, period)
            version = found.answer.version or (valid.number if valid else 0)
            shown, coverage = self.shown(found, str(period)), self.coverage(found)
            points.append(TrendPoint(str(period), words.period_label(period), shown, coverage, version))
        return tuple(points)

    def changes(self, trend: tuple[TrendPoint, ...]) -> tuple[DefinitionChange, ...]:
        """Where on the trend the indicator began to mean something else."""
        return tuple(
            DefinitionChange(
                later.period, later.label, earlier.version, later.version, self.versions[later.version].change_note
            )
            for earlier, later in pairwise(trend)
            if earlier.version != later.version and later.version in self.versions
        )

    def cells(self, total: Regional) -> tuple[tuple[CellFigure, ...], str]:
        figures = []
        for code, label in self.definition.cells.items():
            found = self.at(self.frame.period, code)
            figures.append(CellFigure(code, label, self.shown(found, ""), self.coverage(found)))
        parts = parts_of(total.combined.value, [_number(one.measured) for one in figures])
        is_count = self.definition.kind == Kind.COUNT
        return tuple(figures), words.parts_words(parts) if figures and is_count else ""

    def made(self) -> IndicatorCard:
        """The whole card."""
        now = self.at(self.frame.period)
        starts = {code: self.start(code) for code in self.codes}
        own = REGION if self.frame.whole or self.by_secretariat else self.codes[0]
        start = self.start(own) if own in self.baselines else None
        begun = self.together(starts)
        start_given = start.given if start else begun.combined.given if begun.combined.why is None else None
        has_start = start is not None or begun.combined.reported > 0
        aim = self.aim(own)
        coverage, trend = self.coverage(now), self.trend()
        cells, cells_words = self.cells(now) if self.frame.cells else ((), "")
        actual = now.combined.given if now.combined.why is None else None
        definition = self.definition
        return IndicatorCard(
            code=self.indicator.code,
            label=self.indicator.label,
            title=definition.title,
            definition=definition.definition,
            unit=definition.unit,
            kind=definition.kind,
            direction=definition.direction,
            direction_label=str(definition.get_direction_display()),
            answered_by=definition.answered_by,
            origin=definition.origin,
            version=definition.number,
            to_be_verified=definition.to_be_verified or self.indicator.to_be_verified,
            actual=self.shown(now, str(self.frame.period)),
            baseline=(self.single(start) if start else self.shown(begun, "")) if has_start else None,
            target=self.single(aim),
            progress=self.way(
                start_given, aim.given if aim else None, actual, coverage.words if coverage.partial else ""
            ),
            coverage=coverage,
            statuses=counted(self.scale, now.combined.statuses),
            places=() if self.by_secretariat else tuple(self.place(one) for one in self.frame.places),
            trend=trend,
            changes=self.changes(trend),
            cells=cells,
            cells_words=cells_words,
            url=self.url,
        )


def _place(row: Baseline | Target) -> str:
    return row.jurisdiction.code if row.jurisdiction else REGION


def _but(combined: Combined, given: Given, why: Why | None) -> Combined:
    return Combined(given, combined.statuses, combined.reported, combined.expected, combined.nil, combined.missing, why)


def _number(shown: Measured) -> int | None:
    return None if shown.value is None else int(shown.value) if shown.value == int(shown.value) else None


def counted(scale: Mapping[str, str], found: Mapping[str, int]) -> tuple[tuple[str, str, int], ...]:
    """Each status of the scale with how many places have it, then any other that was given."""
    known = [(code, label, found.get(code, 0)) for code, label in scale.items()]
    return (*known, *((code, code, count) for code, count in found.items() if code not in scale))
