"""Periods: written and read alike, without gaps, named as people name them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.kernel.periods import Block, Day, Half, Month, NotAPeriodError, Period, Quarter, Span, Year

days = st.dates(date(1950, 1, 1), date(2100, 12, 31))
kinds = st.sampled_from([Year, Half, Quarter, Month])
blocks = st.builds(lambda kind, day: kind.containing(day), kinds, days)
ends = st.one_of(blocks, st.builds(Day, days))
spans = st.tuples(ends, ends).filter(lambda pair: pair[0].start <= pair[1].end and pair[0] != pair[1])
periods = st.one_of(ends, spans.map(lambda pair: Span(*pair)))


@given(periods)
def test_what_is_written_reads_back(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods)
def test_neighbours_touch(period: Period) -> None:
    assert period.previous.end + timedelta(days=1) == period.start
    assert period.next.start == period.end + timedelta(days=1)


@given(blocks)
def test_previous_and_next_undo_each_other(block: Block) -> None:
    assert block.previous.next == block
    assert block.next.previous == block


@given(blocks)
def test_last_year_is_a_year_of_blocks_back(block: Block) -> None:
    assert block.last_year == block.shifted(-block.a_year())
    assert block.last_year.start.replace(year=block.year) == block.start


@given(kinds, days)
def test_a_day_is_in_the_block_that_contains_it(kind: type[Block], day: date) -> None:
    assert day in kind.containing(day)
    assert day not in kind.containing(day).previous


@given(periods.filter(lambda period: period.days < 4000), kinds)
def test_blocks_of_a_period_are_gapless_and_all_touch_it(period: Period, kind: type[Block]) -> None:
    found = list(period.blocks(kind))
    assert [one.next for one in found[:-1]] == found[1:]
    assert found[0] == kind.containing(period.start)
    assert found[-1] == kind.containing(period.end)


@given(days)
def test_a_year_is_made_of_its_parts(day: date) -> None:
    year = Year.containing(day)
    for parts, count in ((year.halves(), 2), (year.quarters(), 4), (year.months(), 12)):
        found = list(parts)
        assert len(found) == count
        assert sum(part.days for part in found) == year.days
        assert all(year.covers(part) for part in found)


def test_the_calendar_years_a_period_touches() -> None:
    assert list(Period.parse("2022-Q4..2024-Q1").calendar_years) == [2022, 2023, 2024]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2023", "2023"),
        ("2023-H1", "January–June 2023"),
        ("2024-Q1", "January–March 2024"),
        ("2023-05", "May 2023"),
        ("2023-05-03", "3 May 2023"),
        ("2022..2023", "2022–2023"),
        ("2023-02..2023-04", "February–April 2023"),
        ("2022-Q1..2024-Q1", "January–March 2022 – January–March 2024"),
    ],
)
def test_in_words(text: str, label: str) -> None:
    assert Period.parse(text).label() == label


def test_in_other_words() -> None:
    assert Period.parse("2024-Q1").label("sr_Latn") == "januar–mart 2024"
    assert Period.parse("2024-Q1").label("sq") == "janar–mars 2024"


@pytest.mark.parametrize(
    ("text", "previous", "last_year"),
    [
        ("2023", "2022", "2022"),
        ("2023-H1", "2022-H2", "2022-H1"),
        ("2023-Q1", "2022-Q4", "2022-Q1"),
        ("2023-01", "2022-12", "2022-01"),
        ("2024-02-29", "2024-02-28", "2023-02-28"),
        ("2023-Q2..2023-Q4", "2022-Q3..2023-Q1", "2022-Q2..2022-Q4"),
        ("2023-05-03..2023-05-04", "2023-05-01..2023-05-02", "2022-05-03..2022-05-04"),
    ],
)
def test_the_period_before_and_a_year_ago(text: str, previous: str, last_year: str) -> None:
    assert str(Period.parse(text).previous) == previous
    assert str(Period.parse(text).last_year) == last_year


def test_small_letters_and_spaces_are_forgiven() -> None:
    assert Period.parse(" 2023q4 ") == Quarter(2023, 4)
    assert Period.parse("2022 .. 2023") == Span(Year(2022), Year(2023))


@pytest.mark.parametrize(
    "text", ["", "23", "2023-Q5", "2023-H3", "2023-13", "2023-02-30", "0000", "2024..2023", "..", "2023..", "x"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(NotAPeriodError) as refusal:
        Period.parse(text)
    assert refusal.value.text == text
