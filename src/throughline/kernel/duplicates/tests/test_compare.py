"""How alike two plain values are."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.incidents.duplicates import link
from throughline.kernel.duplicates import compare


def test_dates_fall_with_the_days_between_them() -> None:
    day = date(2024, 3, 7)

    found = [compare.days(day, date(2024, 3, number)) for number in (7, 8, 9, 11, 20)]

    assert found == [1.0, 0.6375, 0.425, 0.0, 0.0]


def test_day_and_month_taken_for_each_other_are_nearly_the_same_date() -> None:
    assert compare.days(date(2024, 3, 7), date(2024, 7, 3)) == 0.8


def test_what_is_not_known_says_nothing() -> None:
    assert compare.name("", "nis") is None
    assert compare.near(None, (43.3, 21.9)) is None
    assert compare.hours(None, time(10, 0)) is None
    assert compare.counts({}, {"victim/killed": 1}) is None
    assert compare.shared((), ("a",)) is None
    assert compare.same(None, "RS") is None


def test_hours_pass_over_midnight() -> None:
    assert compare.hours(time(23, 30), time(0, 30)) == pytest.approx(5 / 6)


def test_names_half_alike_are_not_alike() -> None:
    assert compare.name("novi sad", "novi sad") == 1.0
    assert compare.name("nis", "podgorica") == 0.0
    assert (compare.name("kragujevac", "kragujevas") or 0) > 0.7


def test_an_address_is_known_without_what_differs_between_visitors() -> None:
    known = link("https://www.Example.org/news/1/?utm_source=x")

    assert known == link("http://example.org/news/1") == "example.org/news/1"
    assert link("https://example.org/") == ""
    assert link("http://[broken") == ""


words = st.text("abcdefgh ", max_size=30)


@given(one=words, other=words)
def test_every_comparison_is_even_and_between_0_and_1(one: str, other: str) -> None:
    for way in (compare.name, compare.text):
        agreement = way(one, other)
        assert agreement == way(other, one)
        assert agreement is None or 0.0 <= agreement <= 1.0
