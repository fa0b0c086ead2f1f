"""Which cells of linked tables to withhold, so that nobody works a small one out from those that are shown.

Method: primary suppression by a minimum frequency; complementary suppression by the sequential linear-programming
heuristic for cell suppression (Kelly, Golden and Assad 1992; Fischetti and Salazar-González 2001; Hundepool et al.,
*Statistical Disclosure Control*, Wiley 2012, chapter 4). For each small cell in turn we ask for the cheapest way in which
the tables could be different and still add up; whatever has to move for that is withheld too. All tables of a
publication are one system, so a margin that two tables share cannot give away what each hides.

What holds at the end, for an attacker who knows every cell shown, every sum, that counts are whole and not negative:

- a small cell (1 to threshold - 1) can still be anything from 0 to at least the threshold;
- what any other cell that is withheld can still be is at least `threshold` wide.

Pure: numbers and names in, names out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

FEWEST = 3  # with a threshold of 2 a cell of one person would be told from none by its marking alone
WHOLE = 0.5  # a deviation is a whole number: half of one is the solver's noise


class UnprotectableError(Exception):
    """What is fixed already gives the cell away: no choice of further cells protects it."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


@dataclass(frozen=True)
class Sum:
    """`total` is the sum of `parts`; `overlapping` parts each lie within it and together cover it at least once."""

    total: str
    parts: tuple[str, ...]
    overlapping: bool = False


@dataclass(frozen=True)
class Protected:
    """Small cells, and all that is withheld for their sake (the small ones and the never shown among them)."""

    small: frozenset[str]
    withheld: frozenset[str]


def is_small(value: int, threshold: int) -> bool:
    """Nought is shown: that nothing was recorded is what a reader must be able to know."""
    return 0 < value < threshold


def protect(
    values: Mapping[str, int],
    sums: Sequence[Sum],
    *,
    threshold: int,
    never_shown: Collection[str] = (),
    shown_already: Collection[str] = (),
    withheld_already: Collection[str] = (),
    signed: Collection[str] = (),
    touched: Collection[str] | None = None,
) -> Protected:
    """What to withhold of these cells. Raises UnprotectableError where `shown_already` leaves no way.

    `never_shown` are cells nobody prints but anybody could work out, such as what is left of a total: a small one is
    protected, a large one may be known. `signed` cells may be below nought, for all an attacker knows. Of `touched`
    cells (all, if it is not given) and those that hang together with them: what has nothing new about it is as it was.
    """
    if threshold < FEWEST:
        raise ValueError(threshold)
    fixed = frozenset(shown_already)
    system = _System(values, sums, frozenset(signed))
    asked = system.hanging_on(values if touched is None else touched)
    small = {name for name, value in values.items() if is_small(value, threshold) and name not in fixed}
    unprinted = frozenset(never_shown)
    work = _Protecting(values, system, fixed, small | unprinted | set(withheld_already), threshold)
    for name in sorted(small & asked, key=lambda one: (-values[one], one)):
        for target in (0, threshold):
            work.reach(name, target)
    waiting = sorted((work.withheld & asked) - small - unprinted)
    while waiting:
        waiting += sorted(work.widen(waiting.pop()) - unprinted)
    return Protected(frozenset(small), frozenset(work.withheld))


class _Protecting:
    """Withholding more and more. What a found way shows of other cells is kept: most need no way of their own."""

    def __init__(
        self,
        values: Mapping[str, int],
        system: "_System",
        fixed: frozenset[str],
        withheld: set[str],
        threshold: int,
    ) -> None:
        self.values, self.system, self.fixed, self.withheld, self.threshold = values, system, fixed, withheld, threshold
        self.reached: dict[int, set[str]] = {0: set(), threshold: set()}
        self.wide: set[str] = set()

    def reach(self, name: str, target: int) -> None:
        """See to it that the cell can be as low as nought, or as high as the threshold."""
        if name not in self.reached[target]:
            self._move(name, target - self.values[name])

    def widen(self, name: str) -> set[str]:
        """See to it that what the cell can be is as wide as the threshold; what had to be withheld for that."""
        if name in self.wide or self.system.width(name, self.withheld) >= self.threshold:
            return set()
        before = set(self.withheld)
        self._move(name, self.threshold)
        return self.withheld - before

    def _move(self, name: str, by: int) -> None:
        moves = self.system.moved(name, by, self.withheld, self.fixed)
        self.withheld |= moves.keys()
        for one, move in moves.items():
            if self.values[one] + move <= 0:
                self.reached[0].add(one)
            if self.values[one] + move >= self.threshold:
                self.reached[self.threshold].add(one)
            if abs(move) >= self.threshold:
                self.wide.add(one)


def interval(
    name: str,
    shown: Mapping[str, int],
    sums: Sequence[Sum],
    *,
    known_at_most: float = np.inf,
    signed: Collection[str] = (),
) -> tuple[float, float]:
    """What a cell that is not shown can be, for who knows the cells shown and the sums: the attacker's own sum."""
    names = sorted({name, *shown, *(one for each in sums for one in (each.total, *each.parts))})
    place = {one: number for number, one in enumerate(names)}
    lower = np.array([shown.get(one, -np.inf if one in signed else 0) for one in names], dtype=float)
    upper = np.array([shown.get(one, known_at_most) for one in names], dtype=float)
    lines = _Lines.of(sums, place)
    goal = np.zeros(len(names))
    goal[place[name]] = 1
    ends = []
    for sign in (1, -1):
        found = _solved(sign * goal, lines, lower, upper)
        if found is None:  # without a bound
            ends.append(sign * -np.inf)
        else:
            ends.append(float(round(found[place[name]])))
    return ends[0], ends[1]


class _System:
    """All cells and sums of a publication, cut into the pieces that hang together."""

    def __init__(self, values: Mapping[str, int], sums: Sequence[Sum], signed: frozenset[str]) -> None:
        self.values = values
        self.pieces: dict[str, _Piece] = {}
        together: dict[str, set[str]] = {name: {name} for name in values}
        for one in sums:
            group = set().union(*(together[name] for name in (one.total, *one.parts)))
            for name in group:
                together[name] = group
        inside: dict[int, list[Sum]] = {id(group): [] for group in together.values()}
        for one in sums:
            inside[id(together[one.total])].append(one)
        for group in {id(group): group for group in together.values()}.values():
            piece = _Piece(sorted(group), inside[id(group)], values, signed)
            self.pieces.update(dict.fromkeys(group, piece))

    def hanging_on(self, names: Iterable[str]) -> set[str]:
        """These cells and all that hang together with them."""
        pieces = {id(self.pieces[name]): self.pieces[name] for name in names}
        return {name for piece in pieces.values() for name in piece.names}

    def moved(self, name: str, by: int, withheld: Collection[str], fixed: Collection[str]) -> dict[str, int]:
        """What has to move, and by how much, for this cell to move by so much; what is withheld moves for nothing."""
        return self.pieces[name].moved(name, by, withheld, fixed)

    def width(self, name: str, withheld: Collection[str]) -> float:
        """How much a cell can vary while everything shown stays as it is."""
        return self.pieces[name].width(name, withheld)


class _Piece:
    """One connected system: how its cells may deviate from what they are and still add up."""

    def __init__(
        self, names: Sequence[str], sums: Sequence[Sum], values: Mapping[str, int], signed: frozenset[str]
    ) -> None:
        self.names, self.values = names, values
        self.least = np.array([-np.inf if name in signed else 0.0 for name in names])
        self.place = {name: number for number, name in enumerate(names)}
        self.now = np.array([values[name] for name in names], dtype=float)
        self.lines = _Lines.of(sums, self.place)
        self.deviations = self.lines.of_deviations(self.now) if self.lines else None
        totals = {one.total for one in sums}
        # A cell costs what a reader loses with it: more if it is large, more again if it is a total; nought is the last to go.
        self.price = np.array(
            [(1 + np.log1p(values[one]) + (0 if values[one] else 8)) * (4 if one in totals else 1) for one in names]
        )
        # No two cells cost quite the same: of two equal ways one is taken, not half of each.
        self.price *= 1 + np.arange(len(names)) / (100 * len(names))

    def moved(self, name: str, by: int, withheld: Collection[str], fixed: Collection[str]) -> dict[str, int]:
        if self.deviations is None:
            return {}
        size = len(self.names)
        price = np.where([one in withheld for one in self.names], 0.001, self.price)
        free = np.where([one in fixed for one in self.names], 0.0, np.inf)
        up, down = free.copy(), np.minimum(free, self.now - self.least)
        at = self.place[name]
        # Deviations up and down as variables of their own, so that what moves has a price.
        lower = np.zeros(2 * size)
        upper = np.concatenate([up, down])
        wanted = at if by > 0 else size + at
        other = size + at if by > 0 else at
        lower[wanted], upper[wanted], upper[other] = abs(by), max(abs(by), upper[wanted]), 0.0
        found = _solved(np.concatenate([price, price]), self.deviations, lower, upper)
        if found is None:
            raise UnprotectableError(name)
        moves = found[:size] - found[size:]
        return {one: round(move) for one, move in zip(self.names, moves, strict=True) if abs(move) > WHOLE}

    def width(self, name: str, withheld: Collection[str]) -> float:
        if self.lines is None:
            return np.inf
        hidden = np.array([one in withheld for one in self.names])
        lower = np.where(hidden, self.least, self.now)
        upper = np.where(hidden, np.inf, self.now)
        goal = np.zeros(len(self.names))
        goal[self.place[name]] = 1
        low, high = (_solved(sign * goal, self.lines, lower, upper) for sign in (1, -1))
        if low is None or high is None:  # without a bound
            return np.inf
        return float(round(high[self.place[name]]) - round(low[self.place[name]]))


@dataclass(frozen=True)
class _Lines:
    """low <= matrix @ cells <= high."""

    matrix: csr_array
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, sums: Iterable[Sum], place: Mapping[str, int]) -> "_Lines | None":
        """The sums as lines; None where nothing adds up."""
        entries: list[tuple[int, int, float]] = []
        low: list[float] = []
        high: list[float] = []
        for factors, least, most in _rows(sums, place):
            entries += [(len(low), at, factor) for at, factor in factors]
            low.append(least)
            high.append(most)
        if not entries:
            return None
        rows, columns, factors_ = (list(each) for each in zip(*entries, strict=True))
        matrix = csr_array((factors_, (rows, columns)), shape=(len(low), len(place)))
        return cls(matrix, np.array(low), np.array(high))

    def of_deviations(self, now: np.ndarray) -> "_Lines":
        """The same said of deviations up and down from what is now: what holds now holds after."""
        held = self.matrix @ now
        return _Lines(csr_array(hstack([self.matrix, -self.matrix])), self.low - held, self.high - held)


Row = tuple[tuple[tuple[int, float], ...], float, float]


def _rows(sums: Iterable[Sum], place: Mapping[str, int]) -> Iterable[Row]:
    for one in sums:
        total, parts = place[one.total], [place[part] for part in one.parts]
        together = ((total, -1.0), *((part, 1.0) for part in parts))
        if one.overlapping:
            yield together, 0, np.inf
            for part in parts:
                yield ((total, -1.0), (part, 1.0)), -np.inf, 0
        else:
            yield together, 0, 0


def _solved(price: np.ndarray, lines: _Lines | None, lower: np.ndarray, upper: np.ndarray) -> np.ndarray | None:
    """The cheapest whole numbers within these lines; None if there are none, or no cheapest."""
    constraints = [LinearConstraint(lines.matrix, lines.low, lines.high)] if lines is not None else []
    found = milp(price, constraints=constraints, bounds=Bounds(lower, upper), integrality=np.ones(len(price)))
    return found.x if found.status == 0 else None
