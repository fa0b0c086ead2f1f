"""The inbox of one person. What they may no longer read is withheld, however it was told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.notify.models import Mail, MailRhythm, Notice


@dataclass(frozen=True)
class Shown:
    """A notice as its person may see it today."""

    key: UUID
    subject: str
    text: str
    url: str
    told_at: datetime
    unread: bool
    withheld: bool


def notices_of(viewer: Viewer) -> QuerySet[Notice]:
    if not viewer.signed_in:
        return Notice.objects.none()
    return Notice.objects.filter(person_id=viewer.person)


def unread_count(viewer: Viewer) -> int:
    return notices_of(viewer).filter(read_at__isnull=True).count()


def rhythm_of(viewer: Viewer) -> str:
    """How often this person wants mail."""
    chosen = MailRhythm.objects.filter(person_id=viewer.person).values_list("every", flat=True).first()
    return chosen or MailRhythm.Every.NOTICE


def undelivered(people: Iterable[Any], since: datetime) -> list[Mail]:
    """Mails to these people that were given up, the newest first; for those whose business it is that they were told."""
    failed = Mail.objects.filter(person__in=people, state=Mail.State.FAILED, written_at__gte=since)
    return list(failed.select_related("person").order_by("-written_at"))


def shown(viewer: Viewer, notices: Iterable[Notice]) -> list[Shown]:
    """The notices, without the words of those about records the viewer may not read (any more)."""
    notices = list(notices)
    open_to = _readable(viewer, notices)
    return [_shown(notice, withheld=notice.object_id is not None and notice.pk not in open_to) for notice in notices]


def _shown(notice: Notice, *, withheld: bool) -> Shown:
    return Shown(
        key=notice.pk,
        subject="" if withheld else notice.subject,
        text="" if withheld else notice.text,
        url="" if withheld else notice.url,
        told_at=notice.told_at,
        unread=notice.read_at is None,
        withheld=withheld,
    )


def _readable(viewer: Viewer, notices: list[Notice]) -> set[UUID]:
    """Keys of the notices whose record the viewer may read: one question per noun, not per notice."""
    by_noun: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.content_type_id is not None:
            by_noun[notice.content_type_id].append(notice)
    found: set[UUID] = set()
    for noun, group in by_noun.items():
        manager: Any = getattr(ContentType.objects.get_for_id(noun).model_class(), "_default_manager", None)
        if hasattr(manager, "visible_to"):
            keys = {notice.object_id for notice in group}
            seen = set(manager.visible_to(viewer).filter(pk__in=keys).values_list("pk", flat=True))
            found |= {notice.pk for notice in group if notice.object_id in seen}
    return found
