"""What somebody follows, and what is new in it for them: only what they may read now."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.models import Comment
from throughline.kernel.following.addresses import Target, record_target, target
from throughline.kernel.following.choices import What
from throughline.kernel.following.models import Following
from throughline.kernel.following.registry import Other, others
from throughline.kernel.history.models import Entry
from throughline.kernel.history.verbs import sentence
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.kernel.resources import registry
from throughline.kernel.resources.listing import Asked
from throughline.kernel.resources.story import entries_told

MOST_SHOWN = 100
# What happens to a record without it becoming another: taking a copy, trying in vain.
NO_NEWS = (".refused", ".download", ".export")


@dataclass(frozen=True)
class Followed:
    """One thing followed, as its page lists it."""

    following: Following
    target: Target | None


@dataclass(frozen=True)
class Item:
    """One new thing: a record of a list, or what happened to the record followed."""

    label: str
    url: str
    by: str = ""
    at: Any = None


@dataclass(frozen=True)
class News:
    """What is new, for one person at one moment."""

    count: int
    items: tuple[Item, ...] = ()
    digest: str = ""


NOTHING = News(0)


def newest() -> int:
    """The last entry of history there is."""
    return Entry.objects.aggregate(last=Max("seq"))["last"] or 0


def followings(viewer: Viewer) -> QuerySet[Following]:
    """One's own, also of records that one may not read any more: they can be ended."""
    return Following.objects.filter(person_id=viewer.person).select_related("content_type")


def followed(viewer: Viewer) -> list[Followed]:
    """All a person follows, with the words of each; one question for each noun of the records."""
    rows = list(followings(viewer))
    records = _records(viewer, [one for one in rows if one.what == What.RECORD])
    found = []
    for one in rows:
        if one.what == What.RECORD:
            found.append(Followed(one, records.get(one.pk)))
        else:
            found.append(Followed(one, target(viewer, one)))
    return found


def elsewhere(viewer: Viewer) -> list[Other]:
    """What a person is told of by other parts."""
    return [one for source in others for one in source(viewer)]


def following_of(viewer: Viewer, record: Any) -> Following | None:
    return followings(viewer).filter(what=What.RECORD, object_id=record.pk).first()


def following_like(viewer: Viewer, wanted: Target) -> Following | None:
    """What the person follows already that is the same."""
    if wanted.record is not None:
        return following_of(viewer, wanted.record)
    return followings(viewer).filter(what=wanted.what, noun=wanted.noun, query=wanted.query).first()


def news(viewer: Viewer, following: Following, since: int, until: int) -> News:
    """What became new after one entry of history, up to another. What the person did themselves is no news to them."""
    if following.what == What.RECORD:
        return _of_record(viewer, following, since, until)
    if following.what == What.LIST:
        return _of_list(viewer, following, since, until)
    return _of_question(viewer, following)


def _moves(viewer: Viewer, since: int, until: int) -> QuerySet[Entry]:
    quiet = Q()
    for ending in NO_NEWS:
        quiet |= Q(verb__endswith=ending)
    return Entry.objects.filter(seq__gt=since, seq__lte=until).exclude(quiet).exclude(actor=viewer.person)


def _of_list(viewer: Viewer, following: Following, since: int, until: int) -> News:
    """Records that fit and were made or changed since."""
    resource = next((one for one in registry.all() if one.noun == following.noun), None)
    if resource is None:
        return NOTHING
    asked = Asked.read(resource, QueryDict(following.query), viewer)
    touched = _moves(viewer, since, until).filter(noun=resource.model._meta.model_name)
    rows = asked.rows.filter(pk__in=touched.values("object_id"))
    shown = list(rows[:MOST_SHOWN])
    count = len(shown) if len(shown) < MOST_SHOWN else rows.count()
    return News(count, tuple(Item(str(row), record_target(resource, row).url) for row in shown))


def _of_record(viewer: Viewer, following: Following, since: int, until: int) -> News:
    """What happened to it, as its history tells this person, and what was said about it to them."""
    aim = target(viewer, following)
    if aim is None:
        return NOTHING
    fresh = set(_moves(viewer, since, until).filter(object_id=following.object_id).values_list("seq", flat=True))
    told = [one for one in entries_told(viewer, aim.record) if one.seq in fresh] if fresh else []
    items = [Item(sentence(one.verb), aim.url, one.actor_text, one.at) for one in reversed(told)]
    written = _moves(viewer, since, until).filter(noun="comment", verb__in=("comment.write", "comment.answer"))
    said = Comment.objects.on(aim.record).said_to(viewer).filter(pk__in=written.values("object_id"))
    for one in said.select_related("written_by"):
        url = reverse("comment-detail", args=[one.pk])
        items.append(Item(_("wrote a comment"), url, str(one.written_by), one.written_at))
    return News(len(items), tuple(items))


def _of_question(viewer: Viewer, following: Following) -> News:
    """Whether it is answered otherwise than when it was last asked for this person."""
    digest = answered(viewer, following.query)
    if not following.digest or digest == following.digest:
        return News(0, digest=digest)
    return News(1, digest=digest)


def answered(viewer: Viewer, query: str) -> str:
    """A digest of what a question answers this person now."""
    answer = ask(Question.from_query(query), viewer)
    told = [(one.keys, one.value) for one in answer.cells]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def _records(viewer: Viewer, rows: Iterable[Following]) -> dict[Any, Target]:
    by_model: dict[Any, list[Following]] = {}
    for one in rows:
        by_model.setdefault(one.content_type.model_class() if one.content_type else None, []).append(one)
    found = {}
    for model, group in by_model.items():
        resource = registry.for_model(model) if model is not None else None
        if resource is None:
            continue
        records = {row.pk: row for row in resource.visible(viewer).filter(pk__in=[one.object_id for one in group])}
        for one in group:
            if one.object_id in records:
                found[one.pk] = record_target(resource, records[one.object_id])
    return found
