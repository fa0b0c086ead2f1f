"""How often early warning flags a quiet month, and how often it finds a real rise: simulated series, one command.

    python benchmarks/watch.py [--series 2000]

Quiet series are drawn from a negative binomial distribution around a constant, seasonal or rising mean; the last month
is judged by all before it. 'rises' multiply the last month's mean. Nothing is tuned on what is printed here.
"""

import argparse
from time import perf_counter

import numpy as np

from throughline.kernel.watch.method import ALPHA, judge

MEANS, SPREADS, MONTHS = (1, 5, 15, 40), (1.0, 1.5, 3.0), (24, 36, 60)


def draw(rng: np.random.Generator, means: np.ndarray, spread: float) -> np.ndarray:
    if spread == 1:
        return rng.poisson(means)
    return rng.negative_binomial(means / (spread - 1), 1 / spread)


def shape(kind: str, months: int) -> np.ndarray:
    times = np.arange(months + 1)
    if kind == "seasonal":
        return 1 + 0.3 * np.sin(2 * np.pi * times / 12)
    return 1.05 ** (times / 12) if kind == "rising" else np.ones(months + 1)


def share(
    series: int, kind: str, mean: float, spread: float, months: int, rise: float, rng: np.random.Generator
) -> float:
    """The share of series whose last month is flagged."""
    means = mean * shape(kind, months)
    means[-1] *= rise
    flagged = 0
    for _number in range(series):
        counts = draw(rng, means, spread).tolist()
        verdict = judge(counts[:-1], counts[-1])
        flagged += bool(verdict and verdict.unusual)
    return flagged / series


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=2000)
    series = parser.parse_args().series
    rng = np.random.default_rng(20261122)
    began = perf_counter()
    print(f"alpha {ALPHA}, {series} series a cell, seed 20261122")
    print("kind      months  mean  spread  quiet  doubled  threefold")
    quiet = []
    for kind in ("constant", "seasonal", "rising"):
        for months in MONTHS:
            for mean in MEANS:
                for spread in SPREADS:
                    row = [
                        share(series if rise == 1 else series // 4, kind, mean, spread, months, rise, rng)
                        for rise in (1, 2, 3)
                    ]
                    quiet.append(row[0])
                    print(f"{kind:9} {months:6} {mean:5} {spread:7} {row[0]:6.2%} {row[1]:8.1%} {row[2]:10.1%}")
    print(
        f"quiet months flagged: {np.mean(quiet):.2%} on average, {max(quiet):.2%} at most; {perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
