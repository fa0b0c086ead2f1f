"""Who gets a place next. The one function that serves the waiting list under either rule, and the arithmetic of quotas.

Pure: plain values in, plain values out. Whatever frees or takes a place calls these functions under a lock on the
activity (`services.offers`); no page, duty, API or command decides for itself who is next. Why two rules and one
function: docs/adr/0130-waiting-list-rule.md.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Rule = Literal["strict", "fill"]
Pool = Hashable  # The key of a quota; None is what is common to all.


@dataclass(frozen=True)
class Party:
    """One entry of the list: someone alone, or people registered together who come together or not at all."""

    key: Hashable
    wants: int = 1


@dataclass(frozen=True)
class Served:
    """Who gets places, in the order of the list; how many places stay free; and who is waited for, if anyone."""

    parties: tuple[Party, ...]
    left: int | None
    waits_for: Party | None = None


def serve(free: int | None, asked: Sequence[Party], rule: Rule) -> Served:
    """Give the free places to the list, in its order. `free` None means that there is no limit.

    strict: the first whose wish is larger than what is free stops the list; all behind wait, so nobody is overtaken.
    fill:   who cannot be seated is passed over (and stays where they stand), so no place stays empty that one can use.
    """
    served: list[Party] = []
    blocked: Party | None = None
    for party in asked:
        if free is None or party.wants <= free:
            served.append(party)
            free = None if free is None else free - party.wants
            continue
        blocked = blocked or party
        if rule == "strict" or free == 0:
            break
    return Served(tuple(served), free, blocked)


@dataclass(frozen=True)
class Quota:
    """Places kept for the jurisdictions of a pool."""

    pool: Pool
    places: int
    jurisdictions: frozenset[Hashable]
    group: bool = False


def pool_of(jurisdiction: Hashable, quotas: Iterable[Quota]) -> Pool:
    """The quota a jurisdiction draws on: its own, else that of a group it belongs to, else what is common (None)."""
    fitting = [quota for quota in quotas if jurisdiction in quota.jurisdictions]
    return min(fitting, key=lambda quota: quota.group).pool if fitting else None


@dataclass(frozen=True)
class Rooms:
    """How many places are free, for whom. `common` None: there is no limit."""

    common: int | None
    kept: Mapping[Pool, int] = field(default_factory=dict)

    def open_to(self, pool: Pool) -> int | None:
        """What someone of this pool could get: what is kept for it and what is common."""
        return None if self.common is None else self.kept.get(pool, 0) + self.common

    def without(self, pool: Pool, places: int = 1) -> "Rooms":
        """After that many places went to the pool: first what was kept for it, then what is common."""
        own = min(places, self.kept.get(pool, 0))
        common = None if self.common is None else self.common - (places - own)
        return Rooms(common, {**self.kept, pool: self.kept[pool] - own} if own else self.kept)


def rooms(capacity: int | None, quotas: Iterable[Quota], held: Mapping[Pool, int], *, released: bool) -> Rooms:
    """What is free now. Until the day of release each quota keeps what its pool has not used; then all is common.

    Nothing here is below zero: where more places were given than a quota has, they were common ones.
    """
    kept = {} if released else {quota.pool: max(quota.places - held.get(quota.pool, 0), 0) for quota in quotas}
    if capacity is None:
        return Rooms(None, kept)
    free = max(capacity - sum(held.values()), 0)
    # Quotas that add up to more than there is (a smaller room was found) share out what there is, in their order.
    for pool, places in kept.items():
        kept[pool] = min(places, free)
        free -= kept[pool]
    return Rooms(free, kept)


def claimed(left: Rooms, undecided: Mapping[Pool, int]) -> Rooms:
    """What is free for a list once those nominated, on whom nothing is decided yet, keep their claim.

    Nobody in reserve or waiting is offered a place ahead of a nomination that nobody has looked at.
    """
    for pool, count in undecided.items():
        room = left.open_to(pool)
        left = left.without(pool, count if room is None else min(count, room))
    return left


@dataclass(frozen=True)
class Candidate:
    """A nomination as the choice looks at it: a higher score first, then the order on the national list."""

    key: Hashable
    pool: Pool
    score: float | None = None
    order: int = 1
    wants: int = 1

    @property
    def rank(self) -> tuple[bool, float, int]:
        return (self.score is None, -(self.score or 0.0), self.order)


@dataclass(frozen=True)
class Chosen:
    """Who is selected and who goes to the list, each in order of rank."""

    selected: tuple[Candidate, ...]
    waiting: tuple[Candidate, ...]


def choose(left: Rooms, candidates: Iterable[Candidate]) -> Chosen:
    """Fill the quotas in order of rank, then what is common, in order of rank over all who are left.

    First everyone is given what is kept for their pool; a common place never goes to someone for whom a place of
    their own is kept. People registered together are selected together.
    """
    ranked = sorted(candidates, key=lambda one: one.rank)
    selected: list[Candidate] = []
    rest: list[Candidate] = []
    for one in ranked:
        if one.pool is not None and one.wants <= left.kept.get(one.pool, 0):
            selected.append(one)
            left = left.without(one.pool, one.wants)
        else:
            rest.append(one)
    waiting: list[Candidate] = []
    for one in rest:
        room = left.open_to(one.pool)
        if room is None or one.wants <= room:
            selected.append(one)
            left = left.without(one.pool, one.wants)
        else:
            waiting.append(one)
    return Chosen(tuple(sorted(selected, key=lambda one: one.rank)), tuple(waiting))
