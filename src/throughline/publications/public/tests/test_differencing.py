"""Releases beside each other: an attacker who adds and subtracts all that is open together learns nothing small.

The attacker here does not know our sums. They write down the whole table that must lie behind each edition (how many of
each type and sex in each quarter: whole numbers, none below nought), lay down every number they can read in any open
edition, and solve for the least and the most that a hidden number, or what lies between two editions, can be. They even
know which of the printed cells were not revised.
"""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from throughline.kernel.access.errors import Invalid
from throughline.publications.public.cells import ANYWHERE, Key
from throughline.publications.public.content import Beside, withheld_of
from throughline.publications.public.sums import system_of

THRESHOLD = 5
KINDS, SEXES, QUARTERS = ("a", "b", "c"), ("men", "women"), ("2023-Q3", "2023-Q4")
Behind = dict[tuple[str, str, str], int]
ALL_BEHIND = list(product(KINDS, SEXES, QUARTERS))
TABLES = ((), ("type",), ("sex",), ("type", "sex"))
FEW = st.one_of(st.integers(0, 4), st.integers(0, 12), st.integers(0, 60))


def meets(behind: tuple[str, str, str], key: Key) -> bool:
    """Whether what lies behind counts in a cell."""
    kind, sex, quarter = behind
    told = {"type": kind, "sex": sex}
    return all(told[name] == value for name, value in key.where) and quarter.startswith(key.period)


def printed(behind: Behind, tables: tuple[tuple[tuple[str, ...], str], ...]) -> dict[Key, int]:
    """The cells of these tables, each of some conditions and a period."""
    found = {}
    for names, period in tables:
        for values in product(*({"type": KINDS, "sex": SEXES}[name] for name in names)):
            where = tuple(sorted(zip(names, values, strict=True)))
            key = Key("persons", where, period, ANYWHERE)
            found[key] = sum(number for cell, number in behind.items() if meets(cell, key))
    return found


class Attacker:
    """Who reads every open edition, and nothing else."""

    def __init__(self, editions: list[Beside]) -> None:
        self.editions, self.size = editions, len(ALL_BEHIND) * len(editions)
        rows, values = [], []
        for place, one in enumerate(editions):
            for key, value in one.cells.items():
                if key not in one.withheld:
                    rows.append(self.row(place, key))
                    values.append(value)
                for other, later in enumerate(editions[place + 1 :], start=place + 1):
                    if later.cells.get(key) == value:
                        rows.append(self.row(place, key) - self.row(other, key))
                        values.append(0)
        self.constraint = LinearConstraint(np.array(rows), values, values)

    def row(self, place: int, key: Key) -> np.ndarray:
        """The cell of an edition as a sum of what lies behind."""
        found = np.zeros(self.size)
        for number, cell in enumerate(ALL_BEHIND):
            if meets(cell, key):
                found[place * len(ALL_BEHIND) + number] = 1
        return found

    def ends(self, wanted: np.ndarray) -> tuple[float, float]:
        """The least and the most it can be."""
        found = [
            milp(sign * wanted, constraints=self.constraint, integrality=np.ones(self.size), bounds=Bounds(0, 10_000))
            for sign in (1, -1)
        ]
        return tuple(round(float(wanted @ one.x)) for one in found)  # type: ignore[return-value]


def small(value: int) -> bool:
    return 0 < abs(value) < THRESHOLD


def attacked(editions: list[Beside]) -> None:
    """Every small number, and every small revision, from what is open alone."""
    attacker = Attacker(editions)
    for place, one in enumerate(editions):
        for key, value in one.cells.items():
            if small(value):
                low, high = attacker.ends(attacker.row(place, key))
                assert low == 0, (str(key), low, high)
                assert high >= THRESHOLD, (str(key), low, high)
            for other in range(place):
                before = editions[other].cells.get(key, value)
                if small(value - before):
                    low, high = attacker.ends(attacker.row(place, key) - attacker.row(other, key))
                    assert low <= 0 <= high, (str(key), before, value, low, high)
                    assert (high if value > before else -low) >= THRESHOLD, (str(key), before, value, low, high)


def opened(
    moments: list[tuple[Behind, tuple[tuple[tuple[str, ...], str], ...]]], order: Callable[[int], int]
) -> list[Beside]:
    """Editions opened one after the other, in some order; one that would give something away is not opened."""
    done: list[Beside] = []
    for place in sorted(range(len(moments)), key=order):
        behind, tables = moments[place]
        cells, when = printed(behind, tables), f"2024-0{place + 1}-01"
        try:
            withheld, _small = withheld_of(cells, when, done, THRESHOLD)
        except Invalid:
            continue
        done.append(Beside(when, cells, withheld))
    return done


@st.composite
def tables_of_an_edition(draw: st.DrawFn) -> tuple[tuple[tuple[str, ...], str], ...]:
    periods = draw(st.lists(st.sampled_from((*QUARTERS, "2023")), min_size=1, max_size=2, unique=True))
    wanted = draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=4, unique=True))
    return tuple((names, period) for names in wanted for period in sorted(periods))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Behind, tuple[tuple[tuple[str, ...], str], ...]]]:
    """What was recorded, and what a few revisions made of it, each as printed at its time."""
    behind: Behind = {cell: draw(FEW) for cell in ALL_BEHIND}
    made = []
    for _edition in range(draw(st.integers(2, 3))):
        made.append((dict(behind), draw(tables_of_an_edition())))
        for cell in draw(st.lists(st.sampled_from(ALL_BEHIND), max_size=3)):
            behind[cell] = max(0, behind[cell] + draw(st.sampled_from((-8, -2, -1, 1, 2, 9))))
    return made


@settings(max_examples=25, deadline=None)
@given(histories(), st.booleans())
def test_nothing_small_is_learned_from_all_that_is_open(
    moments: list[tuple[Behind, tuple[tuple[tuple[str, ...], str], ...]]], newest_first: bool
) -> None:
    editions = opened(moments, (lambda place: -place) if newest_first else (lambda place: place))
    assert editions
    attacked(sorted(editions, key=lambda one: one.counted_at))


MANY: Behind = dict.fromkeys(ALL_BEHIND, 20)
EVERYTHING = tuple((names, "2023-Q4") for names in TABLES)


def key(**where: str) -> Key:
    return Key("persons", tuple(sorted(where.items())), "2023-Q4", ANYWHERE)


def test_one_record_more_is_not_told_by_the_tables_that_move_by_one() -> None:
    later = MANY | {("b", "women", "2023-Q4"): 21}
    first, second = opened([(MANY, EVERYTHING), (later, EVERYTHING)], lambda place: place)
    assert first.withheld == frozenset()
    # Everything the one person counts in is withheld; what did not move is shown.
    assert second.withheld == {key(), key(type="b"), key(sex="women"), key(type="b", sex="women")}


def test_a_large_revision_is_shown() -> None:
    later = MANY | {("b", "women", "2023-Q4"): 28}
    _first, second = opened([(MANY, EVERYTHING), (later, EVERYTHING)], lambda place: place)
    assert second.withheld == frozenset()


def test_a_large_revision_of_small_parts_hides_the_parts() -> None:
    """Eight fewer, four of them women: the total may be known, who it was may not."""
    later = MANY | {("b", "women", "2023-Q4"): 16, ("b", "men", "2023-Q4"): 16}
    _first, second = opened([(MANY, EVERYTHING), (later, EVERYTHING)], lambda place: place)
    assert key() not in second.withheld
    assert {key(sex="women"), key(type="b", sex="women")} <= second.withheld


def test_what_lies_between_a_year_and_three_of_its_quarters_is_a_cell() -> None:
    cells: Mapping[Key, int] = {
        Key("persons", (), period, ANYWHERE): value
        for period, value in {"2023": 52, "2023-Q1": 20, "2023-Q2": 20, "2023-Q3": 10}.items()
    }
    withheld, found = withheld_of(cells, "2024-01-01", [], THRESHOLD)
    assert len(found) == 1
    assert withheld


def test_several_values_together_beside_each_of_them() -> None:
    """'Men and boys' less 'men' is boys."""
    cells = {key(sex="men+women"): 22, key(sex="men"): 20}
    withheld, _found = withheld_of(cells, "2024-01-01", [], THRESHOLD)
    assert withheld == {key(sex="men")}


@pytest.mark.django_db
def test_a_region_less_a_smaller_one_is_a_place(seven_and_six: None) -> None:
    """South-East Europe less the Western Balkans is Moldova, though nobody printed it."""
    cells = {Key("persons", (), "2023-Q4", scope): value for scope, value in (("SEE-7", 40), ("WB-6", 38))}
    system = system_of(cells)
    assert sorted(system.values[name] for name in system.never_shown) == [2]
    withheld, _found = withheld_of(cells, "2024-01-01", [], THRESHOLD)
    assert len(withheld) == 1


@pytest.fixture
def seven_and_six(world: object) -> None:
    """The two scopes of the reference data."""
