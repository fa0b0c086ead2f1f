"""The points of a pair, each with what it is for. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from throughline.kernel.duplicates.declare import Duplicates, Profile


@dataclass(frozen=True)
class Evidence:
    """One part of a pair's points."""

    name: str
    agreement: float
    points: float

    def plain(self) -> dict[str, Any]:
        return {"part": self.name, "agreement": self.agreement, "points": self.points}


@dataclass(frozen=True)
class Score:
    """The points of a pair with their parts, those that weigh most first."""

    points: float
    evidence: tuple[Evidence, ...]

    def plain(self) -> list[dict[str, Any]]:
        return [one.plain() for one in self.evidence]


def score(rule: Duplicates, one: Profile, other: Profile, floor: float | None = None) -> Score | None:
    """The points of two profiles; None as soon as they can no longer reach the floor (usually `rule.possible`)."""
    least = rule.possible if floor is None else floor
    total, hope = 0.0, sum(part.weight for part in rule.parts)
    found: list[tuple[str, float, float]] = []
    for part in rule.parts:
        hope -= part.weight
        agreement = part.compare(one, other)
        if agreement is not None:
            points = part.points(agreement)
            total += points
            found.append((part.name, agreement, points))
        if total + hope < least:
            return None
    evidence = (Evidence(name, round(agreement, 3), round(points, 1)) for name, agreement, points in found)
    return Score(round(total, 1), tuple(sorted(evidence, key=lambda piece: -abs(piece.points))))


def best(rule: Duplicates, one: Profile, others: Iterable[Profile], most: int = 5) -> list[tuple[Profile, Score]]:
    """The likest of some profiles, the likest first."""
    scored = ((other, score(rule, one, other)) for other in others)
    found = [(other, points) for other, points in scored if points is not None]
    return sorted(found, key=lambda pair: -pair[1].points)[:most]
