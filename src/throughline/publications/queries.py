"""Reading releases: what was published, what came after it, and what of it has been revised since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.links import question_url
from throughline.kernel.measures.questions import Question
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import SAME, next_edition
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.trace.queries import url_of
from throughline.publications.models import Release, ReleaseCheck


def releases(viewer: Viewer) -> QuerySet[Release]:
    """What this viewer may read, newest first."""
    return Release.objects.visible_to(viewer)  # type: ignore[no-any-return]


def editions(viewer: Viewer, release: Release) -> QuerySet[Release]:
    """All editions of the same document for the same period, scope and language."""
    return releases(viewer).filter(
        programme=release.programme_id,
        template=release.template,
        period=release.period,
        scope=release.scope,
        focus=release.focus,
        language=release.language,
    )


def edition_to_release(report: Report) -> int:
    """The number the report was signed with; the next free one, where another of that number was released before."""
    same = {name: getattr(report, name) for name in SAME}
    taken = set(Release.objects.filter(**same).values_list("edition", flat=True))
    return next_edition(report) if report.edition in taken else report.edition


@dataclass(frozen=True)
class Behind:
    """A record that a figure moved by: what it brought to the figure then, and what it brings now."""

    reference: str
    url: str
    way: str
    then: int
    now: int


@dataclass(frozen=True)
class Revised:
    """A figure that today's records put differently; of the records behind it, those the reader may read are listed."""

    id: str
    label: str
    printed: str
    today: str
    difference: str
    url: str
    records: tuple[Behind, ...]
    others: int
    problem: str = ""


@dataclass(frozen=True)
class Revisions:
    """A release beside the records of today, as one reader may know it.

    `amounts` is whether this reader is told by how much: figures of today are not released, so they are for those who
    work in the release's programme. Whoever else may read the release is told that it has been revised.
    """

    at: datetime
    asked: int
    revised_count: int
    faults_count: int
    amounts: bool
    revised: tuple[Revised, ...] = ()
    faults: tuple[Revised, ...] = ()
    changes: tuple[dict[str, Any], ...] = ()
    defined: tuple[str, ...] = ()
    problem: str = ""


def revisions(viewer: Viewer, release: Release, *, records: bool = True) -> Revisions | None:
    """What has been revised since, as last worked out; None if it never was, or the reader may not read the release."""
    if not releases(viewer).filter(pk=release.pk).exists():
        return None
    made = ReleaseCheck.objects.filter(release=release).first()
    if made is None:
        return None
    amounts = release.programme_id in viewer.programmes
    found: dict[str, Any] = made.result if amounts else {}
    seen = _readable(viewer, found.get("revised", ())) if records else {}
    return Revisions(
        at=made.at,
        asked=made.asked,
        revised_count=made.revised,
        faults_count=made.faults,
        amounts=amounts,
        revised=tuple(_revised(one, seen) for one in found.get("revised", ())),
        faults=tuple(_revised(one, {}) for one in found.get("faults", ())),
        changes=tuple(found.get("changes", ())),
        defined=tuple(found.get("defined", ())),
        problem=made.result.get("problem", ""),
    )


def _readable(viewer: Viewer, moved: Any) -> dict[str, tuple[str, str]]:
    """Reference and page of those of the records that this viewer may read, by key."""
    wanted: dict[str, set[str]] = {}
    for one in moved:
        wanted.setdefault(one["noun"], set()).update(key for key, *_rest in one["records"])
    found = {}
    for noun, keys in wanted.items():
        resource = registry.get(noun) if noun else None
        for record in resource.visible(viewer).filter(pk__in=keys) if resource else ():
            found[str(record.pk)] = (address_of(resource, record), url_of(record))  # type: ignore[arg-type]
    return found


def _revised(one: dict[str, Any], seen: dict[str, tuple[str, str]]) -> Revised:
    listed = [Behind(*seen[key], way, then, now) for key, way, then, now in one["records"] if key in seen]
    return Revised(
        id=one["id"],
        label=one["label"],
        printed=one["printed"],
        today=one["today_text"],
        difference=one["difference"],
        url=question_url(Question.from_query(one["question"])),
        records=tuple(listed),
        others=len(one["records"]) - len(listed) + one["more"],
        problem=one["problem"],
    )
