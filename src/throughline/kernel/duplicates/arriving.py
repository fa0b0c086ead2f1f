"""Rows of a file that look like records already there, or like each other: shown in the preview, never in the way."""

from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates.blocking import alike, around
from throughline.kernel.duplicates.declare import Duplicates, Profile
from throughline.kernel.duplicates.queries import readable
from throughline.kernel.duplicates.registry import resource_of, rule_for
from throughline.kernel.duplicates.scoring import Score
from throughline.kernel.duplicates.showing import band, reasons, url_of
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Resource

# More new rows than this are left to the sweep after they were brought in.
MOST_ROWS = 20_000
SHOWN = 100


@dataclass
class Arriving:
    """What looks alike among the new rows of one file, gathered while they are judged."""

    rule: Duplicates
    viewer: Viewer
    programme: Any
    rows: list[Profile] = field(default_factory=list)
    new: int = 0

    @classmethod
    def of(cls, viewer: Viewer, resource: Resource, programme: Any) -> "Arriving | None":
        rule = rule_for(resource.noun)
        return cls(rule, viewer, programme) if rule is not None and programme is not None else None

    @property
    def too_many(self) -> bool:
        return self.new > MOST_ROWS

    def take(self, number: int, draft: Draft) -> None:
        """One new row. Beyond the limit nothing is kept any more."""
        self.new += 1
        if self.too_many:
            self.rows.clear()
            return
        profile = self.rule.drafted(draft, self.programme)
        if profile is not None:
            profile.key = number
            self.rows.append(profile)

    def found(self) -> list[dict[str, Any]]:
        """The rows that look like something, the likest first, each with its best match and why."""
        if not self.rows:
            return []
        stored = readable(self.viewer, self.rule).filter(
            self.rule.window(self.rows), programme_id=self.rows[0].programme
        )
        best: dict[int, tuple[Score, Any]] = {}
        for one, other, points in around(self.rule, self.rows, self.rule.profiles(stored.order_by("pk"))):
            _keep(best, one.key, points, other.key)
        for one, other, points in alike(self.rule, self.rows):
            first, second = sorted((one.key, other.key))
            _keep(best, second, points, first)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0].points, item[0]))
        resource = resource_of(self.rule)
        keys = [match for _row, (_points, match) in ranked[:SHOWN] if not isinstance(match, int)]
        records = resource.visible(self.viewer).in_bulk(keys)
        shown = [self._line(resource, row, points, match, records) for row, (points, match) in ranked[:SHOWN]]
        return shown + [{"row": row} for row, _match in ranked[SHOWN:]]

    def _line(self, resource: Resource, row: int, points: Score, match: Any, records: dict[Any, Any]) -> dict[str, Any]:
        record = records.get(match)
        why = [reason.label for reason in reasons(self.rule, points.plain()) if reason.points > 0][:4]
        return {
            "row": row,
            "points": points.points,
            "band": band(self.rule, points.points),
            "why": why,
            "record": record.reference if record is not None else "",
            "url": url_of(resource, record) if record is not None else "",
            "like_row": match if record is None else None,
        }


def _keep(best: dict[int, tuple[Score, Any]], row: int, points: Score, match: Any) -> None:
    if row not in best or points.points > best[row][0].points:
        best[row] = (points, match)
