"""The answer to a question: figures with all that is needed to read, print and check them. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from throughline.kernel.measures.change import Change
from throughline.kernel.measures.declare import Kind
from throughline.kernel.measures.plans import Key, Numbers
from throughline.kernel.measures.questions import Question

# Stands in a key for a dimension that is summed over.
ALL = "*"


@dataclass(frozen=True)
class Comparison:
    """A figure beside an earlier one: which period that was, what it was, what the change is worth."""

    against: str
    label: str
    value: float | None
    change: Change | None
    words: str


@dataclass(frozen=True)
class Cell:
    """One figure. `value` is None where it is missing, which is not zero: `why` says why.

    For a share, `value` is percent, unrounded, and `numerator` of `denominator` are what it was made from.
    `unknown` counts what could not be placed: not reported, no quantity given.
    """

    keys: Key
    labels: tuple[str, ...]
    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    unknown: int = 0
    why: str = ""
    comparisons: tuple[Comparison, ...] = ()

    def compared(self, against: str) -> Comparison | None:
        """The comparison with 'previous' or 'last-year', if it was asked for."""
        return next((one for one in self.comparisons if one.against == against), None)

    @property
    def previous(self) -> float | None:
        """The first earlier value asked for."""
        return self.comparisons[0].value if self.comparisons else None

    @property
    def change(self) -> Change | None:
        return self.comparisons[0].change if self.comparisons else None


@dataclass(frozen=True)
class Coverage:
    """How many places of the scope have anything counted in the period, and which have not."""

    reported: int
    expected: int
    missing: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Axis:
    """A dimension of the answer: its id, its label, and its values in the order of print."""

    id: str
    label: str
    values: tuple[tuple[str | None, str], ...]
    time: str = ""
    place: bool = False


@dataclass(frozen=True)
class Answer:
    question: Question
    label: str
    unit: str
    kind: Kind
    title: str
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    total: Cell
    margins: Mapping[Key, Cell]
    additive: bool
    base: str
    coverage: Coverage
    notes: tuple[str, ...]
    footnotes: tuple[str, ...]
    illustrative: bool
    versions: Mapping[str, int]
    asked_at: datetime
    run_as: str
    index: Mapping[Key, Cell] = field(repr=False, default_factory=dict)

    @property
    def value(self) -> float | None:
        """The figure itself: the total."""
        return self.total.value

    def cell(self, *keys: str | None) -> Cell | None:
        """The cell with these values of the dimensions, in the order of the question."""
        return self.index.get(tuple(keys))

    def margin(self, *keys: str | None) -> Cell | None:
        """A subtotal: `...` is not needed, give None for the dimension that is summed over (two dimensions only)."""
        return self.margins.get(tuple(keys))

    @property
    def as_of(self) -> tuple[str, ...]:
        """What to put into a question to have this answer again, later."""
        return tuple(f"{name}:{number}" for name, number in sorted(self.versions.items()))


def numbers_of(cell: Numbers, kind: Kind) -> tuple[float | None, int | None, int | None, int]:
    """Value, numerator, denominator and unknown of a cell's numbers."""
    match kind:
        case Kind.SHARE:
            value = cell.value / cell.base * 100 if cell.base else None
            return value, cell.value, cell.base, cell.rows - cell.base
        case Kind.SUM:
            value = cell.value if cell.base or not cell.rows else None
            return value, None, None, cell.rows - cell.base
        case _:
            return cell.value, None, None, 0
