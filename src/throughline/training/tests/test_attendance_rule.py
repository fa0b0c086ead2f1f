"""The share of an activity someone attended, and who has earned a certificate."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from throughline.training.attendance import Mark, current, held, scanned, tally
from throughline.training.badge_codes import (
    by_short_code,
    grouped,
    new_code,
    place_of,
    short_code,
    tidied,
    token_of,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACE = UUID("00000000-0000-7000-8000-000000000001")


@dataclass(frozen=True)
class Sitting:
    starts_at: datetime
    ends_at: datetime


def sitting(hours: float) -> Sitting:
    return Sitting(NINE + timedelta(hours=hours), NINE + timedelta(hours=hours + 3))


def marks(*percents: int | None) -> dict[int, Mark]:
    return {number: Mark(one) for number, one in enumerate(percents) if one is not None}


@pytest.mark.parametrize(
    ("percents", "share", "standing"),
    [
        ((100, 100, 100, 100, 0), "80.00", "attended"),
        ((100, 100, 100, 50, 0), "70.00", "partly"),
        ((100, 100, 100, None, None), "60.00", "partly"),
        ((50, None, None, None, None), "10.00", "partly"),
        ((0, 0, 0, 0, 0), "0.00", "no-show"),
        ((None, None, None, None, None), "0.00", "no-show"),
    ],
)
def test_the_share_is_over_all_sessions_held(percents: tuple[int | None, ...], share: str, standing: str) -> None:
    found = tally(range(5), marks(*percents))
    assert (found.percent, found.standing(80), found.earns(80)) == (Decimal(share), standing, standing == "attended")


def test_an_excuse_explains_and_makes_nobody_present() -> None:
    found = tally(range(2), {0: Mark(100), 1: Mark(0, excused=True)})
    assert (found.percent, found.excused, found.missed, found.unwritten) == (Decimal("50.00"), 1, 1, 0)


def test_rounding_lifts_nobody_over_the_bar() -> None:
    many = 20_000
    found = tally(range(many), marks(*[100] * 15_999, 50))
    assert (found.percent, found.earns(80)) == (Decimal("80.00"), False)


def test_without_a_session_nothing_can_be_said() -> None:
    found = tally([], {})
    assert (found.percent, found.standing(80), found.earns(0)) == (None, "", False)


def test_only_sessions_that_began_were_held() -> None:
    morning, afternoon = sitting(0), sitting(5)
    assert held([morning, afternoon], NINE + timedelta(hours=1)) == [morning]


@pytest.mark.parametrize(
    ("hours", "found"), [(-1, None), (-0.5, 0), (0, 0), (2.9, 0), (3, None), (4.4, None), (4.5, 1), (6, 1), (8, None)]
)
def test_a_badge_is_for_the_session_that_runs_or_begins_soon(hours: float, found: int | None) -> None:
    sittings = [sitting(0), sitting(5)]
    expected = None if found is None else sittings[found]
    assert current(sittings, NINE + timedelta(hours=hours)) == expected


def test_of_two_sessions_at_once_none_is_guessed() -> None:
    together = [sitting(0), sitting(0)]
    assert current(together, NINE + timedelta(hours=1)) is None
    assert current(together, NINE - timedelta(minutes=5)) is None


def test_a_scan_makes_present_and_leaves_a_half_that_a_person_wrote() -> None:
    assert scanned(None) == scanned(Mark(0, excused=True)) == scanned(Mark(100)) == Mark(100)
    assert scanned(Mark(50)) == Mark(50)


# Codes


def test_a_badge_is_signed() -> None:
    token = token_of(PLACE)
    assert place_of(token) == PLACE
    other = token_of(UUID(int=PLACE.int + 1))
    assert place_of(other[:22] + token[22:]) is None


@pytest.mark.parametrize("token", ["", "x", "ž", "A" * 34, "A" * 500, "====", "-_" * 17])
def test_what_is_no_badge_is_nobody(token: str) -> None:
    assert place_of(token) is None


def test_another_spelling_of_a_badge_is_no_badge() -> None:
    token = token_of(PLACE)
    assert place_of(token + "=") is None


def test_a_short_code_is_typed_as_people_type() -> None:
    places = [UUID(int=PLACE.int + number) for number in range(200)]
    code = short_code(places[7])
    assert len(code) == 8
    assert by_short_code(f" {grouped(code).lower()} ", places) == places[7]
    assert by_short_code("ZZZZZZZZ", places) is None


def test_letters_that_look_alike_are_the_same() -> None:
    assert tidied("o1-Il 0") == "01110"


def test_codes_of_certificates_differ() -> None:
    codes = {new_code() for _number in range(1000)}
    assert (len(codes), {len(one) for one in codes}) == (1000, {20})
