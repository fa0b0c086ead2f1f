"""Whether a month's count is unusual against its own past: the Farrington method in its flexible form, for months.

Farrington, Andrews, Beale and Catchpole 1996 (J. R. Statist. Soc. A 159, 547-563) fit a log-linear model with extra
variation to past counts, down-weight past outbreaks and set a limit. Noufaily, Enki, Farrington, Garthwaite, Andrews and
Charlett 2013 (Statistics in Medicine 32, 1206-1222) take the whole past with seasonal factors, down-weight only residuals
above 2.58, leave out the latest past and take the limit from a negative binomial distribution. The uncertainty of the
expected count is taken into that distribution (Salmon, Schumacher and Hoehle 2016, J. Stat. Software 70(10), 'muan').

What is our own: months instead of weeks, quarters of the year as seasons, and at least `LEAST` months of past. Pure: no
database, no Django; counts in, a verdict out. Its rate of false alarms is measured by `benchmarks/watch.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, log, sqrt

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALPHA = 0.01  # one quiet month in a hundred may be flagged
LEAST, MOST = 18, 60  # months of past that are needed, and that are looked at
GAP = 1  # the latest months of the past are left out: what began then must not hide what goes on
SEASONS_FROM = 36  # months of past from which on seasons and trend are in the model
FEWEST = 5  # fewer cases in a month are never flagged
RESIDUAL = 2.58  # standardised residuals above this are down-weighted
ROUNDS, SMALL = 50, 1e-8
NODES, WEIGHTS = hermegauss(20)


@dataclass(frozen=True)
class Verdict:
    """What the past leads to expect, and how far the count is from it.

    `expected` is the model's count, `limit` the highest count that is not unusual, `score` how far the count is on the
    way from the one to the other (above 1 it is unusual), `chance` how likely as high a count would be if nothing had
    changed, `spread` the variance as a multiple of the mean, `months` how many months it is judged by.
    """

    count: int
    expected: float
    limit: int
    score: float
    chance: float
    spread: float
    months: int
    trend: bool
    seasons: bool
    unusual: bool


def judge(past: Sequence[int | None], count: int, *, alpha: float = ALPHA) -> Verdict | None:
    """The verdict on the count of a month, given those of the months before it, oldest first.

    None in the past is a month nobody reported. None as a verdict: too little is known of the past.
    """
    usable = list(past[:-GAP] if GAP else past)[-MOST:]
    last = -1 - GAP  # months before the one that is judged
    rows = [(last - back, float(value)) for back, value in enumerate(reversed(usable)) if value is not None]
    if len(rows) < LEAST:
        return None
    times = np.array([time for time, _value in rows], dtype=np.float64)
    counts = np.array([value for _time, value in rows], dtype=np.float64)
    if not counts.any():
        return _verdict(count, 0.5 / len(rows), 1.0, 1.0, alpha, len(rows))
    long = len(rows) >= SEASONS_FROM
    seasons = long and _all_seasons(times)
    fitted = _fit(times, counts, trend=long, seasons=seasons)
    if fitted is None or (long and not _sensible(fitted, counts)):
        fitted = _fit(times, counts, trend=False, seasons=seasons) or _fit(times, counts, trend=False, seasons=False)
    if fitted is None:
        return None
    return _verdict(
        count, fitted.mean, fitted.error, fitted.spread, alpha, len(rows), trend=fitted.trend, seasons=fitted.seasons
    )


@dataclass(frozen=True)
class _Fit:
    mean: float
    error: float
    spread: float
    slope: float
    slope_error: float
    trend: bool
    seasons: bool


def _season(times: Floats) -> NDArray[np.int64]:
    """Which quarter of the year, centred on the month that is judged, a time belongs to."""
    return np.asarray((times.astype(np.int64) + 1) % 12 // 3, dtype=np.int64)


def _all_seasons(times: Floats) -> bool:
    return len(set(_season(times).tolist())) == 4


def _design(times: Floats, *, trend: bool, seasons: bool) -> Floats:
    columns = [np.ones_like(times)]
    if trend:
        columns.append(times / 12)
    if seasons:
        season = _season(times)
        columns += [(season == one).astype(np.float64) for one in (1, 2, 3)]
    return np.column_stack(columns)


def _fit(times: Floats, counts: Floats, *, trend: bool, seasons: bool) -> _Fit | None:
    """The quasi-Poisson model, fitted twice: the second time with past outbreaks down-weighted."""
    design = _design(times, trend=trend, seasons=seasons)
    weights = np.ones_like(counts)
    for _round in range(2):
        solved = _poisson(design, counts, weights)
        if solved is None:
            return None
        coefficients, means, covariance = solved
        free = max(len(counts) - design.shape[1], 1)
        spread = max(1.0, float(np.sum(weights * (counts - means) ** 2 / means) / free))
        weights = _down_weighted(design, counts, means, weights, spread, covariance)
    # Judged at time 0, in the season that is the base: all other columns are nought.
    mean = exp(min(float(coefficients[0]), 50.0))
    slope, slope_error = (float(coefficients[1]), sqrt(spread * covariance[1, 1])) if trend else (0.0, 0.0)
    return _Fit(mean, sqrt(spread * covariance[0, 0]), spread, slope, slope_error, trend, seasons)


def _poisson(design: Floats, counts: Floats, weights: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Coefficients, means and unscaled covariance of a weighted log-linear fit; None where it does not settle."""
    means = counts + 0.5
    linear = np.log(means)
    deviance = np.inf
    for _round in range(ROUNDS):
        working = linear + (counts - means) / means
        weighted = design * (weights * means)[:, None]
        information = design.T @ weighted
        try:
            covariance: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        coefficients = covariance @ (weighted.T @ working)
        linear = np.clip(design @ coefficients, -20, 20)
        means = np.exp(linear)
        ratio = np.where(counts > 0, counts / means, 1.0)
        latest = float(2 * np.sum(weights * (counts * np.log(ratio) - (counts - means))))
        if abs(latest - deviance) < SMALL * (abs(latest) + 0.1):
            return coefficients, means, covariance
        deviance = latest
    return None


def _down_weighted(
    design: Floats, counts: Floats, means: Floats, weights: Floats, spread: float, covariance: Floats
) -> Floats:
    """Weights by standardised Anscombe residuals: 1 up to 2.58, then falling with their square; they add up to n."""
    anscombe = 1.5 * (counts ** (2 / 3) - means ** (2 / 3)) / means ** (1 / 6)
    leverage = np.einsum("ij,jk,ik->i", design, covariance, design) * weights * means
    residual = anscombe / np.sqrt(spread * np.clip(1 - leverage, 0.05, 1))
    raw = np.where(residual > RESIDUAL, np.maximum(residual, 1) ** -2, 1.0)
    return np.asarray(raw * len(raw) / raw.sum(), dtype=np.float64)


def _sensible(fitted: _Fit, counts: Floats) -> bool:
    """A trend is kept if it is significant (5 %) and expects no more than was ever seen (Farrington 1996, 3.2)."""
    return abs(fitted.slope) > 1.96 * fitted.slope_error and fitted.mean <= counts.max()


def _verdict(
    count: int,
    mean: float,
    error: float,
    spread: float,
    alpha: float,
    months: int,
    *,
    trend: bool = False,
    seasons: bool = False,
) -> Verdict:
    highest = max(count, ceil(mean * exp(min(4 * error, 4)) + 12 * sqrt(spread * mean) + 30))
    tail = _tail(highest + 1, mean, min(error, 2.0), spread)
    limit = int(np.argmax(tail <= alpha)) - 1 if (tail <= alpha).any() else highest
    score = (count - mean) / (max(limit, 1) - mean) if limit > mean else float(count > limit)
    chance = float(tail[count])
    unusual = count > limit and count >= FEWEST
    return Verdict(count, mean, limit, score, chance, spread, months, trend, seasons, unusual)


def _tail(size: int, mean: float, error: float, spread: float) -> Floats:
    """P(count >= k) for k = 0 .. size: negative binomial, averaged over the uncertainty of its mean on the log scale."""
    mass = np.zeros(size)
    total = float(WEIGHTS.sum())
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        mass += weight / total * _mass(size, mean * exp(error * float(node)), spread)
    return np.concatenate([[1.0], 1 - np.cumsum(mass)]).clip(0, 1)


def _mass(size: int, mean: float, spread: float) -> Floats:
    """The negative binomial probabilities of 0 .. size - 1 with this mean and variance `spread` times it; Poisson at 1."""
    ks = np.arange(1, size, dtype=np.float64)
    if spread <= 1 + 1e-6:
        steps = np.log(mean) - np.log(ks)
        start = -mean
    else:
        r, q = mean / (spread - 1), 1 - 1 / spread
        steps = np.log(r + ks - 1) - np.log(ks) + log(q)
        start = -r * log(spread)
    return np.asarray(np.exp(start + np.concatenate([[0.0], np.cumsum(steps)])), dtype=np.float64)
