"""Proposed changes over the API: propose, see before and after, accept, decline, withdraw."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.proposing import queries, services
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404

router = Router(tags=["proposed changes"])
TEXT: dict[str, Any] = {"type": "string"}
BODIES: dict[str, Any] = {
    "Proposing": {
        "type": "object",
        "required": ["changes"],
        "properties": {
            "changes": {
                "type": "object",
                "description": "Fields and lines as they would be sent to change the record.",
            },
            "reason": TEXT,
        },
    },
    "Accepting": {
        "type": "object",
        "properties": {
            "fields": {"type": "array", "items": TEXT, "description": "The fields to accept; all, if none are named."},
            "answer": TEXT,
        },
    },
    "Declining": {"type": "object", "required": ["reason"], "properties": {"reason": TEXT}},
}


def list_proposed_changes(request: HttpRequest) -> dict[str, Any]:
    """The caller's own, and those of records the caller may change; with `?waiting=1` those that wait."""
    found = queries.proposals(caller(request), waiting=request.GET.get("waiting") == "1")
    return {"items": [proposal_told(one) for one in found]}


def read_proposed_change(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return proposal_told(_seen(request, key))


def propose_change(request: HttpRequest, noun: str, key: str) -> JsonResponse:
    viewer, body = caller(request), body_of(request)
    resource = next((one for one in registry.all() if noun in {one.noun, one.plural}), None)
    if resource is None:
        raise Http404(_("There is nothing here that you can see."))
    record = record_or_404(resource, viewer, key)
    changes = body.get("changes")
    if not isinstance(changes, dict):
        raise Invalid([Problem("changes", _("The body must be one JSON object."))])
    made = services.propose(viewer, record=record, raw=changes, reason=text_of(body, "reason"))
    return JsonResponse(proposal_told(_seen(request, made.pk)), status=201)


def accept_proposed_change(request: HttpRequest, key: UUID) -> dict[str, Any]:
    body = body_of(request)
    fields = body.get("fields")
    if fields is not None and not (isinstance(fields, list) and all(isinstance(one, str) for one in fields)):
        raise Invalid([Problem("fields", _("Choose the fields to accept."))])
    seen = _seen(request, key)
    services.accept(caller(request), proposal=seen.proposal, fields=fields, answer=text_of(body, "answer"))
    return proposal_told(_seen(request, key))


def decline_proposed_change(request: HttpRequest, key: UUID) -> dict[str, Any]:
    services.decline(caller(request), proposal=_seen(request, key).proposal, reason=text_of(body_of(request), "reason"))
    return proposal_told(_seen(request, key))


def withdraw_proposed_change(request: HttpRequest, key: UUID) -> dict[str, Any]:
    services.withdraw(caller(request), proposal=_seen(request, key).proposal)
    return proposal_told(_seen(request, key))


def proposal_told(seen: queries.Seen) -> dict[str, Any]:
    one = seen.proposal
    return {
        "id": str(one.pk),
        "noun": seen.resource.noun,
        "record": str(getattr(seen.record, "reference", "") or seen.record.pk),
        "before": one.before,
        "after": one.after,
        "reason": one.reason,
        "proposed_by": str(one.proposed_by),
        "proposed_at": one.proposed_at.isoformat(),
        "state": one.state,
        "accepted": one.taken,
        "decided_by": str(one.decided_by) if one.decided_by else None,
        "answer": one.answer,
        "may_decide": seen.decides,
    }


def _seen(request: HttpRequest, key: UUID) -> queries.Seen:
    found = queries.proposal_for(caller(request), key)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


offer(router, "GET", "/proposed-changes", list_proposed_changes, "Changes proposed by you, or for you to decide on")
offer(router, "POST", "/proposed-changes/of/{noun}/{key}", propose_change, "Propose a change of a record", "Proposing")
offer(router, "GET", "/proposed-changes/{key}", read_proposed_change, "A proposed change, before and after")
offer(
    router, "POST", "/proposed-changes/{key}/accept", accept_proposed_change, "Accept it, or some fields", "Accepting"
)
offer(
    router, "POST", "/proposed-changes/{key}/decline", decline_proposed_change, "Decline it, with a reason", "Declining"
)
offer(router, "POST", "/proposed-changes/{key}/withdraw", withdraw_proposed_change, "Withdraw your own")
