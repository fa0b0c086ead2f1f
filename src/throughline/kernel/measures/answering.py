"""One question on its way to an answer."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import axes as layout
from throughline.kernel.measures import plans, registry, words
from throughline.kernel.measures.answers import ALL, Answer, Axis, Cell, Coverage, numbers_of
from throughline.kernel.measures.coverage import Reported
from throughline.kernel.measures.declare import ANY_STATE, Across, Dimension, Kind
from throughline.kernel.measures.earlier import Earlier
from throughline.kernel.measures.plans import NOTHING, Key, Numbers, Plan
from throughline.kernel.measures.questions import MISSING_KEY, Question
from throughline.kernel.measures.tables import Version
from throughline.kernel.periods import Period

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """Where one viewer's questions are answered, all from one state of the facts."""

    viewer: Viewer
    audiences: tuple[int, ...]
    versions: Mapping[str, Version]
    known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def answer(self, question: Question) -> Answer:
        """The figures, their totals, base, coverage and comparisons; Invalid, if it cannot be asked."""
        return Answering(self, question.checked(self.scopes)).answer()

    def behind(self, question: Question, keys: Key | None) -> list[UUID]:
        """The records of one cell (None: of the total)."""
        return Answering(self, question.checked(self.scopes)).behind(keys)

    def weights(self, question: Question) -> dict[UUID, Numbers]:
        """What each record behind the total of a question brings to it."""
        asking = Answering(self, question.checked(self.scopes).but(by=(), compare=()))
        found = plans.weights(asking.plan((), asking.question.period), asking.versions)
        return {UUID(bytes=key): numbers for key, numbers in found.items()}

    def once(self, key: Hashable, look: Callable[[], T]) -> T:
        """What does not change while this desk is open, looked up once."""
        if key not in self.known:
            self.known[key] = look()
        found: T = self.known[key]
        return found

    @property
    def scopes(self) -> Mapping[str, str]:
        return self.once("scopes", registry.scopes)

    def words(self, dimension: Dimension) -> Mapping[str, str]:
        """The words of a dimension's values."""
        return self.once(("words", dimension.words), dimension.words) if dimension.words else {}

    def places(self, scope: str | None, period: Period | None) -> Mapping[str, str]:
        """The places of a scope at the end of a period."""
        end = period.end if period else None
        return self.once(("places", scope, end), lambda: registry.members(scope, end))

    def footnotes(self, named: frozenset[str]) -> tuple[str, ...]:
        """What the region prints under these places."""
        return self.once(("footnotes", named), lambda: tuple(registry.footnotes(named))) if named else ()

    def versions_for(self, question: Question) -> dict[str, Version]:
        """The versions in force, or those a question names."""
        found = dict(self.versions)
        for one in question.as_of:
            name, _colon, number = one.partition(":")
            if name not in found or not number.isdecimal() or len(number) > 9 or int(number) > found[name].number:
                raise Invalid([Problem("as_of", _("There is no such version of the facts."), one)])
            found[name] = Version(name, found[name].life, int(number))
        return found


class Answering:
    """What must be known to answer, and the steps of answering."""

    def __init__(self, desk: Desk, question: Question) -> None:
        self.desk = desk
        self.question = question
        self.measure = registry.measures[question.measure]
        self.versions = desk.versions_for(question)
        records = registry.records_of(registry.facts[self.measure.fact]).name
        self.now = desk.versions[records] if self.versions != desk.versions else None
        self.fact = registry.facts[self.measure.fact]
        self.dimensions = [registry.dimension(one, self.fact) for one in question.by]
        self.times = [one.time for one in self.dimensions]
        self.additive = plans.additive(self.measure, question.by)

    def plan(self, by: tuple[str, ...], period: Period | None) -> Plan:
        question = self.question
        codes = tuple(sorted(self.desk.places(question.scope, period))) if question.scope else None
        start, end = (period.start, period.end) if period else (None, None)
        return Plan(question.measure, by, question.where, start, end, codes, self.desk.audiences, self.now)

    def cells(self, by: tuple[str, ...], period: Period | None) -> dict[Key, Numbers]:
        plan = self.plan(by, period)
        return self.desk.once(("cells", plan, self.question.as_of), lambda: plans.cells(plan, self.versions))

    def reported(self, period: Period | None) -> Reported:
        """What was counted at all by place and by the question's periods, of the places and programmes asked for.

        The question's other conditions ask for a part of that, and so do not narrow it.
        """
        place = registry.place()
        by = (*([place.id] if place else []), *(one.id for one in self.dimensions if one.time))
        base = self.fact if self.fact.reports else registry.records_of(self.fact)
        # Of the measure the plan keeps only whether it counts every state, so that measures share one look.
        every_state = self.question.measure if self.measure.every_state else ""
        plan = replace(self.plan((), period), measure=every_state, where=self._whole())

        def look(by: tuple[str, ...]) -> dict[Key, tuple[int, bool]]:
            key = ("reported", base.name, plan, by, self.question.as_of)
            return self.desk.once(key, lambda: plans.reported(base, plan, by, self.versions))

        # A record with lines of several places stands at each; how many records there are is asked apart.
        records = look(())[()][0] if base.lines else None
        return Reported(look(by), self.dimensions, self._places(period), records)

    def _whole(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The conditions that narrow the whole a figure is from."""
        narrowing = {name: registry.dimensions[name] for name, _values in self.question.where}
        return tuple(
            (name, values) for name, values in self.question.where if narrowing[name].place or narrowing[name].whole
        )

    def _places(self, period: Period | None) -> Mapping[str, str]:
        """The places that should have reported: those of the scope, of which a question may want only some."""
        place = registry.place()
        wanted = dict(self.question.where).get(place.id) if place else None
        places = self.desk.places(self.question.scope, period)
        return places if wanted is None else {code: name for code, name in places.items() if code in wanted}

    def answer(self) -> Answer:
        question, measure = self.question, self.measure
        reported = self.reported(question.period)
        found = self.cells(question.by, question.period)
        axes = self._axes(found)
        margins = self._margins(found)
        whole = tuple(ALL for _one in axes)
        earlier = Earlier(self)
        coverage = reported.coverage()
        total = self._total(margins.pop(whole), reported, earlier)
        cells = tuple(
            self._cell(key, found.get(key, NOTHING), axes, reported, earlier) for key in layout.keys(axes, found)
        )
        return Answer(
            question=question,
            label=str(measure.label),
            unit=str(measure.unit),
            kind=measure.kind,
            title=self.title,
            axes=axes,
            cells=cells,
            total=total,
            margins={key: self._cell(key, numbers, axes, reported, None) for key, numbers in margins.items()},
            additive=self.additive,
            base=self._base(reported.records, total),
            coverage=coverage,
            notes=(*self._notes(coverage.missing, total), *earlier.notes(coverage)),
            footnotes=self._footnotes(axes, coverage),
            illustrative=reported.illustrative,
            versions={name: version.number for name, version in self.versions.items()},
            asked_at=timezone.now(),
            run_as=self.desk.viewer.name,
            index={cell.keys: cell for cell in cells},
        )

    def _footnotes(self, axes: tuple[Axis, ...], coverage: Coverage) -> tuple[str, ...]:
        """What must stand under an answer that names certain places."""
        named = {code for one in axes if one.place for code, _label in one.values if code}
        places = self.desk.places(self.question.scope, self.question.period)
        named |= {code for code, name in places.items() if name in coverage.missing}
        return self.desk.footnotes(frozenset(named))

    def behind(self, keys: Key | None) -> list[UUID]:
        """The records of one cell: the question with the cell's values as further conditions."""
        where = dict(self.question.where)
        for dimension, value in zip(self.question.by, keys or (ALL,) * len(self.question.by), strict=True):
            if value == ALL:
                continue
            chosen = MISSING_KEY if value is None else value
            if dimension in where and chosen not in where[dimension]:
                return []
            where[dimension] = (chosen,)
        narrowed = Answering(self.desk, self.question.but(by=(), where=tuple(where.items())))
        found = plans.records(narrowed.plan((), self.question.period), self.versions)
        return sorted(UUID(bytes=key) for key in found)

    def _axes(self, found: Iterable[Key]) -> tuple[Axis, ...]:
        places = self.desk.places(self.question.scope, self.question.period)
        columns = list(zip(*found, strict=True)) or [()] * len(self.dimensions)
        return tuple(
            layout.axis(self.question, one, self.desk.words(one), places, set(seen))
            for one, seen in zip(self.dimensions, columns, strict=False)
        )

    def _margins(self, found: Mapping[Key, Numbers]) -> dict[Key, Numbers]:
        """Totals over every set of dimensions, by keys with ALL where summed; asked anew where sums would lie."""
        by = self.question.by
        margins: dict[Key, Numbers] = {tuple(ALL for _one in by): NOTHING}
        for count in range(len(by) or 1):
            for kept in combinations(range(len(by)), count):
                rest = tuple(by[index] for index in kept)
                part = summed(found, kept) if self.additive else self.cells(rest, self.question.period)
                for key, numbers in part.items():
                    spread = dict(zip(kept, key, strict=True))
                    margins[tuple(spread.get(index, ALL) for index in range(len(by)))] = numbers
        return margins

    def _cell(
        self, key: Key, numbers: Numbers, axes: tuple[Axis, ...], reported: Reported, earlier: Earlier | None
    ) -> Cell:
        value, numerator, denominator, unknown = numbers_of(numbers, self.measure.kind)
        why = ""
        if not numbers.rows and not reported.covers(key):
            value, why = None, _("nothing reported")
        elif value is None:
            why = _("nothing known to count from")
        labels = layout.labels_of(key, axes, _("Total"))
        comparisons = earlier.of_cell(key, numbers, value) if earlier else ()
        return Cell(key, labels, value, numerator, denominator, unknown, why, comparisons)

    def _total(self, numbers: Numbers, reported: Reported, earlier: Earlier) -> Cell:
        if self.question.by and Across.NONE in (self.measure.places, self.measure.periods):
            return Cell((), (_("Total"),), None, why=_("this measure has no total"))
        cell = self._cell((), numbers, (), reported, None)
        return replace(cell, labels=(_("Total"),), comparisons=earlier.of_total(numbers, cell.value))

    @property
    def title(self) -> str:
        """The question in words: 'People killed by quarter, Men, South East Europe, 2023'."""
        text = str(self.measure.label)
        if self.dimensions:
            names = [str(one.label) for one in self.dimensions]
            lowered = words.listed([name[:1].lower() + name[1:] for name in names])
            text = _("%(measure)s by %(dimensions)s") % {"measure": text, "dimensions": lowered}
        parts = [text]
        for name, values in self.question.where:
            one = registry.dimension(name, self.fact)
            parts.append(words.listed([layout.value_words(one, self.desk.words(one), value) for value in values]))
        if self.question.scope:
            parts.append(str(self.desk.scopes[self.question.scope]))
        if self.question.period:
            parts.append(words.period_words(self.question.period))
        return ", ".join(parts)

    def _base(self, records: int, total: Cell) -> str:
        counted = ANY_STATE if self.measure.every_state else self.fact.counted_words
        text = str(counted % {"number": records, "count": words.number(records)})
        if self.measure.kind is Kind.SHARE and total.denominator is not None:
            part = _("%(part)s of %(base)s %(label)s; %(unknown)s not reported") % {
                "part": words.number(total.numerator),
                "base": words.number(total.denominator),
                "label": self.measure.base_label or self.measure.unit,
                "unknown": words.number(total.unknown),
            }
            return f"{part}; {text}"
        if not total.unknown:
            return text
        lines = ngettext("%(count)s line without a quantity", "%(count)s lines without a quantity", total.unknown)
        return f"{text}; {lines % {'count': words.number(total.unknown)}}"

    def _notes(self, missing: tuple[str, ...], total: Cell) -> Iterable[str]:
        if self.measure.kind is Kind.DISTINCT and self.question.by:
            yield _("Each is counted once in every row and once in the total; the parts do not add up to the total.")
        elif not self.additive:
            yield _("A case with several such lines counts in each; the parts do not add up to the total.")
        if missing:
            yield _("Nothing counted from %(places)s.") % {"places": words.listed(list(missing))}
        if any(one.value is None for one in total.comparisons):
            yield _("There is nothing earlier to compare with.")


def summed(found: Mapping[Key, Numbers], kept: tuple[int, ...]) -> dict[Key, Numbers]:
    """Cells added up over the dimensions that are not kept."""
    sums: dict[Key, Numbers] = {}
    for key, numbers in found.items():
        short = tuple(key[index] for index in kept)
        sums[short] = sums.get(short, NOTHING) + numbers
    return sums
