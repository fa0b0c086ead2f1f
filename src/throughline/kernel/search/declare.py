"""What a search finds, and what can be searched."""

from collections.abc import Callable
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.search.words import Words


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what else tells it apart, where it is, how well it fits."""

    name: str
    url: str
    detail: str = ""
    reference: str = ""
    key: str = ""
    rank: int = 0
    slips: int = 0


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more_url` leads to the rest, where there is more."""

    kind: str
    title: StrOrPromise
    hits: tuple[Hit, ...]
    more_url: str = ""

    @property
    def rank(self) -> int:
        return max((hit.rank for hit in self.hits), default=0)

    @property
    def close(self) -> bool:
        """Whether nothing is spelt just so."""
        return bool(self.hits) and all(hit.slips for hit in self.hits)


Find = Callable[[Viewer, Words, int], Group]


@dataclass(frozen=True)
class Source:
    """Something else than a noun that is searched: `find(viewer, words, most)` answers with what this viewer may read, no more."""

    kind: str
    title: StrOrPromise
    find: Find
