"""What a change is worth: exact limits, plain verdicts, and words."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.kernel.measures.change import Worth, of_counts, of_shares, of_sums, ratio_limits, score_limits
from throughline.kernel.measures.words import change_words, interval_words, number, percent_words, worth_words

counts = st.integers(0, 400)


def tail_at_least(successes: int, trials: int, ratio: float) -> float:
    """P(X >= successes) where X is binomial with odds `ratio`, summed exactly."""
    p = Fraction(ratio) / (1 + Fraction(ratio))
    return float(sum(comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(successes, trials + 1)))


@pytest.mark.parametrize(("before", "after"), [(12, 20), (1, 9), (30, 18), (5, 5), (7, 0), (0, 7)])
def test_limits_are_where_the_exact_tails_are_two_and_a_half_percent(before: int, after: int) -> None:
    low, high = ratio_limits(before, after)
    total = before + after
    if after:
        assert tail_at_least(after, total, low) == pytest.approx(0.025, abs=1e-9)
    else:
        assert low == 0
    if before:
        assert 1 - tail_at_least(after + 1, total, high) == pytest.approx(0.025, abs=1e-9)
    else:
        assert high == float("inf")


@given(counts, counts)
def test_the_ratio_lies_within_its_limits_and_turning_it_round_turns_them_round(before: int, after: int) -> None:
    if not before + after:
        return
    low, high = ratio_limits(before, after)
    if before:
        assert low <= after / before <= high
    back_low, back_high = ratio_limits(after, before)
    if after and before:
        assert back_low == pytest.approx(1 / high)
        assert back_high == pytest.approx(1 / low)


@pytest.mark.parametrize(
    ("before", "after", "worth", "words"),
    [
        (129, 151, Worth.CHANCE, "+17\N{NARROW NO-BREAK SPACE}%, 129 → 151; could be chance"),
        (338, 429, Worth.REAL, "+27\N{NARROW NO-BREAK SPACE}%, 338 → 429; more than chance explains"),
        (47, 16, Worth.REAL, "−66\N{NARROW NO-BREAK SPACE}%, 47 → 16; more than chance explains"),
        (29, 23, Worth.CHANCE, "−21\N{NARROW NO-BREAK SPACE}%, 29 → 23; could be chance"),
        (106, 106, Worth.CHANCE, "0\N{NARROW NO-BREAK SPACE}%, 106 → 106; could be chance"),
        (2, 4, Worth.FEW, "+100\N{NARROW NO-BREAK SPACE}%, 2 → 4; too few to say"),
        (0, 0, Worth.FEW, "no change, 0 → 0; too few to say"),
        (0, 12, Worth.REAL, "from 0, 0 → 12; more than chance explains"),
        (3495, 1000, Worth.REAL, "−71\N{NARROW NO-BREAK SPACE}%, 3,495 → 1,000; more than chance explains"),
    ],
)
def test_counts_in_words(before: int, after: int, worth: Worth, words: str) -> None:
    change = of_counts(before, after)
    assert change.worth == worth
    assert change_words(change) == words


def test_interval_in_words() -> None:
    assert interval_words(of_counts(129, 151)) == "−8 to +49\N{NARROW NO-BREAK SPACE}%"
    assert interval_words(of_counts(0, 12)) == "+178\N{NARROW NO-BREAK SPACE}% or more"
    assert interval_words(of_counts(0, 0)) == ""


def test_nothing_is_rounded_before_it_is_shown() -> None:
    assert of_counts(925, 821).percent == pytest.approx(-11.243243, abs=1e-6)


def test_amounts_get_no_verdict() -> None:
    change = of_sums(400, 500)
    assert (change.worth, change.low, change_words(change)) == (
        Worth.NONE,
        None,
        "+25\N{NARROW NO-BREAK SPACE}%, 400 → 500",
    )
    assert worth_words(Worth.NONE) == ""


def test_shares_change_in_points() -> None:
    """The worked example of Newcombe's paper: 56/70 against 48/80, method 10: 0.0524 to 0.3339."""
    change = of_shares((48, 80), (56, 70))
    assert change is not None
    assert change.percent == pytest.approx(20)
    assert change.low == pytest.approx(5.24, abs=0.005)
    assert change.high == pytest.approx(33.39, abs=0.005)
    assert change.worth == Worth.REAL
    assert (
        change_words(change)
        == "+20.0 points, 60.0\N{NARROW NO-BREAK SPACE}% → 80.0\N{NARROW NO-BREAK SPACE}%; more than chance explains"
    )
    assert percent_words(change) == "+20.0 points"


def test_shares_without_a_base_cannot_change() -> None:
    assert of_shares((0, 0), (1, 2)) is None
    assert of_shares((1, 2), (0, 0)) is None


@given(st.integers(1, 500).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_score_limits_hold_the_share(pair: tuple[int, int]) -> None:
    part, base = pair
    low, high = score_limits(part, base)
    assert 0 <= low <= part / base + 1e-12
    assert part / base - 1e-12 <= high <= 1


def test_numbers_for_reading() -> None:
    assert [number(one) for one in (3495, -3, None, 0)] == ["3,495", "−3", "–", "0"]
    assert number(-0.2) == "0"
