"""How a noun says what makes two of its records alike. Data, with pure functions in it; versioned.

Weights are points: a part gives `weight` where the two agree wholly, `against` (0 or less) where they disagree wholly, what lies between
in proportion, and nothing where one of them does not say. A pair's points are their sum. That is the weighting of evidence
of record linkage (Fellegi and Sunter 1969: the logarithm of how much likelier it is among the same than among different), put as round numbers a person can check.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django_stubs_ext import StrOrPromise

if TYPE_CHECKING:
    from throughline.kernel.resources.cleaning import Draft

Profile = (
    Any  # what a noun's comparison looks at: plain values, with `key` (None for what is not stored yet) and `programme`
)


@dataclass(frozen=True)
class Part:
    """One piece of evidence. The cheap ones come first: where the rest cannot reach the floor, it is not looked at."""

    name: str
    label: StrOrPromise
    weight: float
    against: float
    compare: Callable[[Profile, Profile], float | None]

    def points(self, agreement: float) -> float:
        return self.against + agreement * (self.weight - self.against)


@dataclass(frozen=True)
class Duplicates:
    """What a noun declares.

    version    named with every stored pair: a change of weights is another version, and the next sweep is a whole one
    possible   points from which a pair is shown; `likely`: from which it is called likely
    window     what narrows the stored records to those some profiles can look like at all: for files
    closed     the state of a record that was merged into another: final, not counted
    profiles   stored records as profiles, read in bulk
    drafted    what somebody is entering, as a profile
    keys       the blocks a profile falls into: only records that share a block are compared
    nearby     the same as a condition, for one profile against the database
    """

    noun: str
    version: str
    parts: tuple[Part, ...]
    possible: float
    likely: float
    profiles: Callable[[QuerySet[Any]], Iterator[Profile]]
    drafted: Callable[["Draft", Any], Profile | None]
    keys: Callable[[Profile], Iterable[Hashable]]
    nearby: Callable[[Profile], Q]
    window: Callable[[Sequence[Profile]], Q] = lambda profiles: Q()
    closed: str = "closed"
