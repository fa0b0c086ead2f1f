"""Comments over the API: read and write them on a record, answer, put right, take back, settle."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.comments import queries, services
from throughline.kernel.comments.choices import Kind, State
from throughline.kernel.comments.models import Comment
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.kernel.resources.declare import Resource

router = Router(tags=["comments"])
TEXT: dict[str, Any] = {"type": "string"}
PEOPLE: dict[str, Any] = {
    "type": "array",
    "items": TEXT,
    "description": "E-mail addresses of those to mention. Whoever may not read it is refused, without saying who.",
}
BODIES: dict[str, Any] = {
    "Commenting": {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": TEXT,
            "kind": {"type": "string", "enum": [one.value for one in Kind]},
            "part": {"type": "string", "description": "The part of a document it is about; see `parts` where comments are read."},
            "organisation": {"type": "string", "description": "Code of an organisation of yours: only its people read it."},
            "mentions": PEOPLE,
        },
    },
    "Answering": {"type": "object", "required": ["text"], "properties": {"text": TEXT, "mentions": PEOPLE}},
    "Settling": {
        "type": "object",
        "required": ["state"],
        "properties": {"state": {"type": "string", "enum": [one.value for one in State]}, "reason": TEXT},
    },
}  # fmt: skip


def list_comments(request: HttpRequest, noun: str, key: str) -> dict[str, Any]:
    """The threads the caller may read; `parts` is what a comment on this record can be about."""
    record = record_or_404(noun_named(noun), caller(request), key, whole=False)
    items = [thread_told(one) for one in queries.threads(caller(request), record)]
    parts = [{"part": code, "label": label} for code, label in queries.parts_of(record)]
    return {"items": items, "parts": parts, "may_ask_for_changes": queries.may_ask(caller(request), record)}


def write_comment(request: HttpRequest, noun: str, key: str) -> JsonResponse:
    viewer, body = caller(request), body_of(request)
    record = record_or_404(noun_named(noun), viewer, key, whole=False)
    made = services.write(
        viewer,
        record=record,
        text=text_of(body, "text"),
        kind=text_of(body, "kind") or Kind.COMMENT,
        part=text_of(body, "part"),
        organisation=_organisation(text_of(body, "organisation")),
        mentions=_mentions(body),
    )
    return JsonResponse(comment_told(made), status=201)


def answer_comment(request: HttpRequest, key: UUID) -> JsonResponse:
    viewer, body = caller(request), body_of(request)
    comment = _comment(request, key)
    made = services.answer(viewer, comment=comment, text=text_of(body, "text"), mentions=_mentions(body))
    return JsonResponse(comment_told(made), status=201)


def edit_comment(request: HttpRequest, key: UUID) -> dict[str, Any]:
    body = body_of(request)
    changed = services.edit(caller(request), comment=_comment(request, key), text=text_of(body, "text"))
    return comment_told(changed)


def take_comment_back(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return comment_told(services.take_back(caller(request), comment=_comment(request, key)))


def settle_comment(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """`state`: resolved; of a change request done, declined or withdrawn; open opens it again."""
    viewer, body, comment = caller(request), body_of(request), _comment(request, key)
    state = text_of(body, "state")
    if state == State.OPEN:
        return comment_told(services.reopen(viewer, comment=comment))
    return comment_told(services.settle(viewer, comment=comment, state=state, reason=text_of(body, "reason")))


def noun_named(noun: str) -> Resource:
    """A noun whose records are owned and shared: by its name or its plural."""
    found = next((one for one in registry.all() if noun in {one.noun, one.plural} and one.is_record), None)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


def comment_told(one: Comment) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "number": one.number,
        "part": one.part_label,
        "text": one.text,
        "by": str(one.written_by),
        "at": one.written_at.isoformat(),
        "edited_at": one.edited_at.isoformat() if one.edited_at else None,
        "taken_back": one.taken_back_at is not None,
        "kept_to": one.organisation.code if one.organisation else None,
        "state": one.state if one.parent_id is None else None,
        "settled_by": str(one.settled_by) if one.settled_by else None,
        "reason": one.reason,
    }


def thread_told(thread: queries.Thread) -> dict[str, Any]:
    answers = [comment_told(one.comment) for one in thread.answers]
    return comment_told(thread.first.comment) | {"answers": answers}


def _comment(request: HttpRequest, key: UUID) -> Comment:
    found = queries.comment_for(caller(request), key)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


def _organisation(code: str) -> UUID | None:
    if not code:
        return None
    owners: Any = Comment._meta.get_field("organisation").related_model
    found = owners._default_manager.filter(code__iexact=code).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid([Problem("organisation", _("There is no such organisation."), code)])
    return found  # type: ignore[no-any-return]


def _mentions(body: dict[str, Any]) -> list[str]:
    given = body.get("mentions", [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Invalid([Problem("mentions", _("Give a list of e-mail addresses."))])
    return given


offer(router, "GET", "/comments/on/{noun}/{key}", list_comments, "What was said about a record")
offer(router, "POST", "/comments/on/{noun}/{key}", write_comment, "Write a comment or ask for a change", "Commenting")
offer(router, "POST", "/comments/{key}/answers", answer_comment, "Answer a comment", "Answering")
offer(router, "PATCH", "/comments/{key}", edit_comment, "Put your own comment right", "Answering")
offer(router, "DELETE", "/comments/{key}", take_comment_back, "Take your own comment back: its text is wiped")
offer(router, "POST", "/comments/{key}/state", settle_comment, "Settle a comment or open it again", "Settling")
