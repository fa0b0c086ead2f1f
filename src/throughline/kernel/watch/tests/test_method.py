"""The method alone: counts in, a verdict out."""

import numpy as np
import pytest

from throughline.kernel.watch.method import FEWEST, GAP, LEAST, _tail, judge

STEADY = [4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5] * 2


def test_a_quiet_month_is_not_flagged_and_a_burst_is() -> None:
    quiet, burst = judge(STEADY, 6), judge(STEADY, 16)
    assert quiet is not None
    assert burst is not None
    assert (quiet.unusual, burst.unusual) == (False, True)
    assert quiet.expected == pytest.approx(5, abs=0.2)
    assert burst.score > 1 > quiet.score
    assert burst.chance < 0.001 < quiet.chance


def test_too_short_a_past_says_nothing() -> None:
    assert judge([5] * (LEAST + GAP - 1), 50) is None
    assert judge([5] * (LEAST + GAP), 50) is not None


def test_months_nobody_reported_are_no_noughts() -> None:
    gaps: list[int | None] = [None if number % 4 == 0 else count for number, count in enumerate(STEADY * 2)]
    verdict = judge(gaps, 6)
    assert verdict is not None
    assert verdict.expected == pytest.approx(5, abs=0.5)
    assert verdict.months == sum(count is not None for count in gaps[:-GAP])


def test_few_cases_are_never_flagged() -> None:
    verdict = judge([0] * 40, FEWEST - 1)
    assert verdict is not None
    assert not verdict.unusual
    assert judge([0] * 40, FEWEST).unusual  # type: ignore[union-attr]


def test_a_past_outbreak_does_not_hide_the_next() -> None:
    past = [*STEADY[:10], 60, *STEADY[10:]]
    verdict = judge(past, 25)
    assert verdict is not None
    assert verdict.expected < 9


def test_seasons_are_expected_where_the_past_is_long_enough() -> None:
    """In the fifth year a high July is what every July was."""
    year = [5, 5, 5, 5, 5, 20, 22, 20, 5, 5, 5, 5]
    past = year * 4 + year[:6]
    verdict = judge(past, 22)
    assert verdict is not None
    assert (verdict.seasons, verdict.unusual) == (True, False)
    winter = judge(year * 4, 22)
    assert winter is not None
    assert winter.unusual


def test_without_uncertainty_and_extra_variation_it_is_poisson() -> None:
    tail = _tail(30, 4.0, 0.0, 1.0)
    terms = [np.exp(-4.0)]
    for k in range(1, 12):
        terms.append(terms[-1] * 4.0 / k)
    assert tail[12] == pytest.approx(1 - sum(terms), abs=1e-12)


@pytest.mark.parametrize("spread", [1.0, 2.0])
def test_false_alarms_are_as_rare_as_said(spread: float) -> None:
    rng = np.random.default_rng(7)
    flagged = 0
    for _number in range(400):
        counts = rng.poisson(12, 37) if spread == 1 else rng.negative_binomial(12, 0.5, 37)
        verdict = judge(counts[:-1].tolist(), int(counts[-1]))
        flagged += bool(verdict and verdict.unusual)
    assert flagged / 400 <= 0.03
