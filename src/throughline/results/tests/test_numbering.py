"""The numbers of narrative reports: every confirmed one, and the rule's inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.kernel.periods import Half, Year
from throughline.results.numbering import NoReportError, ordinal, report_number, report_period

CONFIRMED = {"2019-H1": 2, "2023-H1": 10, "2023-H2": 11, "2024-H1": 12, "2024-H2": 13}


@pytest.mark.parametrize(("period", "number"), CONFIRMED.items())
def test_confirmed_reports_bear_their_numbers(period: str, number: int) -> None:
    assert report_number(period) == number
    assert str(report_period(number)) == period


def test_the_first_report_covers_the_whole_baseline_year() -> None:
    assert report_number("2018") == 1
    assert report_period(1) == Year(2018)


@pytest.mark.parametrize("period", ["2018-H1", "2018-H2", "2019", "2023-Q4", "2017", "2023-05"])
def test_other_periods_have_no_report(period: str) -> None:
    with pytest.raises(NoReportError, match=period):
        report_number(period)


@pytest.mark.parametrize("number", [0, -1])
def test_there_is_no_report_before_the_first(number: int) -> None:
    with pytest.raises(NoReportError):
        report_period(number)


@given(st.integers(1, 2000))
def test_number_and_period_are_each_others_inverse(number: int) -> None:
    assert report_number(report_period(number)) == number


@given(st.integers(2019, 3000), st.sampled_from([1, 2]))
def test_odd_numbers_are_second_halves(year: int, half: int) -> None:
    assert report_number(Half(year, half)) % 2 == half - 1
    assert report_period(report_number(Half(year, half))) == Half(year, half)


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_ordinals_as_covers_print_them(number: int, printed: str) -> None:
    assert ordinal(number) == printed
