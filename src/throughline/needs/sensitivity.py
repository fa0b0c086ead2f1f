"""Does the order survive other choices? The ranking again under other weights and without each country in turn. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from throughline.needs.arithmetic import Number, Parameters, Ranked, Topic, rank


@dataclass(frozen=True)
class Scenario:
    """One other choice and what came of it: topic → rank, and which topics stayed above the cut-off."""

    kind: str  # weights, votes, without
    name: str
    ranks: dict[str, int]
    kept: frozenset[str]


@dataclass(frozen=True)
class Pair:
    """Two topics of the ranking: in how many of the scenarios the upper one stayed above the lower one."""

    above: str
    below: str
    held: int
    of: int

    @property
    def stable(self) -> bool:
        return self.held == self.of


@dataclass(frozen=True)
class Sensitivity:
    scenarios: tuple[Scenario, ...]
    pairs: tuple[Pair, ...]

    @property
    def unstable(self) -> tuple[Pair, ...]:
        return tuple(one for one in self.pairs if not one.stable)

    @property
    def stable(self) -> bool:
        """Whether the whole order stayed as it is in every scenario."""
        return not self.unstable

    def range_of(self, code: str) -> tuple[int, int]:
        """The best and the worst rank a topic got."""
        ranks = [one.ranks[code] for one in self.scenarios if code in one.ranks]
        return (min(ranks), max(ranks)) if ranks else (0, 0)

    def crossing(self, base: Iterable[Ranked]) -> list[str]:
        """Topics that are above the cut-off under some choices and below it under others."""
        return [one.code for one in base if any((one.code in other.kept) is not one.kept for other in self.scenarios)]


def sensitivity(
    topics: Sequence[Topic],
    parameters: Parameters,
    eligible: int,
    alternatives: Iterable[tuple[Number, ...]] = (),
) -> Sensitivity:
    """The order under other weights, under the other way of voting, and without each country."""
    base = rank(topics, parameters, eligible)
    scenarios = tuple(_scenarios(topics, parameters, eligible, alternatives))
    order = [one.code for one in base]
    pairs = tuple(
        Pair(upper, lower, sum(one.ranks[upper] < one.ranks[lower] for one in scenarios), len(scenarios))
        for upper, lower in combinations(order, 2)
    )
    return Sensitivity(scenarios, pairs)


def _scenarios(
    topics: Sequence[Topic], parameters: Parameters, eligible: int, alternatives: Iterable[tuple[Number, ...]]
) -> Iterator[Scenario]:
    for weights in alternatives:
        urgency = weights if len(weights) == len(parameters.urgency_weights) else parameters.urgency_weights
        other = replace(parameters, weights=weights, urgency_weights=urgency)
        name = ", ".join(str(float(one)).removesuffix(".0") for one in weights)
        yield _scenario("weights", name, rank(topics, other, eligible))
    votes = "country" if parameters.votes == "answer" else "answer"
    yield _scenario("votes", votes, rank(topics, replace(parameters, votes=votes), eligible))
    countries = dict.fromkeys(vote.country for one in topics for vote in (*one.positions, *one.answers))
    for country in countries:
        left = [one.without(country) for one in topics]
        yield _scenario("without", country, rank(left, parameters, eligible))


def _scenario(kind: str, name: str, ranked: Iterable[Ranked]) -> Scenario:
    found = list(ranked)
    return Scenario(kind, name, {one.code: one.rank for one in found}, frozenset(one.code for one in found if one.kept))
