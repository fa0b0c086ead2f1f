"""The preview: how many of each, and enough of them to judge by. Plain data, so that it can be kept."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from throughline.kernel.duplicates.arriving import Arriving
from throughline.kernel.intake.judge import CHANGED, NEW, SAME, STATUSES, WRONG, Task, Verdict, judge
from throughline.kernel.intake.limits import limits
from throughline.kernel.resources.declare import Resource

SHOWN = 100
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Line:
    """One record-to-be as the page shows it."""

    row: int
    rows: int
    text: str
    details: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Preview:
    """Counts by status; lines to show; what to mind."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    lines: dict[str, list[Line]] = field(default_factory=lambda: {status: [] for status in STATUSES})
    rows: int = 0
    differing: dict[str, int] = field(default_factory=dict)
    alike: list[dict[str, Any]] = field(default_factory=list)
    not_compared: bool = False

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Preview":
        lines = {status: [Line(**one) for one in body["lines"].get(status, ())] for status in STATUSES}
        return cls(
            counts=body["counts"],
            lines=lines,
            rows=body["rows"],
            differing=body["differing"],
            alike=body.get("alike", []),
            not_compared=body.get("not_compared", False),
        )

    def plain(self) -> dict[str, Any]:
        lines = {status: [asdict(one) for one in found] for status, found in self.lines.items()}
        told = {"counts": self.counts, "lines": lines, "rows": self.rows, "differing": self.differing}
        return {**told, "alike": self.alike, "not_compared": self.not_compared}

    @property
    def new(self) -> int:
        return self.counts[NEW]

    @property
    def changed(self) -> int:
        return self.counts[CHANGED]

    @property
    def same(self) -> int:
        return self.counts[SAME]

    @property
    def duplicate(self) -> int:
        return self.counts["duplicate"]

    @property
    def wrong(self) -> int:
        return self.counts[WRONG]

    @property
    def in_the_way(self) -> int:
        """Rows that keep the file from being brought in, unless they are left out."""
        return self.wrong + self.duplicate

    @property
    def to_write(self) -> int:
        return self.new + self.changed

    def take(self, verdict: Verdict, resource: Resource) -> None:
        """Count one verdict, and keep it if there is room."""
        self.counts[verdict.status] += 1
        self.rows += len(verdict.item.rows)
        for name in verdict.item.differing:
            self.differing[name] = self.differing.get(name, 0) + 1
        most = limits().wrong_shown if verdict.problems else SHOWN
        if len(self.lines[verdict.status]) < most:
            self.lines[verdict.status].append(line_of(verdict, resource))


def preview(task: Task, progress: Progress | None = None) -> Preview:
    """Judge the whole file and write nothing."""
    found = Preview()
    arriving = Arriving.of(task.actor, task.resource, task.programme)
    for number, verdict in enumerate(judge(task), start=1):
        found.take(verdict, task.resource)
        if arriving is not None and verdict.status == NEW:
            arriving.take(verdict.number, verdict.understood)
        if progress is not None and number % 500 == 0:
            progress(found.rows)
    if arriving is not None:
        found.alike, found.not_compared = arriving.found(), arriving.too_many
    return found


def line_of(verdict: Verdict, resource: Resource) -> Line:
    details = list(_details(verdict, resource))
    return Line(verdict.number, len(verdict.item.rows), _text(verdict, resource), details)


def _text(verdict: Verdict, resource: Resource) -> str:
    """What the line is about: the record; a new one by what its list would show; else the first things said."""
    if verdict.existing is not None:
        return str(verdict.existing)
    if verdict.draft is not None:
        values = verdict.draft.values
        cells = [values.get(one.name) for one in resource.fields if one.column]
        return " · ".join(shown(value) for value in cells if value not in (None, ""))[:160]
    told = [str(value) for name, value in verdict.item.raw.items() if value and not isinstance(value, list)]
    return " · ".join(told[:4])[:160]


def _details(verdict: Verdict, resource: Resource) -> Iterator[dict[str, Any]]:
    if verdict.problems:
        yield from (
            {"row": one.row, "column": one.field, "value": one.value, "reason": str(one.message)}
            for one in verdict.problems
        )
    elif verdict.status == CHANGED:
        for name, before, after in verdict.differences:
            yield {"column": _title(resource, name), "before": shown(before), "after": shown(after)}


def _title(resource: Resource, name: str) -> str:
    part = next((part for part in resource.lines if part.name == name), None)
    return str(part.title) if part else str(resource.by_name[name].title)


def shown(value: Any) -> str:
    """A value as a person reads it; lines one after the other."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, list):
        return "; ".join(", ".join(shown(cell) for cell in line.values() if cell not in (None, "")) for line in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if isinstance(value, models.Model) else str(value)[:300]
