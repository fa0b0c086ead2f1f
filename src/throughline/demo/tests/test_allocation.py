"""The arithmetic of splitting: totals hold whatever the numbers."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.demo.allocation import carve, pick, spread

COUNTS = st.integers(min_value=0, max_value=40)


@st.composite
def margins(draw: st.DrawFn) -> tuple[dict[int, int], dict[int, int]]:
    table = draw(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=1, max_size=5))
    return (
        {number: sum(row) for number, row in enumerate(table)},
        {number: sum(row[number] for row in table) for number in range(3)},
    )


@given(margins())
def test_a_spread_table_has_exactly_its_margins(given_margins: tuple[dict[int, int], dict[int, int]]) -> None:
    rows, columns = given_margins
    table = spread(rows, columns, lambda row, column: 1.0 + row * column)
    assert {row: sum(n for (r, _), n in table.items() if r == row) for row in rows} == rows
    assert {column: sum(n for (_, c), n in table.items() if c == column) for column in columns} == columns
    assert min(table.values()) >= 0


def test_a_cell_of_no_weight_stays_empty() -> None:
    table = spread({"a": 5, "b": 5}, {"x": 5, "y": 5}, lambda r, c: 0.0 if (r, c) == ("a", "x") else 1.0)
    assert table == {("a", "x"): 0, ("a", "y"): 5, ("b", "x"): 5, ("b", "y"): 0}


def test_margins_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="rows add up to 3, columns to 4"):
        spread({"a": 3}, {"x": 4}, lambda *_: 1.0)


def test_margins_that_no_table_meets_are_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        spread({"a": 5, "b": 1}, {"x": 5, "y": 1}, lambda r, c: 0.0 if (r, c) == ("a", "x") else 1.0)


@given(st.dictionaries(st.integers(), COUNTS, max_size=8), st.data())
def test_carving_takes_exactly_what_is_wanted(cells: dict[int, int], data: st.DataObject) -> None:
    wanted = data.draw(st.integers(0, sum(cells.values())))
    taken = carve(cells, wanted)
    assert sum(taken.values()) == wanted
    assert all(0 <= taken[key] <= cells[key] for key in cells)


def test_more_than_there_is_cannot_be_carved() -> None:
    with pytest.raises(ValueError, match="5 cannot be taken out of 3"):
        carve({"a": 3, "b": 4}, 5, {"a": 1.0, "b": 0.0})


def test_picking_never_takes_what_has_no_weight_nor_one_thing_twice() -> None:
    found = pick(range(10), 5, Random(1), lambda number: float(number % 2))
    assert sorted(found) == [1, 3, 5, 7, 9]
    with pytest.raises(ValueError, match="6 cannot be drawn from 5"):
        pick(range(10), 6, Random(1), lambda number: float(number % 2))
