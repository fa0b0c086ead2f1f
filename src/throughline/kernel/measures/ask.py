"""Asking: questions in, answers out, all from one state of the facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.audiences import readable_audiences
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import change, facts, plans, registry, timing, words
from throughline.kernel.measures.answers import Answer, Axis, Cell, Comparison, Coverage, numbers_of
from throughline.kernel.measures.declare import Across, Dimension, Kind, Measure
from throughline.kernel.measures.plans import NOTHING, Key, Numbers, Plan
from throughline.kernel.measures.questions import MISSING_KEY, PREVIOUS, Question
from throughline.kernel.measures.tables import Version
from throughline.kernel.periods import Period

ALL = "*"
MOST_FILLED = 20_000
Reported = dict[Key, tuple[int, bool]]


def ask(question: Question, viewer: Viewer) -> Answer:
    """The answer to one question, as this viewer may have it."""
    return Desk.open(viewer).answer(question)


def ask_all(questions: Iterable[Question], viewer: Viewer) -> list[Answer]:
    """The answers to several questions, all from the same state of the records (a dashboard, a report)."""
    desk = Desk.open(viewer)
    return [desk.answer(question) for question in questions]


def behind(question: Question, keys: Key | None, viewer: Viewer) -> list[UUID]:
    """The records a cell was computed from (keys None: the total; ALL for a dimension that is summed over)."""
    return Desk.open(viewer).behind(question, keys)


@dataclass(frozen=True)
class Desk:
    """Where one viewer's questions are answered from one state of the facts."""

    viewer: Viewer
    audiences: tuple[int, ...]
    versions: Mapping[str, Version]
    _words: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    _seen: dict[object, Reported] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, viewer: Viewer) -> "Desk":
        return cls(viewer, tuple(readable_audiences(viewer)), facts.freshen())

    def answer(self, question: Question) -> Answer:
        """The figures, their totals, base, coverage and comparisons."""
        return Answering(self, question.checked()).answer()

    def behind(self, question: Question, keys: Key | None) -> list[UUID]:
        return Answering(self, question.checked()).behind(keys)

    def words(self, dimension: Dimension) -> Mapping[str, str]:
        """The words of a dimension's values, looked up once."""
        if dimension.id not in self._words:
            self._words[dimension.id] = dimension.words() if dimension.words else {}
        return self._words[dimension.id]

    def versions_for(self, question: Question) -> dict[str, Version]:
        """The versions in force, or those a question names."""
        found = dict(self.versions)
        for one in question.as_of:
            name, _colon, number = one.partition(":")
            if name not in found or not number.isdigit() or int(number) > found[name].number:
                raise Invalid([Problem("as_of", _("There is no such version of the facts."), one)])
            found[name] = Version(name, found[name].life, int(number))
        return found


class Answering:
    """One question on its way to an answer."""

    def __init__(self, desk: Desk, question: Question) -> None:
        self.desk = desk
        self.question = question
        self.measure: Measure = registry.measures[question.measure]
        self.versions = desk.versions_for(question)
        self.dimensions = [registry.dimensions[one] for one in question.by]
        self.times = [one.time for one in self.dimensions]
        self.places = self._places(question.period)

    def _places(self, period: Period | None) -> Mapping[str, str]:
        return registry.members(self.question.scope, period.end if period else None)

    def plan(self, by: tuple[str, ...], period: Period | None) -> Plan:
        question = self.question
        codes = tuple(sorted(self._places(period))) if question.scope else None
        return plans.plan_for(
            question.measure, by=by, where=question.where, period=period, places=codes, audiences=self.desk.audiences
        )

    def cells(self, by: tuple[str, ...], period: Period | None) -> dict[Key, Numbers]:
        return plans.cells(self.plan(by, period), self.versions)

    # What was reported at all: the difference between zero and missing.

    def reported(self, period: Period | None) -> Reported:
        """Records counted by (place, times of the question), whatever the question's own conditions."""
        place = next(iter(one.id for one in registry.dimensions.values() if one.place), None)
        by = tuple(one for one in (place, *(one.id for one in self.dimensions if one.time)) if one)
        plan = Plan(self.question.measure, (), (), *_ends(period), self.plan((), period).places, self.desk.audiences)
        key = (plan, by, tuple(sorted(self.question.as_of)))
        if key not in self.desk._seen:
            self.desk._seen[key] = plans.reported(plan, by, self.versions)
        return self.desk._seen[key]

    def coverage(self, reported: Reported) -> Coverage:
        have = {key[0] for key, (count, _mark) in reported.items() if count}
        missing = tuple(name for code, name in self.places.items() if code not in have)
        expected = len(self.places)
        count = expected - len(missing)
        text = ngettext(
            "%(count)d of %(expected)d jurisdiction", "%(count)d of %(expected)d jurisdictions", expected
        ) % {"count": count, "expected": expected}
        return Coverage(count, expected, missing, text)

    def _covered(self, reported: Reported) -> set[Key]:
        """The (place, times) of cells where something was counted; ALL where the question has no place."""
        sliced = any(one.place for one in self.dimensions)
        return {(key[0] if sliced else ALL, *key[1:]) for key, (count, _mark) in reported.items() if count}

    def _is_covered(self, key: Key, covered: set[Key]) -> bool:
        pairs = list(zip(key, self.dimensions, strict=True))
        place = next((value for value, one in pairs if one.place), ALL)
        times = [value for value, one in pairs if one.time]
        return any(
            (place in (ALL, cover[0])) and all(t in (ALL, c) for t, c in zip(times, cover[1:], strict=True))
            for cover in ([(place, *times)] if ALL not in times and (place, *times) in covered else covered)
        )

    # Axes.

    def axis(self, index: int, found: Iterable[Key]) -> Axis:
        """The values of one dimension in the order of print: those one expects, then those found besides."""
        one = self.dimensions[index]
        seen = {key[index] for key in found}
        wanted = dict(self.question.where).get(one.id)
        labels = self._expected(one)
        if wanted:
            labels = {code: label for code, label in labels.items() if code in wanted}
        all_words = self.desk.words(one)
        for code in sorted(code for code in seen if code is not None and code not in labels):
            labels[code] = words.block_words(one.time, code) if one.time else str(all_words.get(code, code))
        values: list[tuple[str | None, str]] = list(self._in_order(one, labels).items())
        if None in seen:
            values.append((None, str(one.empty)))
        return Axis(one.id, str(one.label), tuple(values), one.time, one.place)

    def _expected(self, one: Dimension) -> dict[str, str]:
        if one.time:
            period = self.question.period
            blocks = period.blocks(timing.KINDS[one.time]) if period else []
            return {str(block): words.block_words(one.time, str(block)) for block in blocks}
        if one.place:
            return dict(self.places) if self.question.scope else {}
        return {code: str(label) for code, label in self.desk.words(one).items()} if one.fill else {}

    def _in_order(self, one: Dimension, labels: dict[str, str]) -> dict[str, str]:
        if one.time:
            return dict(sorted(labels.items()))
        order = {code: place for place, code in enumerate(self.desk.words(one))}
        return dict(sorted(labels.items(), key=lambda item: (order.get(item[0], len(order)), item[1])))

    # The answer.

    def answer(self) -> Answer:
        question, measure = self.question, self.measure
        reported = self.reported(question.period)
        covered = self._covered(reported)
        found = self.cells(question.by, question.period)
        axes = tuple(self.axis(index, found) for index in range(len(question.by)))
        additive = plans.additive(measure, question.by)
        margins = self._margins(found, question.by, question.period, additive=additive)
        earlier = Earlier(self)
        cells = tuple(
            self._cell(key, found.get(key, NOTHING), axes, self._is_covered(key, covered), earlier)
            for key in self._keys(axes, found)
        )
        everything = tuple(ALL for _one in axes)
        total = self._total(margins[everything], bool(covered), earlier)
        margin_cells = {
            key: self._cell(key, numbers, axes, self._is_covered(key, covered), None)
            for key, numbers in margins.items()
            if key != everything
        }
        coverage = self.coverage(reported)
        return Answer(
            question=question,
            label=str(measure.label),
            unit=str(measure.unit),
            kind=measure.kind,
            title=self.title(axes),
            axes=axes,
            cells=cells,
            total=total,
            margins=margin_cells,
            additive=additive,
            base=self._base(reported, total),
            coverage=coverage,
            notes=tuple(self._notes(additive, total, coverage, earlier)),
            illustrative=any(mark for _count, mark in reported.values()),
            versions={name: version.number for name, version in self.versions.items()},
            asked_at=timezone.now(),
            run_as=self.desk.viewer.name,
            index={cell.keys: cell for cell in cells},
        )

    def title(self, axes: tuple[Axis, ...]) -> str:
        """The question in words: 'People killed by quarter, South East Europe, 2023'."""
        parts = [str(self.measure.label)]
        if axes:
            names = words.listed([axis.label[:1].lower() + axis.label[1:] for axis in axes])
            parts = [_("%(measure)s by %(dimensions)s") % {"measure": parts[0], "dimensions": names}]
        for name, values in self.question.where:
            one = registry.dimensions[name]
            known = self.desk.words(one)
            parts.append(words.listed([self._value_words(one, known, value) for value in values]))
        if self.question.scope:
            parts.append(str(registry.scopes()[self.question.scope]))
        if self.question.period:
            parts.append(words.period_words(self.question.period))
        return ", ".join(parts)

    @staticmethod
    def _value_words(one: Dimension, known: Mapping[str, str], value: str) -> str:
        if value == MISSING_KEY:
            return str(one.empty)
        return words.block_words(one.time, value) if one.time else str(known.get(value, value))

    def _keys(self, axes: tuple[Axis, ...], found: Mapping[Key, Numbers]) -> list[Key]:
        if not axes:
            return []
        lists = [[value for value, _label in axis.values] for axis in axes]
        size = 1
        for one in lists:
            size *= len(one)
        every = product(*lists)
        if size > MOST_FILLED:
            return [key for key in every if key in found]
        # A row for 'none' appears only where something stands in it.
        return [
            key for key in every if key in found or (None not in key and timing.consistent(key, self.times))
        ]

    def _margins(
        self, found: Mapping[Key, Numbers], by: tuple[str, ...], period: Period | None, *, additive: bool
    ) -> dict[Key, Numbers]:
        """Totals over every set of dimensions, by keys with ALL where summed; asked anew where sums would lie."""
        margins: dict[Key, Numbers] = {}
        for count in range(len(by)):
            for kept in combinations(range(len(by)), count):
                rest = tuple(by[index] for index in kept)
                if additive or plans.additive(self.measure, by):
                    part = _summed(found, kept)
                else:
                    part = self.cells(rest, period)
                for key, numbers in part.items():
                    spread = dict(zip(kept, key, strict=True))
                    margins[tuple(spread.get(index, ALL) for index in range(len(by)))] = numbers
        everything = tuple(ALL for _one in by)
        if not by:
            margins[()] = found.get((), NOTHING)
        margins.setdefault(everything, NOTHING)
        return margins

    def _cell(
        self, key: Key, numbers: Numbers, axes: tuple[Axis, ...], covered: bool, earlier: "Earlier | None"  # noqa: FBT001
    ) -> Cell:
        names = tuple(
            _("Total") if value == ALL else dict(axis.values).get(value, value or "")
            for value, axis in zip(key, axes, strict=True)
        )
        value, numerator, denominator, unknown = numbers_of(numbers, self.measure.kind)
        why = ""
        if not covered and not numbers.rows:
            value, why = None, _("nothing reported")
        elif value is None:
            why = _("nothing known to count from")
        comparisons = earlier.of_cell(key, numbers, value) if earlier else ()
        return Cell(key, names, value, numerator, denominator, unknown, why, comparisons)

    def _total(self, numbers: Numbers, covered: bool, earlier: "Earlier") -> Cell:  # noqa: FBT001
        cell = self._cell((), numbers, (), covered, None)
        if Across.NONE in (self.measure.places, self.measure.periods) and self.question.by:
            why = _("this measure has no total")
            return Cell((), (_("Total"),), None, None, None, 0, why)
        comparisons = earlier.of_total(numbers, cell.value)
        return Cell(
            (), (_("Total"),), cell.value, cell.numerator, cell.denominator, cell.unknown, cell.why, comparisons
        )

    def _base(self, reported: Reported, total: Cell) -> str:
        count = sum(one for one, _mark in reported.values())
        text = ngettext("from %(count)s verified record", "from %(count)s verified records", count)
        text %= {"count": words.number(count)}
        if self.measure.kind is Kind.SHARE and total.denominator is not None:
            part = _("%(part)s of %(base)s %(label)s; %(unknown)s not reported") % {
                "part": words.number(total.numerator),
                "base": words.number(total.denominator),
                "label": self.measure.base_label or self.measure.unit,
                "unknown": words.number(total.unknown),
            }
            return f"{part}; {text}"
        if total.unknown:
            return _("%(text)s; %(unknown)s lines without a quantity") % {
                "text": text,
                "unknown": words.number(total.unknown),
            }
        return text

    def _notes(self, additive: bool, total: Cell, coverage: Coverage, earlier: "Earlier") -> Iterable[str]:  # noqa: FBT001
        if not additive:
            yield _("A case with several such lines counts in each; the parts do not add up to the total.")
        if coverage.missing and coverage.expected:
            yield _("Nothing counted from %(places)s.") % {"places": words.listed(list(coverage.missing))}
        yield from earlier.notes(coverage)
        if any(one.value is None for one in total.comparisons):
            yield _("There is nothing earlier to compare with.")

    def behind(self, keys: Key | None) -> list[UUID]:
        """The records of one cell: the question with the cell's values as further conditions."""
        where = dict(self.question.where)
        for dimension, value in zip(self.question.by, keys or (ALL,) * len(self.question.by), strict=True):
            if value == ALL:
                continue
            chosen = (MISSING_KEY if value is None else value,)
            if dimension in where and value not in where[dimension]:
                return []
            where[dimension] = chosen
        narrowed = Answering(self.desk, self.question.but(by=(), where=tuple(where.items())))
        found = plans.records(narrowed.plan((), self.question.period), self.versions)
        return sorted(UUID(bytes=key) for key in found)


class Earlier:
    """The same question of earlier periods, asked once for each comparison."""

    def __init__(self, asked: Answering) -> None:
        self.asked = asked
        question = asked.question
        self.totals: dict[str, tuple[Period, Numbers, Coverage, bool]] = {}
        self.cells: dict[str, dict[Key, Numbers]] = {}
        self.covered: dict[str, set[Key]] = {}
        for against in question.compare:
            if question.period is not None:
                self._look(against, question.period)

    def _look(self, against: str, period: Period) -> None:
        asked = self.asked
        before = timing.earlier(period, against)
        total = asked.cells((), before).get((), NOTHING)
        reported = asked.reported(before)
        self.totals[against] = (before, total, asked.coverage(reported), bool(asked._covered(reported)))
        if not asked.question.by:
            return
        kind = timing.finest(asked.times)
        cells_of = before
        if kind:
            blocks = timing.whole_blocks(period, kind)
            if not blocks:
                return
            cells_of = timing.shifted(blocks, against)
        self.cells[against] = asked.cells(asked.question.by, cells_of)
        self.covered[against] = asked._covered(asked.reported(cells_of))

    def of_total(self, numbers: Numbers, value: float | None) -> tuple[Comparison, ...]:
        return tuple(
            self._compared(against, words.period_words(period), before, numbers, value, known=known)
            for against, (period, before, _coverage, known) in self.totals.items()
        )

    def of_cell(self, key: Key, numbers: Numbers, value: float | None) -> tuple[Comparison, ...]:
        return tuple(self._of_cell(against, key, numbers, value) for against in self.cells)

    def _of_cell(self, against: str, key: Key, numbers: Numbers, value: float | None) -> Comparison:
        asked = self.asked
        there = timing.earlier_key(key, asked.times, against) if timing.finest(asked.times) else key
        before = self.cells[against].get(there, NOTHING)
        known = bool(before.rows) or asked._is_covered(there, self.covered[against])
        return self._compared(against, self._label(against, there), before, numbers, value, known=known)

    def _label(self, against: str, there: Key) -> str:
        kind = timing.finest(self.asked.times)
        if not kind:
            return words.period_words(self.totals[against][0])
        return words.block_words(kind, str(there[self.asked.times.index(kind)]))

    def _compared(
        self, against: str, label: str, before: Numbers, now: Numbers, value: float | None, *, known: bool
    ) -> Comparison:
        kind = self.asked.measure.kind
        earlier = numbers_of(before, kind)[0] if known else None
        if earlier is None or value is None:
            return Comparison(against, label, earlier, None, _("nothing to compare with"))
        found = _change(kind, before, now)
        return Comparison(against, label, earlier, found, words.change_words(found) if found else "")

    def notes(self, coverage: Coverage) -> Iterable[str]:
        for period, _numbers, before, _known in self.totals.values():
            if before.reported != coverage.reported or before.missing != coverage.missing:
                yield _("Compared with %(period)s, when %(coverage)s reported.") % {
                    "period": words.period_words(period),
                    "coverage": before.words,
                }


def _change(kind: Kind, before: Numbers, now: Numbers) -> change.Change | None:
    match kind:
        case Kind.SHARE:
            return change.of_shares((before.value, before.base), (now.value, now.base))
        case Kind.SUM:
            return change.of_sums(before.value, now.value)
        case _:
            return change.of_counts(before.value, now.value)


def _summed(found: Mapping[Key, Numbers], kept: tuple[int, ...]) -> dict[Key, Numbers]:
    sums: dict[Key, Numbers] = {}
    for key, numbers in found.items():
        short = tuple(key[index] for index in kept)
        sums[short] = sums.get(short, NOTHING) + numbers
    return sums


def _ends(period: Period | None) -> tuple[object, object]:
    return (period.start, period.end) if period else (None, None)


__all__ = ["ALL", "PREVIOUS", "Desk", "ask", "ask_all", "behind"]
