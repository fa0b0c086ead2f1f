"""Reading comments: whose, on what, and who can be told of one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from throughline.kernel.access.audiences import tokens_of
from throughline.kernel.access.choices import CIRCLE, Right
from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.access.models import Grant
from throughline.kernel.access.rules import can_read, is_owner, may, names
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.choices import TONES, Kind, State
from throughline.kernel.comments.models import Comment, CommentQuerySet
from throughline.kernel.comments.registry import requests_on

EDITABLE_FOR = timedelta(minutes=30)
MOST_SHOWN = 200
MOST_SUGGESTED = 40


@dataclass(frozen=True)
class Said:
    """One comment or answer as a reader sees it."""

    comment: Comment
    mine: bool
    may_edit: bool
    may_take_back: bool


@dataclass(frozen=True)
class Thread:
    """A comment with its answers, and what this reader may do with it."""

    first: Said
    tone: str
    may_resolve: bool
    may_settle: bool
    may_withdraw: bool
    may_reopen: bool
    answers: list[Said] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.first.comment.state == State.OPEN


def comments_on(viewer: Viewer, record: Any) -> CommentQuerySet:
    """All this viewer may read on a record; nothing if they may not read the record."""
    if not can_read(viewer, record):
        return Comment.objects.none()
    found = Comment.objects.on(record).said_to(viewer)
    return found.select_related("written_by", "settled_by", "organisation", "carried_from")


def threads(viewer: Viewer, record: Any, *, kind: str = "") -> list[Thread]:
    """The threads on a record, the newest first; requests by their number. One question, however many there are."""
    rows = list(comments_on(viewer, record))
    answers: dict[UUID, list[Comment]] = defaultdict(list)
    for one in rows:
        if one.parent_id is not None:
            answers[one.parent_id].append(one)
    firsts = [one for one in rows if one.parent_id is None and (not kind or one.kind == kind)]
    firsts.sort(key=lambda one: (one.number or 0, -one.written_at.timestamp()))
    powers = Powers.on(viewer, record)
    return [powers.thread(one, answers[one.pk]) for one in firsts[:MOST_SHOWN]]


def comment_for(viewer: Viewer, key: UUID) -> Comment | None:
    """The comment, if it is there and this viewer may read it: one answer for 'not there' and 'not yours'."""
    return (
        Comment.objects.visible_to(viewer).select_related("written_by", "organisation", "parent").filter(pk=key).first()
    )


@dataclass(frozen=True)
class Powers:
    """What one viewer may do with the threads on one record."""

    viewer: Viewer
    changes: bool
    settles: bool
    open_: bool

    @classmethod
    def on(cls, viewer: Viewer, record: Any) -> "Powers":
        taking = requests_on(type(record))
        asks = taking is not None and record.state in taking.states
        return cls(
            viewer,
            changes=may(viewer, Right.CHANGE, record),
            settles=taking is not None and asks and taking.settles(viewer, record),
            open_=asks,
        )

    def thread(self, first: Comment, answers: Iterable[Comment] = ()) -> Thread:
        mine, waits = first.written_by_id == self.viewer.person, first.state == State.OPEN
        asked = first.kind == Kind.REQUEST
        return Thread(
            first=self.said(first),
            tone=TONES[State(first.state)],
            may_resolve=waits and not asked and (mine or self.changes),
            may_settle=waits and asked and self.settles,
            may_withdraw=waits and asked and mine and self.open_,
            may_reopen=not waits and ((self.open_ and (mine or self.settles)) if asked else (mine or self.changes)),
            answers=[self.said(one) for one in answers],
        )

    def said(self, one: Comment) -> Said:
        mine = one.written_by_id == self.viewer.person and one.taken_back_at is None
        fresh = timezone.now() - one.written_at < EDITABLE_FOR
        waits = one.state == State.OPEN
        # A request is not taken back but withdrawn: it stands in the history of the document.
        return Said(one, mine, mine and fresh and waits, mine and not one.is_request)


def may_ask(viewer: Viewer, record: Any) -> bool:
    """Whether a change can be asked for on this record now, by this viewer."""
    taking = requests_on(type(record))
    return taking is not None and record.state in taking.states and can_read(viewer, record)


def parts_of(record: Any) -> list[tuple[str, str]]:
    """What of a record a comment can be about, beside the whole."""
    taking = requests_on(type(record))
    return taking.parts(record) if taking is not None else []


# ---- mentioning


def may_be_mentioned(viewer: Viewer, record: Any, person: UUID, organisation: UUID | None) -> bool:
    """Whether this person may read what the viewer writes, as far as the viewer may know.

    Somebody who reads the record by a grant that is hidden from the viewer is answered like one who does not: else
    trying names would tell of the grant.
    """
    other = viewer_of(person)
    if organisation is not None and organisation not in other.organisations:
        return False
    own = is_owner(viewer, record)
    known = [
        grant
        for grant in Grant.objects.filter(object_id=record.pk)
        if not grant.hidden or own or names(grant, viewer, handling=record.handling)
    ]
    return bool(other.tokens() & tokens_of(record, known))


def suggested(viewer: Viewer, record: Any) -> list[tuple[str, str]]:
    """Colleagues of one's own organisations who read the record by their role or organisation: address and name."""
    if not viewer.signed_in:
        return []
    rows = (
        get_user_model()
        ._default_manager.filter(
            is_active=True,
            memberships__organisation__in=viewer.organisations,
            roles__programme=record.programme_id,
        )
        .exclude(pk=viewer.key)
        .values_list("pk", "email", "name", "roles__role", "memberships__organisation")
    )
    wanted = set(record.audience.tokens)
    found = {}
    for key, email, name, role, organisation in rows:
        tokens = {
            "any",
            f"programme:{record.programme_id}",
            f"owner:{organisation}@{record.programme_id}",
            f"organisation:{organisation}",
            *([f"circle:{record.programme_id}"] if role in CIRCLE else []),
        }
        if wanted & tokens or (f"person:{key}" in wanted and is_owner(viewer, record)):
            found[email] = name or email
    return sorted(found.items(), key=lambda one: one[1])[:MOST_SUGGESTED]


def person_named(text: str) -> UUID | None:
    """The account somebody means by an address, or by a name that only one person has."""
    people = get_user_model()._default_manager.filter(is_active=True)
    found = list(people.filter(Q(email__iexact=text) | Q(name__iexact=text)).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None
