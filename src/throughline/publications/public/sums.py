"""Everything that adds up among the cells of what is public: a system that an attacker could write down and solve.

All that is open together is one system. A cell that was revised between two releases stands in it twice, once with each
number, and so does **what lies between the two**: a revision by one is one record, and tables that move by one tell all
about it. So a difference is a cell like any other: it is never shown, and a small one must not be worked out.

Every line of the system is true of the numbers as they are. A line too many makes the attacker stronger than they
are and withholds more; one that is missing lets them know what we did not think of.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations

from throughline.kernel.measures import registry
from throughline.kernel.periods import Half, Month, Period, Quarter
from throughline.kernel.suppression import Sum
from throughline.publications.public.cells import ANYWHERE, PLACE, SET, Key, same

PERIODS = (Half, Quarter, Month)  # the longest first
Cells = Mapping[Key, int]
Named = Callable[[Key], str]


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

    Sums are drawn up once for each edition: with its own numbers, and with those of the edition nearest in time where
    it has none, since that is what a reader would put together.
    """
    values: dict[Key, set[int]] = defaultdict(set)
    for cells in editions:
        for key, value in cells.items():
            values[key].add(value)
    system = System()
    seen: list[Cells] = []
    for place in range(len(editions)):
        view = _view(editions, place)
        if view in seen:
            continue
        seen.append(view)

        def named(key: Key, view: Cells = view) -> str:
            return name_of(key, view[key], revised=len(values[key]) > 1)

        _Drawing(system, view, named).draw()
    _between(system)
    return system


def name_of(key: Key, value: int, *, revised: bool) -> str:
    """One name a cell; a name for each number of a cell that was revised."""
    return f"{key} = {value}" if revised else str(key)


def _view(editions: Sequence[Cells], place: int) -> dict[Key, int]:
    view: dict[Key, int] = {}
    for other in sorted(range(len(editions)), key=lambda one: (abs(one - place), one)):
        for key, value in editions[other].items():
            view.setdefault(key, value)
    return view


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
    """The sums among cells of one moment."""

    def __init__(self, system: System, cells: Cells, named: Named) -> None:
        self.system, self.cells, self.named = system, cells, named
        self.scopes = {key.scope for key in cells if key.scope != ANYWHERE}
        self.members = {scope: frozenset(registry.members(scope)) for scope in self.scopes}
        for key, value in cells.items():
            system.values[named(key)] = value
            system.editions[key][value] = named(key)

    def draw(self) -> None:
        groups = self._groups()
        self._unprinted(groups)
        for (total, name), parts in sorted(groups.items()):
            self._by(total, name, parts)
        for key in sorted(self.cells):
            self._but_a_part(key)
        self._over_time()
        self._nested_places()

    # ---- dimensions

    def _groups(self) -> dict[tuple[Key, str], list[Key]]:
        """(cell with a condition less, that condition) -> the cells that have it. The first need not be printed."""
        found: dict[tuple[Key, str], list[Key]] = defaultdict(list)
        for key in sorted(self.cells):
            for name, _value in key.where:
                for total in self._above(key, name):
                    found[total, name].append(key)
        return found

    def _above(self, key: Key, name: str) -> list[Key]:
        if name != PLACE:
            return [key.but(without=name)]
        places = dict(key.where)[PLACE].split(SET)
        return [key.but(without=PLACE, scope=one) for one in sorted(self.scopes) if self.members[one] >= set(places)]

    def _unprinted(self, groups: dict[tuple[Key, str], list[Key]]) -> None:
        """Margins nobody printed, of which the cells below and a total above were: the sum of what is below."""
        for (margin, name), parts in sorted(groups.items()):
            whole = [(above, more) for more, _value in margin.where for above in self._above(margin, more)]
            if margin in self.cells or not any(above in self.cells for above, _more in whole):
                continue
            alone = [part for part in parts if SET not in dict(part.where)[name]]
            made = f"{margin} by {name} {_digest(map(self.named, alone))}"
            self.system.values[made] = sum(self.cells[part] for part in alone)
            self.system.never_shown.add(made)
            self.system.add(Sum(made, tuple(map(self.named, alone))))
            for above, more in whole:
                if above in self.cells and SET not in dict(margin.where)[more]:
                    beside = [
                        self.named(one)
                        for one in groups[above, more]
                        if dict(one.where)[more] != dict(margin.where)[more] and SET not in dict(one.where)[more]
                    ]
                    self._sum_up(above, [made, *beside], (above, more, made))

    def _by(self, total: Key, name: str, parts: list[Key]) -> None:
        """A total beside its parts; several values taken together beside each of them."""
        alone = [part for part in parts if SET not in dict(part.where)[name]]
        if total in self.cells and alone:
            self._sum_up(total, list(map(self.named, alone)), (total, name, frozenset(alone)))
        for several in parts:
            values = set(dict(several.where)[name].split(SET))
            if len(values) == 1:
                continue
            inside = [part for part in alone if dict(part.where)[name] in values]
            outside = [part for part in alone if dict(part.where)[name] not in values]
            if inside:
                self._sum_up(several, list(map(self.named, inside)), (several, name, frozenset(inside)))
            if total in self.cells:
                beside = list(map(self.named, [several, *outside]))
                self._sum_up(total, beside, (total, several, frozenset(outside)))

    def _sum_up(self, total: Key, parts: list[str], what: object) -> None:
        """`total` is the sum of these parts and of what is left; `what` says the same of it in every edition."""
        whole, values = self.cells[total], [self.system.values[part] for part in parts]
        if max(values) > whole:
            return  # not of one time: nobody can add them up
        left = whole - sum(values)
        if left < 0:
            self.system.add(Sum(self.named(total), tuple(parts), overlapping=True))
            return
        if left or what in self.system.editions:
            rest = f"{self.named(total)} less {len(parts)} {_digest(parts)}"
            self.system.values[rest] = left
            self.system.never_shown.add(rest)
            self.system.editions[what][left] = rest
            parts = [*parts, rest]
        self.system.add(Sum(self.named(total), tuple(parts)))

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
            self._sum_up(whole, list(map(self.named, parts)), (whole, "but", frozenset(parts)))

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
                    self._sum_up(total, list(map(self.named, parts)), (total, "time", frozenset(parts)))

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
                self._sum_up(key, list(map(self.named, parts)), (key, "places", frozenset(parts)))


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


def _digest(names: Iterable[str]) -> str:
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:12]
