"""The line of a record, for one viewer: origin, what it came from (left), what it led to (right)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import NoReverseMatch, reverse

from throughline.kernel.access.choices import Role
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import is_owner
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.trace.kinds import followed, kinds
from throughline.kernel.trace.models import Link

DEEPEST = 4


@dataclass(frozen=True)
class Step:
    """A record on the line, as plain values; `link` is set where it can be taken off again."""

    words: str
    title: str
    noun: str
    url: str
    link: UUID | None = None
    further: tuple["Step", ...] = ()


@dataclass(frozen=True)
class Origin:
    """The batch a record was brought in with. The file's name is for those it belongs to."""

    at: datetime
    row: int | None
    file: str = ""


@dataclass(frozen=True)
class Line:
    origin: Origin | None
    left: tuple[Step, ...]
    right: tuple[Step, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.origin or self.left or self.right)


@dataclass(frozen=True)
class Neighbour:
    """The other end of a link, before it is known whether the viewer may read it."""

    kind: str
    type_id: int
    key: UUID
    link: UUID | None


def line_of(viewer: Viewer, record: models.Model, *, depth: int = 1) -> Line:
    """What the record came from and led to, as far as this viewer may read; nothing if not even it."""
    if not readable(viewer, ContentType.objects.get_for_model(record), {record.pk}):
        return Line(None, (), ())
    depth = min(depth, DEEPEST)
    return Line(
        origin=origin_of(viewer, record),
        left=steps(viewer, record, left=True, depth=depth, seen=frozenset({record.pk})),
        right=steps(viewer, record, left=False, depth=depth, seen=frozenset({record.pk})),
    )


def steps(viewer: Viewer, record: models.Model, *, left: bool, depth: int, seen: frozenset[UUID]) -> tuple[Step, ...]:
    """The neighbours on one side, each with theirs up to `depth`. The walk never passes through what is hidden."""
    found = [one for one in neighbours(record, left=left) if one.key not in seen]
    records = records_for(viewer, found)
    reached = seen | {one.key for one in found}
    made = []
    for one in found:
        other = records.get((one.type_id, one.key))
        if other is not None:
            more = steps(viewer, other, left=left, depth=depth - 1, seen=reached) if depth > 1 else ()
            made.append(step_of(one, other, left=left, further=more))
    return tuple(sorted(made, key=lambda step: (step.words, step.title)))


def neighbours(record: models.Model, *, left: bool) -> list[Neighbour]:
    """The other ends of the record's links on one side, and of what its own fields point to."""
    here = ContentType.objects.get_for_model(record)
    near, far = ("right", "left") if left else ("left", "right")
    links = Link.objects.filter(**{f"{near}_type": here, f"{near}_id": record.pk})
    found = [
        Neighbour(link.kind, getattr(link, f"{far}_type_id"), getattr(link, f"{far}_id"), link.pk) for link in links
    ]
    for known in followed.get(type(record), []):
        reach = known.left if left else known.right
        for kind, other in reach(record) if reach else ():
            found.append(Neighbour(kind, ContentType.objects.get_for_model(other).pk, other.pk, None))
    return found


def records_for(viewer: Viewer, found: Iterable[Neighbour]) -> dict[tuple[int, UUID], models.Model]:
    """The records at the other ends that the viewer may read: one question per noun."""
    wanted: dict[int, set[UUID]] = defaultdict(set)
    for one in found:
        wanted[one.type_id].add(one.key)
    records: dict[tuple[int, UUID], models.Model] = {}
    for type_id, keys in wanted.items():
        rows = readable(viewer, ContentType.objects.get_for_id(type_id), keys)
        records |= {(type_id, row.pk): row for row in rows}
    return records


def readable(viewer: Viewer, noun: ContentType, keys: set[UUID]) -> list[Any]:
    """Those of these rows the viewer may read. A model without a rule of its own is closed."""
    model = noun.model_class()
    if model is None:
        return []
    resource = registry.for_model(model)
    if resource is not None:
        return list(resource.visible(viewer).filter(pk__in=keys))
    manager: Any = model._default_manager
    return list(manager.visible_to(viewer).filter(pk__in=keys)) if hasattr(manager, "visible_to") else []


def step_of(one: Neighbour, other: models.Model, *, left: bool, further: tuple[Step, ...]) -> Step:
    """The words are those read from the record in the middle."""
    kind = kinds.get(one.kind)
    words = str((kind.backwards if left else kind.forwards) if kind else one.kind)
    return Step(
        words=words,
        title=str(other),
        noun=str(other._meta.verbose_name),
        url=url_of(other),
        link=one.link,
        further=further,
    )


def url_of(record: models.Model) -> str:
    """The record's page; empty if it has none."""
    if hasattr(record, "get_absolute_url"):
        return str(record.get_absolute_url())
    resource = registry.for_model(type(record))
    if resource is None:
        return ""
    try:
        return reverse(f"{resource.noun}-detail", args=[address_of(resource, record)])
    except NoReverseMatch:
        return ""


def origin_of(viewer: Viewer, record: models.Model) -> Origin | None:
    """The batch, file and row a record was brought in with."""
    if not isinstance(record, Record) or record.batch is None:
        return None
    batch: Any = record.batch
    knows = (
        is_owner(viewer, record)
        or batch.created_by_id == viewer.person
        or viewer.has_role(record.programme_id, Role.SECRETARIAT)
    )
    return Origin(at=batch.created_at, row=record.source_row, file=str(batch) if knows else "")
