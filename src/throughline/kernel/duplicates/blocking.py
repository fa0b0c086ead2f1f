"""Which pairs are compared at all: those that share a block. Pure; one pass, each pair once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from throughline.kernel.duplicates.declare import Duplicates, Profile
from throughline.kernel.duplicates.scoring import Score, score

# A block as large as this says nothing about its records (everything of a capital in a month); it is left to the others.
MOST_IN_A_BLOCK = 400
TICK = 2_000


def blocks(rule: Duplicates, profiles: Sequence[Profile]) -> dict[Hashable, list[int]]:
    """The places of the profiles in each block that holds two or more."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, one in enumerate(profiles):
        for key in rule.keys(one):
            found[key].append(place)
    return {key: places for key, places in found.items() if 1 < len(places) <= MOST_IN_A_BLOCK}


def candidates(rule: Duplicates, profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """Every two that share a block, once each: for each profile those after it, so that little is remembered."""
    held = blocks(rule, profiles)
    for place, one in enumerate(profiles):
        others: set[int] = set()
        for key in rule.keys(one):
            if (places := held.get(key)) is not None:
                others.update(places[bisect_right(places, place) :])
        for other in others:
            yield place, other


def alike(
    rule: Duplicates, profiles: Sequence[Profile], progress: Callable[[int], None] | None = None
) -> Iterator[tuple[Profile, Profile, Score]]:
    """Every pair that has the points. `progress` is told how many were compared."""
    for number, (first, second) in enumerate(candidates(rule, profiles), start=1):
        one, other = profiles[first], profiles[second]
        points = score(rule, one, other) if one.programme == other.programme else None
        if points is not None:
            yield one, other, points
        if progress is not None and number % TICK == 0:
            progress(number)


def around(rule: Duplicates, new: Iterable[Profile], stored: Iterable[Profile]) -> Iterator[tuple[Any, Any, Score]]:
    """The pairs between new profiles and stored ones."""
    held: dict[Hashable, list[Profile]] = defaultdict(list)
    for one in stored:
        for key in rule.keys(one):
            held[key].append(one)
    for one in new:
        met: dict[Any, Profile] = {}
        for key in rule.keys(one):
            others = held.get(key, ())
            if len(others) <= MOST_IN_A_BLOCK:
                met |= {other.key: other for other in others if other.key != one.key}
        for other in met.values():
            points = score(rule, one, other) if one.programme == other.programme else None
            if points is not None:
                yield one, other, points
