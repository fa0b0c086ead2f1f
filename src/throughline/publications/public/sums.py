"""Everything that adds up among the cells of what is public: a system that an attacker could write down and solve.

All that is open together is one system. A cell that was revised between two releases stands in it twice, once with each
number, and so does **what lies between the two**: a revision by one is one record, and tables that move by one tell all
about it. So a difference is a cell like any other: it is never shown, and a small one must not be worked out.

Every line of the system is true of the numbers as they are. A line too many makes the attacker stronger than they
are and withholds more; one that is missing lets them know what we did not think of.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations

from throughline.kernel.measures import registry
from throughline.kernel.periods import Half, Month, Period, Quarter
from throughline.kernel.suppression import Sum
from throughline.publications.public.cells import ANYWHERE, PLACE, SET, WITHIN, Key, same

PERIODS = (Half, Quarter, Month)  # the longest first
Cells = Mapping[Key, int]


@dataclass
class System:
    """Cells with their values and the sums between them.

    `never_shown` are cells that nobody prints but anybody can work out: what is left of a total, what lies between two
    numbers of one cell. The latter may be below nought (`signed`).
    """

    values: dict[str, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    never_shown: set[str] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    # What one cell, or one rest, is in each of the editions: by what it is, value -> name.
    editions: dict[object, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    known: set[Sum] = field(default_factory=set)

    def add(self, one: Sum) -> None:
        if one not in self.known:
            self.known.add(one)
            self.sums.append(one)


def system_of(*editions: Cells) -> System:
    """The system of all cells of these editions, oldest first.

    What hangs together is a measure in a year. Where nothing of it was revised, all editions are one table. Where
    something was, numbers of different times do not add up: then the sums are drawn up for every stretch of editions, an
    edition alone among them, with the number that stands at either end of the stretch.
    """
    system = System()
    for part in _parts(editions):
        revised = {key for key, values in _values(part).items() if len(values) > 1}
        seen: list[Cells] = []
        for view in _views(part) if revised else [_together(part)]:
            if view not in seen:
                seen.append(view)
                _Drawing(system, view, revised).draw()
    _between(system)
    return system


def _values(editions: Sequence[Cells]) -> dict[Key, set[int]]:
    values: dict[Key, set[int]] = defaultdict(set)
    for cells in editions:
        for key, value in cells.items():
            values[key].add(value)
    return values


def _parts(editions: Sequence[Cells]) -> list[list[Cells]]:
    """The editions cut by measure, and by year where no period of the measure reaches over two."""
    of, years = {name: row[0] for name, row in same().items()}, defaultdict(set)
    for key in {key for cells in editions for key in cells}:
        period = Period.parse(key.period)
        years[of.get(key.measure, key.measure)].add((period.start.year, period.end.year))
    whole = {measure for measure, found in years.items() if any(first != last for first, last in found)}
    parts: dict[tuple[str, int], list[dict[Key, int]]] = defaultdict(lambda: [{} for _one in editions])
    for place, cells in enumerate(editions):
        for key, value in cells.items():
            measure = of.get(key.measure, key.measure)
            year = 0 if measure in whole else Period.parse(key.period).start.year
            parts[measure, year][place][key] = value
    return [[one for one in part if one] for _name, part in sorted(parts.items())]


def _views(editions: Sequence[Cells]) -> Iterable[Cells]:
    stretches = [editions[first:last] for first, last in combinations(range(len(editions) + 1), 2)]
    for some in [*stretches, *combinations(editions, 2)]:
        yield _together(some)
        yield _together(some[::-1])


def _together(editions: Sequence[Cells]) -> Cells:
    """The cells of all of them; of a cell with several numbers the first."""
    return {key: value for cells in reversed(editions) for key, value in cells.items()}


def name_of(key: Key, value: int, *, revised: bool) -> str:
    """One name a cell; a name for each number of a cell that was revised."""
    return f"{key} = {value}" if revised else str(key)


def _between(system: System) -> None:
    """What lies between two numbers of a cell, each pair of them."""
    for what in list(system.editions):
        for low, high in combinations(sorted(system.editions[what].items()), 2):
            name = f"{high[1]} less {low[1]}"
            system.values[name] = high[0] - low[0]
            system.never_shown.add(name)
            system.signed.add(name)
            system.add(Sum(high[1], (low[1], name)))


class _Drawing:
    """The sums among cells of one moment: those printed, and the margins above them that anybody can add up."""

    def __init__(self, system: System, cells: Cells, revised: Collection[Key]) -> None:
        self.system = system
        self.scopes = {key.scope for key in cells if key.scope != ANYWHERE}
        self.members = {scope: frozenset(registry.members(scope)) for scope in self.scopes}
        # Printed or not: the number of each cell, and its name.
        self.cells: dict[Key, int] = {}
        self.names: dict[Key, str] = {}
        for key, value in cells.items():
            self._put(key, value, name_of(key, value, revised=key in revised), key)

    def _put(self, key: Key, value: int, name: str, what: object) -> None:
        self.cells[key], self.names[key] = value, name
        self.system.values[name] = value
        self.system.editions[what][value] = name

    def draw(self) -> None:
        groups = self._groups()
        for (total, name), parts in sorted(groups.items()):
            self._by(total, name, parts)
        for key in sorted(self.cells):
            self._but_a_part(key)
        self._over_time()
        self._nested_places()

    # ---- dimensions

    def _groups(self) -> dict[tuple[Key, str], list[Key]]:
        """(cell with a condition less, that condition) -> the cells that have it; margins nobody printed are made."""
        found: dict[tuple[Key, str], list[Key]] = defaultdict(list)
        for level in range(max((len(key.where) for key in self.cells), default=0), 0, -1):
            unprinted: dict[Key, list[str]] = defaultdict(list)
            for key in sorted(self.cells):
                for name, _value in key.where if len(key.where) == level else ():
                    for total in self._above(key, name):
                        found[total, name].append(key)
                        if total not in self.cells and name not in unprinted[total]:
                            unprinted[total].append(name)
            for total, ways in sorted(unprinted.items()):
                self._margin(total, {name: _alone(name, found[total, name]) for name in ways})
        return found

    def _above(self, key: Key, name: str) -> list[Key]:
        conditions = dict(key.where)
        if any(above == name and lower in conditions for lower, (above, _taxonomy) in WITHIN.items()):
            return []  # a subtype without its type is the same cell
        if name != PLACE:
            return [key.but(without=name)]
        places = set(conditions[PLACE].split(SET))
        return [key.but(without=PLACE, scope=one) for one in sorted(self.scopes) if self.members[one] >= places]

    def _margin(self, total: Key, ways: Mapping[str, list[Key]]) -> None:
        """A cell nobody printed: the most that the cells below it add up to, whichever way. Where ways agree on less
        (the most is of parts that overlap), what they agree on is a cell within it.
        """
        sums = {name: sum(self.cells[part] for part in parts) for name, parts in ways.items() if parts}
        if not sums:
            return
        most = max(sums.values())
        what = frozenset(part for parts in ways.values() for part in parts)
        self._put(total, most, f"{total} unprinted = {most}", (total, what))
        for value in sorted({one for one in sums.values() if one < most and list(sums.values()).count(one) > 1}):
            agreed = f"{total} unprinted = {value}"
            self.system.values[agreed] = value
            self.system.never_shown.add(agreed)
            for name, found in sums.items():
                if found == value:
                    self.system.add(Sum(agreed, tuple(self.names[part] for part in ways[name])))
            self._sum_up(total, [agreed], (total, what, value))
        self.system.never_shown.add(self.names[total])

    def _by(self, total: Key, name: str, parts: list[Key]) -> None:
        """A total beside its parts; several values taken together beside each of them."""
        alone = _alone(name, parts)
        if total in self.cells and alone:
            self._sum_up(total, self._called(alone), (total, name, frozenset(alone)))
        for several in parts:
            values = set(dict(several.where)[name].split(SET))
            if len(values) == 1:
                continue
            inside = [part for part in alone if dict(part.where)[name] in values]
            outside = [part for part in alone if dict(part.where)[name] not in values]
            if inside:
                self._sum_up(several, self._called(inside), (several, name, frozenset(inside)))
            if total in self.cells:
                self._sum_up(total, self._called([several, *outside]), (total, several, frozenset(outside)))

    def _called(self, keys: Iterable[Key]) -> list[str]:
        return [self.names[key] for key in keys]

    def _sum_up(self, total: Key, parts: list[str], what: object) -> None:
        """`total` is the sum of these parts and of what is left; `what` says the same of it in every edition."""
        whole, values = self.cells[total], [self.system.values[part] for part in parts]
        if max(values) > whole:
            return  # not of one time: nobody can add them up
        left = whole - sum(values)
        if left < 0:
            self.system.add(Sum(self.names[total], tuple(parts), overlapping=True))
            return
        if left:
            rest = f"{self.names[total]} less {len(parts)} {_digest(parts)}"
            self.system.values[rest] = left
            self.system.never_shown.add(rest)
            self.system.editions[what][left] = rest
            parts = [*parts, rest]
        self.system.add(Sum(self.names[total], tuple(parts)))

    # ---- measures, periods, places

    def _but_a_part(self, key: Key) -> None:
        """A measure that counts all but a part of another: the three are one sum."""
        of, more, how = same().get(key.measure, ("", (), ""))
        if how != "rest":
            return
        whole = Key(of, key.where, key.period, key.scope)
        part = whole.but(more=dict(more))
        if whole in self.cells:
            parts = [key, *([part] if part in self.cells else [])]
            self._sum_up(whole, self._called(parts), (whole, "but", frozenset(parts)))

    def _over_time(self) -> None:
        """A longer period beside all the shorter ones within it, of one length and of the longest there are."""
        same_but_time: dict[tuple[str, tuple[tuple[str, str], ...], str], list[Key]] = defaultdict(list)
        for key in sorted(self.cells):
            same_but_time[key.measure, key.where, key.scope].append(key)
        for keys in same_but_time.values():
            for total in keys if len(keys) > 1 else ():
                whole = Period.parse(total.period)
                within = [key for key in keys if key != total and whole.covers(Period.parse(key.period))]
                for parts in _covers(within):
                    self._sum_up(total, self._called(parts), (total, "time", frozenset(parts)))

    def _nested_places(self) -> None:
        """The region beside a smaller one within it: what lies between is the places that only the larger has."""
        for key in sorted(self.cells):
            for scope in sorted(self.scopes - {key.scope}) if key.scope != ANYWHERE else ():
                inner = key.but(scope=scope)
                if inner not in self.cells or not self.members[scope] < self.members[key.scope]:
                    continue
                between = sorted(self.members[key.scope] - self.members[scope])
                places = [key.but(more={PLACE: one}, scope=ANYWHERE) for one in between]
                parts = [inner, *(one for one in places if one in self.cells)]
                self._sum_up(key, self._called(parts), (key, "places", frozenset(parts)))


def _covers(within: list[Key]) -> Iterable[list[Key]]:
    """Sets of periods that do not overlap: all of one length, and the longest ones filled up with shorter ones."""
    by_kind = {kind: [key for key in within if isinstance(Period.parse(key.period), kind)] for kind in PERIODS}
    mixed: list[Key] = []
    for keys in by_kind.values():
        taken = [Period.parse(one.period) for one in mixed]
        mixed += [key for key in keys if not any(one.covers(Period.parse(key.period)) for one in taken)]
        if keys:
            yield keys
    if mixed and mixed not in by_kind.values():
        yield mixed


def _alone(name: str, parts: Iterable[Key]) -> list[Key]:
    """Those of the cells that are of one value of this dimension, not of several together."""
    return [part for part in parts if SET not in dict(part.where)[name]]


def _digest(names: Iterable[str]) -> str:
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:12]
