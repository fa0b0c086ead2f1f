"""Putting values together and measuring the way to a target: examples by hand, laws by hypothesis."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.results.arithmetic import (
    Across,
    Direction,
    Given,
    Remark,
    Why,
    achieved,
    across_periods,
    across_places,
    exact,
    parts_of,
    percent_of,
)

numbers = st.fractions(min_value=0, max_value=10_000, max_denominator=100)
pairs = st.tuples(st.integers(0, 500), st.integers(1, 1000)).map(lambda pair: (min(pair), max(pair)))
answers = st.dictionaries(st.sampled_from("AL BA XK ME MK RS".split()), st.none() | numbers, min_size=1)


def counted(number: float | Fraction) -> Given:
    return Given(number=Fraction(number))


def share(numerator: int, denominator: int) -> Given:
    return Given(numerator=Fraction(numerator), denominator=Fraction(denominator))


class TestAcrossPlaces:
    def test_a_sum_of_what_was_reported_says_of_how_many_it_is(self) -> None:
        found = across_places(Across.SUM, {"AL": counted(3), "RS": counted(4), "ME": None})
        assert (found.value, found.reported, found.expected, found.missing, found.partial) == (7, 2, 3, ("ME",), True)

    def test_missing_is_not_zero(self) -> None:
        nothing = across_places(Across.SUM, {"AL": None, "RS": None})
        zero = across_places(Across.SUM, {"AL": counted(0), "RS": counted(0)})
        assert (nothing.value, nothing.why, nothing.reported) == (None, Why.NOTHING_REPORTED, 0)
        assert (zero.value, zero.why, zero.reported, zero.partial) == (0, None, 2, False)

    def test_a_nil_return_is_an_answer_without_a_number(self) -> None:
        found = across_places(Across.SUM, {"AL": counted(3), "RS": Given(nil=True)})
        assert (found.value, found.reported, found.nil, found.partial, found.missing) == (3, 2, 1, False, ())

    def test_a_region_of_nil_returns_has_answered_and_has_no_figure(self) -> None:
        found = across_places(Across.SUM, {"AL": Given(nil=True)})
        assert (found.value, found.reported, found.why) == (None, 1, Why.NOTHING_REPORTED)

    def test_ratios_are_added_apart_and_divided_once(self) -> None:
        found = across_places(Across.RATIO, {"AL": share(15, 50), "RS": share(15, 50), "ME": share(1, 1)})
        assert found.value == Fraction(31, 101) * 100
        assert (found.given.numerator, found.given.denominator) == (31, 101)

    def test_nought_of_nought_is_reported_and_has_no_figure(self) -> None:
        found = across_places(Across.RATIO, {"AL": share(0, 0)})
        assert (found.value, found.why, found.reported) == (None, Why.NOTHING_TO_DIVIDE_BY, 1)

    def test_statuses_are_counted(self) -> None:
        given = {
            "AL": Given(status="completed"),
            "RS": Given(status="on-track"),
            "ME": Given(status="completed"),
            "BA": None,
        }
        found = across_places(Across.COUNT, given, met=["completed"])
        assert (found.value, dict(found.statuses), found.reported) == (2, {"completed": 2, "on-track": 1}, 3)

    def test_texts_are_not_added_up(self) -> None:
        found = across_places(Across.NONE, {"AL": Given(text="Adopted in May."), "RS": None})
        assert (found.value, found.why, found.reported, found.expected) == (None, Why.NOT_ADDED_UP, 1, 2)

    @given(answers, st.randoms())
    def test_the_order_of_places_makes_no_difference(self, given: dict, chance: Random) -> None:
        rows = [(code, None if value is None else counted(value)) for code, value in given.items()]
        shuffled = list(rows)
        chance.shuffle(shuffled)
        one, other = across_places(Across.SUM, dict(rows)), across_places(Across.SUM, dict(shuffled))
        assert (one.value, one.reported, set(one.missing)) == (other.value, other.reported, set(other.missing))

    @given(st.lists(pairs, min_size=1, max_size=40))
    def test_the_ratio_of_sums_is_the_ratio_of_all_cases_thrown_together(self, given: list[tuple[int, int]]) -> None:
        found = across_places(Across.RATIO, {str(at): share(*pair) for at, pair in enumerate(given)})
        assert found.value == percent_of(sum(part for part, _ in given), sum(whole for _, whole in given))
        assert min(percent_of(*pair) for pair in given) <= found.value <= max(percent_of(*pair) for pair in given)

    @given(answers)
    def test_a_place_that_did_not_report_changes_no_sum(self, given: dict) -> None:
        rows = {code: None if value is None else counted(value) for code, value in given.items()}
        before, after = across_places(Across.SUM, rows), across_places(Across.SUM, {**rows, "MD": None})
        assert (after.value, after.reported, after.expected) == (before.value, before.reported, before.expected + 1)

    @given(answers)
    def test_the_regions_of_two_halves_add_up_to_the_whole(self, given: dict) -> None:
        rows = {code: None if value is None else counted(value) for code, value in given.items()}
        left = {code: one for code, one in rows.items() if code < "M"}
        right = {code: one for code, one in rows.items() if code >= "M"}
        halves = [across_places(Across.SUM, part).value for part in (left, right)]
        known = [value for value in halves if value is not None]
        assert across_places(Across.SUM, rows).value == (sum(known) if known else None)


class TestAcrossPeriods:
    halves = {"2023-H1": counted(4), "2023-H2": counted(6)}

    @pytest.mark.parametrize(
        ("rule", "value"), [(Across.SUM, 10), (Across.LATEST, 6), (Across.AVERAGE, 5), (Across.NONE, None)]
    )
    def test_each_rule(self, rule: Across, value: int | None) -> None:
        assert across_periods(rule, self.halves).value == value

    @pytest.mark.parametrize("rule", [Across.SUM, Across.LATEST, Across.AVERAGE])
    def test_what_is_cumulative_is_never_added_up(self, rule: Across) -> None:
        assert across_periods(rule, self.halves, cumulative=True).value == 6

    def test_the_latest_is_the_last_that_was_reported_and_says_that_one_is_missing(self) -> None:
        found = across_periods(Across.LATEST, {"2023-H1": counted(4), "2023-H2": None})
        assert (found.value, found.missing, found.partial) == (4, ("2023-H2",), True)

    @pytest.mark.parametrize("rule", [Across.SUM, Across.AVERAGE])
    def test_ratios_of_periods_are_never_averaged(self, rule: Across) -> None:
        assert across_periods(rule, {"2022": share(1, 10), "2023": share(9, 10)}).value == 50
        assert across_periods(rule, {"2022": share(1, 1), "2023": share(0, 99)}).value == 1

    def test_the_latest_ratio_may_have_nothing_to_divide_by(self) -> None:
        found = across_periods(Across.LATEST, {"2022": share(1, 2), "2023": share(0, 0)})
        assert (found.value, found.why) == (None, Why.NOTHING_TO_DIVIDE_BY)

    def test_the_latest_status_stands(self) -> None:
        found = across_periods(Across.LATEST, {"a": Given(status="on-track"), "b": Given(status="completed")})
        assert (found.given.status, found.why) == ("completed", None)

    def test_nothing_reported_is_nothing(self) -> None:
        assert across_periods(Across.SUM, {"2022": None}).why is Why.NOTHING_REPORTED
        assert across_periods(Across.AVERAGE, {"2022": Given(status="on-track")}).why is Why.NOT_ADDED_UP

    @given(st.lists(numbers, min_size=1, max_size=12))
    def test_an_average_lies_between_the_least_and_the_most(self, given: list[Fraction]) -> None:
        found = across_periods(Across.AVERAGE, {str(at): counted(one) for at, one in enumerate(given)})
        assert min(given) <= found.value <= max(given)
        assert (
            found.value * len(given)
            == across_periods(Across.SUM, {str(at): counted(one) for at, one in enumerate(given)}).value
        )


class TestAchieved:
    @pytest.mark.parametrize(
        ("direction", "baseline", "target", "actual", "percent", "remark"),
        [
            (Direction.RISE, 10, 20, 15, 50, None),
            (Direction.RISE, 10, 20, 20, 100, Remark.REACHED),
            (Direction.RISE, 10, 20, 25, 150, Remark.EXCEEDED),
            (Direction.RISE, 10, 20, 5, -50, Remark.MOVED_AWAY),
            (Direction.FALL, 200, 100, 150, 50, None),
            (Direction.FALL, 200, 100, 80, 120, Remark.EXCEEDED),
            (Direction.FALL, 200, 100, 220, -20, Remark.MOVED_AWAY),
            (Direction.FALL, 5, 0, 0, 100, Remark.REACHED),
            (Direction.RISE, 0, 4, 0, 0, None),
        ],
    )
    def test_by_hand(
        self, direction: Direction, baseline: int, target: int, actual: int, percent: int, remark: Remark | None
    ) -> None:
        found = achieved(direction, baseline, target, actual)
        assert (found.percent, found.remark, found.why) == (percent, remark, None)

    @pytest.mark.parametrize(
        ("direction", "baseline", "target", "actual", "why"),
        [
            (Direction.RISE, None, 20, 15, Why.NO_BASELINE),
            (Direction.RISE, 10, None, 15, Why.NO_TARGET),
            (Direction.RISE, 10, 20, None, Why.NO_ACTUAL),
            (Direction.RISE, 10, 10, 15, Why.TARGET_IS_BASELINE),
            (Direction.FALL, 10, 20, 15, Why.TARGET_AGAINST_DIRECTION),
            (Direction.RISE, 20, 10, 15, Why.TARGET_AGAINST_DIRECTION),
            (Direction.NONE, 10, 20, 15, Why.NO_DIRECTION),
        ],
    )
    def test_what_cannot_be_said_says_why(
        self, direction: Direction, baseline: int | None, target: int | None, actual: int | None, why: Why
    ) -> None:
        found = achieved(direction, baseline, target, actual)
        assert (found.percent, found.why) == (None, why)

    @given(numbers, numbers, numbers)
    def test_falling_mirrors_rising(self, baseline: Fraction, target: Fraction, actual: Fraction) -> None:
        rising = achieved(Direction.RISE, baseline, target, actual)
        falling = achieved(Direction.FALL, -baseline, -target, -actual)
        assert rising == falling

    @given(numbers, numbers.filter(bool))
    def test_at_the_baseline_nothing_is_gone_and_at_the_target_all(self, baseline: Fraction, way: Fraction) -> None:
        assert achieved(Direction.RISE, baseline, baseline + way, baseline).percent == 0
        assert achieved(Direction.RISE, baseline, baseline + way, baseline + way).percent == 100
        assert achieved(Direction.FALL, baseline, baseline - way, baseline - way).percent == 100

    @given(numbers, numbers.filter(bool), numbers, numbers.filter(bool))
    def test_the_unit_makes_no_difference(
        self, baseline: Fraction, way: Fraction, actual: Fraction, unit: Fraction
    ) -> None:
        plain = achieved(Direction.RISE, baseline, baseline + way, actual)
        scaled = achieved(Direction.RISE, baseline * unit, (baseline + way) * unit, actual * unit)
        assert plain == scaled

    def test_a_sum_of_some_is_not_compared_with_what_was_laid_down_for_all(self) -> None:
        found = achieved(Direction.RISE, 0, 100, 50, whole=False)
        assert (found.percent, found.why) == (None, Why.INCOMPLETE)


class TestParts:
    def test_parts_that_add_up(self) -> None:
        assert parts_of(10, [4, 6]).agree
        assert not parts_of(10, [4, 6]).exceed

    def test_parts_that_leave_something_open(self) -> None:
        assert (parts_of(10, [4, None]).missing, parts_of(10, [4, None]).agree) == (6, False)

    def test_parts_that_exceed(self) -> None:
        assert (parts_of(10, [8, 6]).missing, parts_of(10, [8, 6]).exceed) == (-4, True)

    def test_parts_without_a_total_and_a_total_without_parts(self) -> None:
        assert (parts_of(None, [8]).missing, parts_of(8, []).missing, parts_of(8, [None]).sum) == (None, None, None)


def test_numbers_are_exact() -> None:
    assert exact("0.1") + exact("0.2") == exact("0.3")
    assert (exact(None), exact("")) == (None, None)
    assert (percent_of(1, 0), percent_of(None, 3)) == (None, None)
