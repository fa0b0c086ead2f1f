"""One question to everything a person may read."""

from dataclasses import dataclass

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry as nouns
from throughline.kernel.search import registry
from throughline.kernel.search.declare import Group
from throughline.kernel.search.nouns import find
from throughline.kernel.search.words import Words

EACH = 8
QUICK = 3
QUICK_GROUPS = 6
MOST = 50


@dataclass(frozen=True)
class Found:
    """What was found, by kind; the kind in which something fits best stands first."""

    words: Words
    groups: tuple[Group, ...] = ()

    @property
    def close(self) -> bool:
        """Whether nothing at all is spelt just so."""
        return bool(self.groups) and all(group.close for group in self.groups)


def search(viewer: Viewer, text: str, *, kind: str = "", most: int = EACH) -> Found:
    """What fits, in each noun and each other source, or in one of them. Where something is spelt just so, slips are left out."""
    words = Words.read(text)
    if not words.enough or not viewer.signed_in:
        return Found(words)
    groups = [one.find(viewer, words, most) for one in registry.all() if not kind or one.kind == kind]
    groups += [find(one, viewer, words, most) for one in nouns.all() if one.search and (not kind or one.noun == kind)]
    found = [group for group in groups if group.hits]
    if any(not group.close for group in found):
        found = [group for group in found if not group.close]
    return Found(words, tuple(sorted(found, key=lambda group: -group.rank)))


def kinds() -> set[str]:
    """What can be searched by itself."""
    return {one.kind for one in registry.all()} | {one.noun for one in nouns.all() if one.search}
