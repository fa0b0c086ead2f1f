"""Who fits whom: a pure function from wishes to suggestions, each with its reasons. It decides nothing.

Two wishes may become a pair if they ask for the same kind of thing from its two sides, come from different people of
different organisations, can talk to each other, and share an area, or each other's name. Best first:
those who named each other, then by shared areas, shared languages, the same sector, different jurisdictions; whoever
waits longest comes first among equals, so that the same wishes always give the same list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Wish:
    """One application as far as matching looks at it. `order` is its turn: the earlier, the lower."""

    key: str
    order: int
    kind: str
    side: str
    person: str
    organisation: str
    jurisdiction: str = ""
    sector: str = ""
    email: str = ""
    named: str = ""
    areas: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """Two wishes that fit, and why."""

    host: Wish
    guest: Wish
    matched: bool
    areas: tuple[str, ...] = field(default=())
    languages: tuple[str, ...] = field(default=())

    @property
    def same_sector(self) -> bool:
        return bool(self.host.sector) and self.host.sector == self.guest.sector

    @property
    def across(self) -> bool:
        return self.host.jurisdiction != self.guest.jurisdiction

    @property
    def rank(self) -> tuple[bool, int, int, bool, bool, int, int]:
        """Lower is better."""
        return (
            not self.matched, -len(self.areas), -len(self.languages), not self.same_sector, not self.across,
            self.host.order, self.guest.order,
        )  # fmt: skip

    def reasons(self) -> list[str]:
        """In the words in which the list prints them."""
        return list(_reasons(self))


def named_each_other(one: Wish, other: Wish) -> bool:
    """Reciprocal: each gave the address of the other."""
    return bool(one.email and other.email) and one.named == other.email and other.named == one.email


def suggest(wishes: Iterable[Wish]) -> list[Match]:
    """All pairs that fit, best first. The order in which the wishes are given makes no difference."""
    given = list(wishes)
    hosts, guests = ([one for one in given if one.side == side] for side in ("host", "guest"))
    found = (match for host in hosts for guest in guests if (match := fitting(host, guest)))
    return sorted(found, key=lambda match: (match.rank, match.host.key, match.guest.key))


def fitting(host: Wish, guest: Wish) -> Match | None:
    """The pair these two would make; None if they do not fit."""
    if host.kind != guest.kind or host.person == guest.person or host.organisation == guest.organisation:
        return None
    matched = named_each_other(host, guest)
    areas = tuple(sorted(host.areas & guest.areas))
    languages = tuple(sorted(host.languages & guest.languages))
    if not matched and not (areas and languages):
        return None
    return Match(host, guest, matched, areas, languages)


def _reasons(match: Match) -> Iterator[str]:
    if match.matched:
        yield _("both named each other")
    if match.areas:
        yield _("both for: %(areas)s") % {"areas": ", ".join(match.areas)}
    if match.languages:
        yield _("both speak: %(languages)s") % {"languages": ", ".join(match.languages)}
    if match.same_sector:
        yield _("same sector")
    if match.across:
        yield _("different jurisdictions")
