"""Verbs on comments: write, answer, edit, take back, settle, open again; carry requests on to a new build."""

import re
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import can_read
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments import queries
from throughline.kernel.comments.choices import ENDS, Kind, State
from throughline.kernel.comments.models import Comment
from throughline.kernel.comments.rules import open_requests
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import reword, tell, told_of
from throughline.kernel.resources.values import tidy

LONGEST = 5_000
MOST_MENTIONED = 20
MENTION = re.compile(r"(?<![\w.])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


@verb("comment.write")
def write(
    actor: Viewer,
    *,
    record: Record,
    text: str,
    kind: str = Kind.COMMENT,
    part: str = "",
    organisation: UUID | None = None,
    mentions: Iterable[str] = (),
) -> Comment:
    """Begin a thread on a record one may read.

    Order: lock the record; check that the actor reads it, the text, the kind, the part, the organisation and those
    mentioned; write the comment; write history; tell those concerned. Raises Refused or Invalid.
    """
    fresh = _locked(record)
    if actor.person is None or not can_read(actor, fresh):
        raise Refused(_("You cannot see this record."))
    if organisation is not None and organisation not in actor.organisations:
        raise Refused(_("A comment is kept to an organisation of your own."))
    said, problems = _said(text)
    parts = dict(queries.parts_of(fresh))
    if kind not in Kind.values:
        problems.append(Problem("kind", _("This is a comment or a change request."), kind))
    if part and part not in parts:
        problems.append(Problem("part", _("There is no such part."), part))
    if problems:
        raise Invalid(problems)
    number = _number(actor, fresh, organisation) if kind == Kind.REQUEST else None
    people = _mentioned(actor, fresh, said, mentions, organisation)
    made = Comment.objects.create(
        content_type=ContentType.objects.get_for_model(fresh),
        object_id=fresh.pk,
        kind=kind,
        number=number,
        part=part,
        part_label=parts.get(part, "")[:200],
        text=said,
        audience_id=fresh.audience_id,
        organisation_id=organisation,
        written_by_id=actor.key,
        written_at=timezone.now(),
    )
    _note_written(made, fresh)
    _tell(made, fresh, people, _concerned(fresh, made), but=actor.key)
    return made


@verb("comment.answer")
def answer(actor: Viewer, *, comment: Comment, text: str, mentions: Iterable[str] = ()) -> Comment:
    """Answer a thread one may read; those who read the thread read the answer. Raises Refused or Invalid."""
    first = _read_by(actor, comment)
    first = _read_by(actor, first.parent) if first.parent is not None else first
    fresh: Any = _locked(first.record)
    said, problems = _said(text)
    if problems:
        raise Invalid(problems)
    people = _mentioned(actor, fresh, said, mentions, first.organisation_id)
    made = Comment.objects.create(
        content_type_id=first.content_type_id,
        object_id=first.object_id,
        parent=first,
        kind=first.kind,
        text=said,
        audience_id=fresh.audience_id,
        organisation_id=first.organisation_id,
        written_by_id=actor.key,
        written_at=timezone.now(),
    )
    note(made, after={"record": fresh.reference})
    takers = [first.written_by_id, *first.answers.values_list("written_by", flat=True)]
    _tell(made, fresh, people, takers, but=actor.key)
    return made


@verb("comment.edit")
def edit(actor: Viewer, *, comment: Comment, text: str, mentions: Iterable[str] = ()) -> Comment:
    """Put one's own comment right, within half an hour and while nobody settled it. Raises Refused or Invalid."""
    fresh = _read_by(actor, comment)
    if not queries.Powers.on(actor, fresh.record).said(fresh).may_edit:
        raise Refused(_("A comment can be put right by who wrote it, within half an hour and while it is open."))
    said, problems = _said(text)
    if problems:
        raise Invalid(problems)
    if said == fresh.text:
        return fresh
    people = _mentioned(actor, fresh.record, said, mentions, fresh.organisation_id)
    people = [one for one in people if one not in told_of(fresh)]
    before, fresh.text, fresh.edited_at = fresh.text, said, timezone.now()
    fresh.save(update_fields=["text", "edited_at"])
    reword(Comment, [fresh.pk], said)
    note(fresh, after={"edited": True})
    if fresh.is_request:
        note(fresh.record, before={"change request": before}, after={"change request": said}, verb="comment.request")
    _tell(fresh, fresh.record, people, [], but=actor.key)
    return fresh


@verb("comment.take-back")
def take_back(actor: Viewer, *, comment: Comment) -> Comment:
    """Wipe the text of one's own comment for good; that there was one stays, so that answers make sense."""
    fresh = _read_by(actor, comment)
    if not queries.Powers.on(actor, fresh.record).said(fresh).may_take_back:
        raise Refused(_("A comment is taken back by who wrote it. A change request is withdrawn instead."))
    fresh.text, fresh.taken_back_at = "", timezone.now()
    fresh.save(update_fields=["text", "taken_back_at"])
    reword(Comment, [fresh.pk])
    note(fresh, after={"taken back": True})
    return fresh


@verb("comment.settle")
def settle(actor: Viewer, *, comment: Comment, state: str, reason: str = "") -> Comment:
    """End a thread: resolve a comment; say of a request that it is done, decline it with a reason, or withdraw it.

    Resolving is for who wrote it and who may change the record; done and declined for those who answer for the document;
    withdrawing for who asked. Raises Refused, Invalid or Conflict.
    """
    fresh = _thread_of(actor, comment)
    record: Any = _locked(fresh.record)
    if state not in ENDS[Kind(fresh.kind)]:
        raise Invalid([Problem("state", _("This does not end so."), state)])
    if fresh.state != State.OPEN:
        raise Conflict(_("Somebody has settled it already."))
    may = queries.Powers.on(actor, record).thread(fresh)
    allowed = {
        State.RESOLVED: may.may_resolve,
        State.DONE: may.may_settle,
        State.DECLINED: may.may_settle,
        State.WITHDRAWN: may.may_withdraw,
    }
    if not allowed[State(state)]:
        raise Refused(_("This is for those who answer for the record, or who wrote it."))
    why = tidy(reason)[:2000]
    if state == State.DECLINED and not why:
        raise Invalid([Problem("reason", _("Say why it is declined."))])
    fresh.state, fresh.reason = state, why
    fresh.settled_by_id, fresh.settled_at = actor.key, timezone.now()
    fresh.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    _note_state(fresh, record, State.OPEN, state, why)
    _tell_state(fresh, why, but=actor.key)
    return fresh


@verb("comment.reopen")
def reopen(actor: Viewer, *, comment: Comment) -> Comment:
    """Open a settled thread again. Of a request only while the document is not signed. Raises Refused."""
    fresh = _thread_of(actor, comment)
    record = _locked(fresh.record)
    if not queries.Powers.on(actor, record).thread(fresh).may_reopen:
        raise Refused(_("This is for those who answer for the record, or who wrote it."))
    before, fresh.state, fresh.reason = fresh.state, State.OPEN, ""
    fresh.settled_by, fresh.settled_at = None, None
    fresh.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    _note_state(fresh, record, before, State.OPEN, "")
    _tell_state(fresh, "", but=actor.key)
    return fresh


def carry_on(actor: Viewer, old: Record, new: Record) -> list[Comment]:
    """Copy what is still asked for to a new build of the same document: it waits there too. Part of a verb."""
    parts = dict(queries.parts_of(new))
    made = []
    for number, one in enumerate(open_requests(old).order_by("number"), start=1):
        made.append(
            Comment.objects.create(
                content_type_id=one.content_type_id,
                object_id=new.pk,
                kind=one.kind,
                number=number,
                part=one.part if one.part in parts else "",
                part_label=one.part_label,
                text=one.text,
                audience_id=new.audience_id,
                written_by_id=one.written_by_id,
                written_at=timezone.now(),
                carried_from=one,
            )
        )
        _note_written(made[-1], new)
    return made


def forget(model: type[models.Model], keys: Collection[UUID]) -> int:
    """Delete all that was said about records whose people are erased. Part of a verb; says how many."""
    kind = ContentType.objects.get_for_model(model)
    gone = Comment.objects.filter(content_type=kind, object_id__in=keys)
    reword(Comment, gone.values_list("pk", flat=True))
    return gone.delete()[0]


def page_of(comment: Comment) -> str:
    """Where a comment stands: its place on the page of its record."""
    from throughline.kernel.trace.queries import url_of  # reason: trace reads nouns, whose flows ask for comments

    address = url_of(comment.record) if comment.record is not None else ""
    return f"{address}#comment-{comment.pk}" if address else ""


# ---- how it is done


def _locked(record: Any) -> Any:
    """The record as it is now, held until the verb ends: nobody signs while a change is being asked for."""
    manager = type(record)._default_manager
    fresh = manager.select_for_update(of=("self",)).select_related("audience").filter(pk=record.pk).first()
    if fresh is None:
        raise Conflict(_("This record was taken back in the meantime."))
    return fresh


def _read_by(actor: Viewer, comment: Comment) -> Comment:
    """The comment as it is now, if the actor may read it and nobody took it back."""
    fresh = Comment.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=comment.pk).first()
    if actor.person is None or fresh is None:
        raise Refused(_("You cannot see this comment."))
    if fresh.taken_back_at is not None and fresh.parent_id is not None:
        raise Refused(_("This comment was taken back."))
    return fresh


def _thread_of(actor: Viewer, comment: Comment) -> Comment:
    fresh = _read_by(actor, comment)
    if fresh.parent_id is not None:
        raise Invalid([Problem("state", _("An answer is settled with its thread."))])
    return fresh


def _said(text: str) -> tuple[str, list[Problem]]:
    said = tidy(text)
    if not said:
        return said, [Problem("text", _("Write something first."))]
    if len(said) > LONGEST:
        words = _("This is %(length)s characters long; at most %(longest)s fit.")
        return said, [Problem("text", words % {"length": len(said), "longest": LONGEST})]
    return said, []


def _number(actor: Viewer, record: Any, organisation: UUID | None) -> int:
    """The number of the next request on a document that takes one now."""
    if organisation is not None:
        raise Invalid([Problem("organisation", _("A change request is read by everyone who may read the document."))])
    if not queries.may_ask(actor, record):
        raise Refused(_("A change is asked for before a document is signed. Have it returned first."))
    last = Comment.objects.on(record).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _mentioned(actor: Viewer, record: Any, text: str, mentions: Iterable[str], organisation: UUID | None) -> list[UUID]:
    """Those named in the text ('@name@example.org') or beside it. One answer for who is not there and who may not read
    it: who reads a record is not found out by trying names.
    """
    wanted = list(dict.fromkeys([*MENTION.findall(text), *(tidy(one) for one in mentions if tidy(one))]))
    people = [queries.person_named(one) for one in wanted[: MOST_MENTIONED + 1]]
    known = [one for one in people if one is not None and queries.may_be_mentioned(actor, record, one, organisation)]
    if len(known) != len(people) or len(people) > MOST_MENTIONED:
        words = _("Somebody you mention may not read this, or has no account here. Nothing was written.")
        raise Invalid([Problem("mentions", words)])
    return known


def _concerned(record: Any, comment: Comment) -> list[UUID]:
    """Who is told of a new thread without being named: who wrote the record; of a request, who changed it last too."""
    return [record.created_by_id, *([record.changed_by_id] if comment.kind == Kind.REQUEST else [])]


def _tell(comment: Comment, record: Any, mentioned: Iterable[UUID], others: Iterable[UUID], *, but: UUID) -> None:
    named = list(mentioned)
    given: dict[str, Any] = {"text": comment.text, "about": comment, "url": page_of(comment), "but": but}
    about = {"reference": record.reference}

    def kind() -> str:
        words = _("A change is asked for in %(reference)s") if comment.is_request else _("A comment on %(reference)s")
        return words % about

    tell(named, subject=lambda: _("You are mentioned in a comment on %(reference)s") % about, **given)
    tell([one for one in others if one not in named], subject=kind, **given)


def _tell_state(comment: Comment, reason: str, *, but: UUID) -> None:
    """Who wrote it learns how it ended, or that it is open again."""
    tell(
        [comment.written_by_id],
        subject=lambda: _("%(what)s: %(state)s") % {"what": comment, "state": comment.get_state_display()},
        text=reason,
        about=comment,
        url=page_of(comment),
        but=but,
    )


def _note_written(comment: Comment, record: Any) -> None:
    """A comment's own line never holds its text: history cannot be unwritten, and others than its readers read it."""
    note(comment, after={"record": record.reference, "kept": comment.organisation_id is not None})
    if comment.kind == Kind.REQUEST:
        after = {"change request": comment.number, "about": comment.part_label}
        note(record, after=after, reason=comment.text, verb="comment.request")


def _note_state(comment: Comment, record: Any, before: str, after: str, reason: str) -> None:
    note(comment, before={"state": before}, after={"state": after})
    if comment.kind == Kind.REQUEST:
        told = {"change request": comment.number}
        note(
            record,
            before={**told, "request": before},
            after={**told, "request": after},
            reason=reason,
            verb="comment.settle-request",
        )
