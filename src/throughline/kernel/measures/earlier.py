"""The same question of earlier periods, asked once for each comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from throughline.kernel.measures import change, timing, words
from throughline.kernel.measures.answers import Comparison, Coverage, numbers_of
from throughline.kernel.measures.declare import Kind
from throughline.kernel.measures.plans import NOTHING, Key, Numbers
from throughline.kernel.periods import Period

if TYPE_CHECKING:
    from throughline.kernel.measures.answering import Answering
    from throughline.kernel.measures.coverage import Reported


@dataclass(frozen=True)
class Before:
    """An earlier period: what was counted in all of it, and what was reported at all."""

    period: Period
    total: Numbers
    reported: "Reported"


@dataclass(frozen=True)
class CellsBefore:
    """The cells that the cells of now are compared with."""

    numbers: dict[Key, Numbers]
    reported: "Reported"


class Earlier:
    def __init__(self, asked: "Answering") -> None:
        self.asked = asked
        self.kind = timing.finest(asked.times)
        self.before: dict[str, Before] = {}
        self.cells: dict[str, CellsBefore] = {}
        if asked.question.period is not None:
            for against in asked.question.compare:
                self._look(against, asked.question.period)

    def _look(self, against: str, period: Period) -> None:
        asked = self.asked
        before = timing.earlier(period, against)
        total = asked.cells((), before).get((), NOTHING)
        self.before[against] = Before(before, total, asked.reported(before))
        cells_of = self._cells_of(period, before, against)
        if cells_of is not None:
            numbers = asked.cells(asked.question.by, cells_of)
            self.cells[against] = CellsBefore(numbers, asked.reported(cells_of))

    def _cells_of(self, period: Period, before: Period, against: str) -> Period | None:
        """The period whose cells are wanted: sliced by quarter, each quarter has its own earlier one."""
        if not self.asked.question.by:
            return None
        if not self.kind:
            return before
        blocks = timing.whole_blocks(period, self.kind)
        return timing.shifted(blocks, against) if blocks else None

    def of_total(self, numbers: Numbers, value: float | None) -> tuple[Comparison, ...]:
        """The whole period against the whole earlier one."""
        return tuple(
            self._compared(
                against, words.period_words(one.period), one.total, numbers, value, known=one.reported.covers(())
            )
            for against, one in self.before.items()
        )

    def of_cell(self, key: Key, numbers: Numbers, value: float | None) -> tuple[Comparison, ...]:
        """A cell against its earlier counterpart."""
        found = []
        for against, cells in self.cells.items():
            there = timing.earlier_key(key, self.asked.times, against) if self.kind else key
            before = cells.numbers.get(there, NOTHING)
            known = bool(before.rows) or cells.reported.covers(there)
            found.append(self._compared(against, self._label(against, there), before, numbers, value, known=known))
        return tuple(found)

    def notes(self, coverage: Coverage) -> Iterable[str]:
        """Where other places reported then, the comparison says so."""
        for one in self.before.values():
            then = one.reported.coverage()
            if then.missing != coverage.missing:
                yield _("Compared with %(period)s, when %(coverage)s reported.") % {
                    "period": words.period_words(one.period),
                    "coverage": then.words,
                }

    def _label(self, against: str, there: Key) -> str:
        if not self.kind:
            return words.period_words(self.before[against].period)
        return words.block_words(self.kind, str(there[self.asked.times.index(self.kind)]))

    def _compared(
        self, against: str, label: str, before: Numbers, now: Numbers, value: float | None, *, known: bool
    ) -> Comparison:
        kind = self.asked.measure.kind
        earlier = numbers_of(before, kind)[0] if known else None
        if earlier is None or value is None:
            return Comparison(against, label, earlier, None, _("nothing to compare with"))
        found = changed(kind, before, now)
        return Comparison(against, label, earlier, found, words.change_words(found) if found else "")


def changed(kind: Kind, before: Numbers, now: Numbers) -> change.Change | None:
    """What the change is worth, by what kind of figure it is."""
    match kind:
        case Kind.SHARE:
            return change.of_shares((before.value, before.base), (now.value, now.base))
        case Kind.SUM | Kind.DISTINCT:
            return change.of_sums(before.value, now.value)
        case _:
            return change.of_counts(before.value, now.value)
