"""What a change between two periods is worth. Pure arithmetic: no Django, no database.

Counts are compared by the conditional test: given the total n of two independent Poisson counts over equal
exposures, the later one is binomial(n, ratio / (1 + ratio)); the exact (Clopper-Pearson) limits of that
probability are turned into limits of the ratio. J. Przyborowski and H. Wilenski, 'Homogeneity of results in
testing samples from Poisson series', Biometrika 31 (1940), 313-323; C. Clopper and E. Pearson, 'The use of
confidence or fiducial limits illustrated in the case of the binomial', Biometrika 26 (1934), 404-413.

Shares are compared by their difference, with the hybrid score interval (method 10 of R. Newcombe, 'Interval
estimation for the difference between independent proportions', Statistics in Medicine 17 (1998), 873-890).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import sqrt

from scipy.special import betaincinv

CONFIDENCE = 0.95
Z = 1.959963984540054
# Below this many events in both periods together, even a doubling is inside what chance does.
FEW = 10


class Worth(StrEnum):
    """What may be said of a change."""

    FEW = "few"
    CHANCE = "chance"
    REAL = "real"
    NONE = "none"


@dataclass(frozen=True)
class Change:
    """From `before` to `after`. `percent`, `low` and `high` are percent; for shares, percentage points.

    `percent` is None where there was nothing before; `low` and `high` are None where no interval can be given.
    Nothing is rounded here.
    """

    before: float
    after: float
    percent: float | None
    low: float | None
    high: float | None
    worth: Worth
    points: bool = False

    @property
    def difference(self) -> float:
        return self.after - self.before


@lru_cache(maxsize=4096)
def of_counts(before: int, after: int) -> Change:
    """The change from one count to another, with the exact conditional interval of their ratio."""
    percent = (after / before - 1) * 100 if before else None
    total = before + after
    if not total:
        return Change(before, after, None, None, None, Worth.FEW)
    low, high = ratio_limits(before, after)
    worth = _worth(low <= 1 <= high, few=total < FEW)
    return Change(before, after, percent, _percent(low), _percent(high), worth)


def of_sums(before: float, after: float) -> Change:
    """The change from one amount to another. Amounts are not counts of events: no interval, no verdict."""
    percent = (after / before - 1) * 100 if before else None
    return Change(before, after, percent, None, None, Worth.NONE)


def of_shares(before: tuple[int, int], after: tuple[int, int]) -> Change | None:
    """The change from one share (part, base) to another, in percentage points; None without a base."""
    if not before[1] or not after[1]:
        return None
    first, second = before[0] / before[1], after[0] / after[1]
    low1, high1 = score_limits(*before)
    low2, high2 = score_limits(*after)
    difference = second - first
    low = difference - sqrt((second - low2) ** 2 + (high1 - first) ** 2)
    high = difference + sqrt((high2 - second) ** 2 + (first - low1) ** 2)
    worth = _worth(low <= 0 <= high, few=before[1] + after[1] < FEW)
    return Change(first * 100, second * 100, difference * 100, low * 100, high * 100, worth, points=True)


def ratio_limits(before: int, after: int) -> tuple[float, float]:
    """Exact limits of the ratio of two Poisson means, from one count of each."""
    alpha = (1 - CONFIDENCE) / 2
    low = float(betaincinv(after, before + 1, alpha)) if after else 0.0
    high = float(betaincinv(after + 1, before, 1 - alpha)) if before else 1.0
    return _odds(low), _odds(high)


def score_limits(part: int, base: int) -> tuple[float, float]:
    """Wilson's limits of a proportion."""
    share = part / base
    middle = share + Z * Z / (2 * base)
    width = Z * sqrt(share * (1 - share) / base + Z * Z / (4 * base * base))
    scale = 1 + Z * Z / base
    return max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale)


def _odds(probability: float) -> float:
    return probability / (1 - probability) if probability < 1 else float("inf")


def _percent(ratio: float) -> float | None:
    return None if ratio == float("inf") else (ratio - 1) * 100


def _worth(inside: bool, *, few: bool) -> Worth:  # noqa: FBT001 - a verdict on one fact
    if few:
        return Worth.FEW
    return Worth.CHANCE if inside else Worth.REAL
