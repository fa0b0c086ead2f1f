"""A monitor as a page, made from its public content alone: key figures, tables, what came before."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from throughline.kernel.periods import Period
from throughline.kernel.ui.formats import MISSING, number
from throughline.portal.words import Words
from throughline.reference.models import Jurisdiction
from throughline.reference.queries import footnotes

SHOWN, WITHHELD, MISSING_STATUS = "shown", "withheld", "missing"
LONG = 3  # periods, from which on something is told over time
PAIR = 2  # conditions of a table that is cut both ways
WIDEST = 100  # of a bar, in its own units
SET = "+"  # between values that are taken together
# What a reader looks for first; whatever else there is stands after it.
FIRST_MEASURES = (
    "incidents",
    "people-killed",
    "people-injured",
    "people-threatened",
    "people-suicide",
    "seizures",
    "large-seizures",
    "victims",
    "perpetrators",
    "persons",
)


@dataclass(frozen=True)
class Value:
    """One figure as it is printed."""

    id: str
    text: str
    status: str
    number: int | None = None
    bar: float | None = None


@dataclass(frozen=True)
class Line:
    label: str
    values: tuple[Value | None, ...]
    total: bool = False


@dataclass(frozen=True)
class Table:
    """A caption, its heads, its lines; `bars` says that the first column is drawn too."""

    id: str
    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    bars: bool = False


@dataclass(frozen=True)
class KeyFigure:
    label: str
    value: Value


class Monitor:
    """The public content of one release, in the words of one language."""

    def __init__(self, content: Mapping[str, Any], words: Words) -> None:
        self.content, self.words = content, words
        self.period = content["period"]
        self.in_order = sorted(content["figures"], key=lambda one: rank(one["measure"]))
        self.figures = {self._place(one): one for one in self.in_order}

    # ---- what it is

    @property
    def title(self) -> str:
        return self.words.known(f"template.{self.content['template']}", self.content["title"])

    @property
    def scope(self) -> str:
        return self.words.known(f"scope.{self.content['scope']}", self.content["scope"])

    @property
    def when(self) -> str:
        return self.said_period(self.period)

    def said_period(self, period: str) -> str:
        return Period.parse(period).label(_locale(self.words))

    @property
    def released_on(self) -> str:
        return self._day(self.content["released_on"])

    @property
    def data_as_of(self) -> str:
        return self._day(self.content["data_time"])

    def _day(self, text: str) -> str:
        """An ISO day or moment as this language writes a day."""
        return format_date(date.fromisoformat(text[:10]), format="long", locale=_locale(self.words))

    @property
    def footnotes(self) -> list[tuple[str, str]]:
        """What the publisher prints under the marks of the jurisdictions named."""
        named = Jurisdiction.objects.filter(code__in=self._values("jurisdiction"))
        return [(one.jurisdiction.mark, one.text) for one in footnotes(self.content["publisher"], named)]

    # ---- its figures

    @staticmethod
    def _place(one: Mapping[str, Any]) -> tuple[str, frozenset[tuple[str, str]], str]:
        return one["measure"], frozenset(one["where"].items()), one["period"]

    def label(self, measure: str) -> str:
        return self.words.known(f"measure.{measure}", self.content["measures"][measure]["label"])

    def dimension(self, name: str) -> str:
        return self.words.known(f"dimension.{name}", self.content["dimensions"][name]["label"])

    def said(self, one: Mapping[str, Any]) -> Value:
        if one["status"] == SHOWN:
            return Value(one["id"], number(one["value"]), SHOWN, one["value"])
        return Value(one["id"], "·" if one["status"] == WITHHELD else MISSING, one["status"])

    def value(self, measure: str, where: Mapping[str, str], period: str = "") -> Value | None:
        one = self.figures.get((measure, frozenset(where.items()), period or self.period))
        return self.said(one) if one else None

    def named(self, one: Mapping[str, Any]) -> str:
        """'People killed, Kosovo*, October–December 2023'."""
        parts = [self.label(one["measure"])]
        parts += [self.name(dimension, value) for dimension, value in one["where"].items()]
        return ", ".join([*parts, self.said_period(one["period"])])

    def name(self, dimension: str, value: str) -> str:
        known = self.content["dimensions"][dimension]["values"]
        return ", ".join(self.words.value(dimension, one, known.get(one, one)) for one in value.split(SET))

    def key_figures(self) -> list[KeyFigure]:
        found = [one for one in self.in_order if not one["where"] and one["period"] == self.period]
        return [KeyFigure(self.label(one["measure"]), self.said(one)) for one in found]

    # ---- its tables

    def tables(self) -> list[Table]:
        now = [one for one in self.in_order if one["period"] == self.period]
        plain = [one for one in now if not _of_several(one)]
        alone = sorted({name for one in plain if len(one["where"]) == 1 for name in one["where"]}, key=self._rank)
        pairs = sorted(
            {(one["measure"], *sorted(one["where"])) for one in plain if len(one["where"]) == PAIR}, key=_pair
        )
        found = [self._by(name, plain) for name in alone]
        found += [self._across(measure, first, second) for measure, first, second in pairs]
        found += self._of_several(now)
        trend = self._over_time()
        return [*found, *([trend] if trend else [])]

    def overview(self) -> list[Table]:
        """Where and of what kind, one measure: what a reader looks for first."""
        now = [one for one in self.in_order if one["period"] == self.period and not _of_several(one)]
        first = [one for one in now if one["measure"] == now[0]["measure"]] if now else []
        used = {name for one in first if len(one["where"]) == 1 for name in one["where"]}
        return [self._by(name, first) for name in ("jurisdiction", "type") if name in used]

    def _of_several(self, now: list[dict[str, Any]]) -> list[Table]:
        """Values taken together, such as all firearms: a table for each, by what else it is cut by."""
        found: dict[tuple[str, str, str], dict[str, None]] = {}
        for one in filter(_of_several, now):
            name = next(name for name, value in one["where"].items() if SET in value)
            others = dict.fromkeys(other for other in one["where"] if other != name)
            found.setdefault((one["measure"], name, one["where"][name]), {}).update(others)
        return [
            self._within(measure, {name: value}, other)
            for (measure, name, value), others in found.items()
            for other in others
        ]

    def _within(self, measure: str, where: dict[str, str], other: str) -> Table:
        lines = [
            Line(self.name(other, value), (self.value(measure, {**where, other: value}),))
            for value in self._values(other)
            if self.value(measure, {**where, other: value})
        ]
        if whole := self.value(measure, where):
            lines.append(Line(self.words["total"], (whole,), total=True))
        together = ", ".join(self.name(name, value) for name, value in where.items())
        title = f"{self.label(measure)} {self.words['by']} {self.dimension(other).lower()}: {together}"
        heads = (self.dimension(other), self.label(measure))
        return Table(f"{measure}-by-{other}-together", title, heads, _with_bars(lines), bars=True)

    def _rank(self, name: str) -> tuple[int, str]:
        order = ("jurisdiction", "type", "outcome", "sex", "age-band", "weapon")
        return (order.index(name) if name in order else len(order), name)

    def _by(self, name: str, now: list[dict[str, Any]]) -> Table:
        measures = list(dict.fromkeys(one["measure"] for one in now if set(one["where"]) == {name}))
        lines = [
            Line(self.name(name, value), tuple(self.value(measure, {name: value}) for measure in measures))
            for value in self._values(name)
            if any(self.value(measure, {name: value}) for measure in measures)
        ]
        if any(self.value(measure, {}) for measure in measures):
            lines.append(Line(self.words["total"], tuple(self.value(measure, {}) for measure in measures), total=True))
        title = f"{self.label(measures[0])} {self.words['by']} {self.dimension(name).lower()}"
        heads = (self.dimension(name), *map(self.label, measures))
        return Table(f"by-{name}", title, heads, _with_bars(lines), bars=True)

    def _across(self, measure: str, first: str, second: str) -> Table:
        """The dimension with more values goes down; totals stand where they were counted."""
        used = [
            one["where"]
            for one in self.in_order
            if one["measure"] == measure and set(one["where"]) == {first, second} and not _of_several(one)
        ]
        down, over = sorted((first, second), key=lambda name: -len({where[name] for where in used}))
        downs, overs = (
            [v for v in self._values(name) if any(where[name] == v for where in used)] for name in (down, over)
        )
        rows = [
            (self.name(down, row), [self.value(measure, {down: row, over: column}) for column in overs])
            for row in downs
        ]
        ends = [self.value(measure, {down: row}) for row in downs]
        foot = [self.value(measure, {over: column}) for column in overs]
        end = [self.value(measure, {})] if any(ends) else []
        lines = [
            Line(label, (*values, *([last] if any(ends) else [])))
            for (label, values), last in zip(rows, ends, strict=True)
        ]
        if any(foot):
            lines.append(Line(self.words["total"], (*foot, *end), total=True))
        by = f"{self.dimension(down).lower()}, {self.dimension(over).lower()}"
        heads = (
            self.dimension(down),
            *(self.name(over, column) for column in overs),
            *([self.words["total"]] if any(ends) else []),
        )
        title = f"{self.label(measure)} {self.words['by']} {by}"
        return Table(f"{measure}-by-{down}-and-{over}", title, heads, tuple(lines))

    def _over_time(self) -> Table | None:
        """The periods of one length with a total, oldest first."""
        kind = type(Period.parse(self.period))
        told = [one for one in self.in_order if not one["where"] and isinstance(Period.parse(one["period"]), kind)]
        periods = sorted({one["period"] for one in told})
        while periods and not any(one["value"] is not None for one in told if one["period"] == periods[0]):
            periods.pop(0)
        often = Counter(one["measure"] for one in told if one["period"] in periods)
        measures = [measure for measure in dict.fromkeys(one["measure"] for one in told) if often[measure] >= LONG]
        if len(periods) < LONG or not measures:
            return None
        lines = [
            Line(self.said_period(period), tuple(self.value(measure, {}, period) for measure in measures))
            for period in periods
        ]
        heads = (self.words["period"], *map(self.label, measures))
        return Table("over-time", self.words["over_time"], heads, _with_bars(lines), bars=True)

    def _values(self, name: str) -> list[str]:
        told = self.content["dimensions"].get(name)
        if told is None:
            return []
        return [
            *(one for one in told["order"] if one in told["values"]),
            *(one for one in told["values"] if one not in told["order"]),
        ]


def rank(measure: str) -> tuple[int, str]:
    return (FIRST_MEASURES.index(measure) if measure in FIRST_MEASURES else len(FIRST_MEASURES), measure)


def _pair(pair: tuple[str, ...]) -> tuple[tuple[int, str], tuple[str, ...]]:
    return rank(pair[0]), pair[1:]


def _of_several(one: Mapping[str, Any]) -> bool:
    return any(SET in value for value in one["where"].values())


def _with_bars(lines: list[Line]) -> tuple[Line, ...]:
    """The first column drawn to one scale; what is withheld or missing has no bar."""
    first = [line.values[0].number for line in lines if not line.total and line.values[0] and line.values[0].number]
    most = max((one for one in first if one), default=0)
    drawn = []
    for line in lines:
        head = line.values[0]
        if most and head and head.number is not None and not line.total:
            bar = Value(head.id, head.text, head.status, head.number, round(head.number / most * WIDEST, 1))
            line = Line(line.label, (bar, *line.values[1:]), line.total)  # noqa: PLW2901  (the same line, drawn)
        drawn.append(line)
    return tuple(drawn)


def _locale(words: Words) -> str:
    return {"en": "en_GB", "sq": "sq", "bcms": "bs_Latn", "mk": "mk"}[words.language.code]
