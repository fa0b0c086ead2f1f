"""An attacker who adds and subtracts what is shown learns nothing about a withheld cell beyond the stated interval."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.kernel.suppression import Sum, UnprotectableError, interval, protect

THRESHOLD = 4
COUNT = st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 60))


def table(name: str, cells: dict[tuple[int, ...], int]) -> tuple[dict[str, int], list[Sum]]:
    """A table of any number of dimensions with all its margins: '*' is summed over."""
    sizes = [max(key[axis] for key in cells) + 1 for axis in range(len(next(iter(cells))))]
    keys = list(product(*[("*", *range(size)) for size in sizes]))

    def said(key: tuple[object, ...]) -> str:
        return f"{name}{list(key)}".replace("'", "")

    values = {
        said(key): sum(
            value
            for cell, value in cells.items()
            if all(wanted in ("*", at) for wanted, at in zip(key, cell, strict=True))
        )
        for key in keys
    }
    sums = [
        Sum(said(key), tuple(said((*key[:axis], at, *key[axis + 1 :])) for at in range(sizes[axis])))
        for key in keys
        for axis, part in enumerate(key)
        if part == "*"
    ]
    return values, sums


@st.composite
def tables(draw: st.DrawFn, dimensions: int) -> dict[tuple[int, ...], int]:
    sizes = [draw(st.integers(2, 4 if dimensions == 2 else 3)) for _axis in range(dimensions)]
    return {key: draw(COUNT) for key in product(*map(range, sizes))}


def attacked(values: dict[str, int], sums: list[Sum], threshold: int = THRESHOLD) -> None:
    """Every withheld cell, from what is shown alone."""
    found = protect(values, sums, threshold=threshold)
    shown = {name: value for name, value in values.items() if name not in found.withheld}
    assert not [name for name, value in shown.items() if 0 < value < threshold]
    for name in found.withheld:
        low, high = interval(name, shown, sums)
        assert low <= values[name] <= high
        if name in found.small:
            assert (low, high >= threshold) == (0, True), (name, low, high)
        assert high - low >= threshold, (name, low, high)


@settings(max_examples=25, deadline=None)
@given(tables(2))
def test_a_table_with_its_margins(cells: dict[tuple[int, ...], int]) -> None:
    attacked(*table("a", cells))


@settings(max_examples=8, deadline=None)
@given(tables(3))
def test_three_dimensions(cells: dict[tuple[int, ...], int]) -> None:
    attacked(*table("a", cells))


@settings(max_examples=8, deadline=None)
@given(tables(2), st.data())
def test_two_tables_that_share_a_margin(cells: dict[tuple[int, ...], int], data: st.DataObject) -> None:
    """The same cases by type and place, and by type and sex: the margin by type is one and the same cell."""
    values, sums = table("a", cells)
    kinds = max(key[0] for key in cells) + 1
    more: dict[tuple[int, ...], int] = {}
    for kind in range(kinds):
        whole = values[f"a[{kind}, *]"]
        first = data.draw(st.integers(0, whole))
        more |= {(kind, 0): first, (kind, 1): whole - first}
    others, other_sums = table("b", more)
    shared = {"b[*, *]": "a[*, *]"} | {f"b[{kind}, *]": f"a[{kind}, *]" for kind in range(kinds)}
    both = values | {shared.get(name, name): value for name, value in others.items()}
    renamed = [
        Sum(shared.get(one.total, one.total), tuple(shared.get(part, part) for part in one.parts)) for one in other_sums
    ]
    attacked(both, sums + renamed)


@settings(max_examples=8, deadline=None)
@given(st.lists(COUNT, min_size=2, max_size=5), st.integers(0, 5))
def test_parts_that_overlap(parts: list[int], more: int) -> None:
    """A case with two weapons stands under both: the total lies between the largest part and the sum of all."""
    total = min(sum(parts), max(parts) + more)
    values = {"total": total} | {f"part{number}": value for number, value in enumerate(parts)}
    attacked(values, [Sum("total", tuple(f"part{number}" for number in range(len(parts))), overlapping=True)])


def test_nothing_small_nothing_withheld() -> None:
    values, sums = table("a", {(0, 0): 10, (0, 1): 0, (1, 0): 7, (1, 1): 8})
    assert protect(values, sums, threshold=5).withheld == frozenset()


def test_one_small_cell_takes_a_rectangle_with_it() -> None:
    cells = {(row, column): 20 for row in range(3) for column in range(3)} | {(0, 0): 2}
    found = protect(*table("a", cells), threshold=5)
    assert (found.small, len(found.withheld)) == ({"a[0, 0]"}, 4)


def test_a_cell_without_a_sum_stands_alone() -> None:
    assert protect({"a": 2, "b": 30}, [], threshold=5).withheld == {"a"}


def test_what_is_shown_already_is_not_withheld_and_may_leave_no_way() -> None:
    values = {"total": 12, "few": 2, "some": 10}
    sums = [Sum("total", ("few", "some"))]
    assert "some" not in protect(values, sums, threshold=5, shown_already=["some"]).withheld
    with pytest.raises(UnprotectableError) as caught:
        protect(values, sums, threshold=5, shown_already=["some", "total"])
    assert caught.value.cell == "few"


def test_what_is_left_of_a_total_counts_as_a_cell() -> None:
    """3 of 40 are in no part: whoever subtracts sees them, unless a part or the total goes too."""
    values = {"total": 40, "men": 30, "women": 7, "rest": 3}
    found = protect(values, [Sum("total", ("men", "women", "rest"))], threshold=5, never_shown=["rest"])
    assert len(found.withheld) == 2
    assert "rest" in found.small


def test_a_threshold_that_hides_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="2"):
        protect({"a": 1}, [], threshold=2)
