"""Search over everything, saved views, and changing several records at once, over the API."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.api.schemas import Schema
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk import queries as bulk
from throughline.kernel.bulk import services as bulk_services
from throughline.kernel.bulk.models import BulkChange
from throughline.kernel.bulk.orders import Choice, Order
from throughline.kernel.bulk.trying import Line, Plan
from throughline.kernel.desk import queries, services
from throughline.kernel.desk.circles import circle_named, circle_of
from throughline.kernel.desk.models import SavedView
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.search.queries import EACH, MOST, kinds, search

MOST_CHANGES = 100
TEXT: dict[str, Any] = {"type": "string"}
router = Router(tags=["desk"])
BODIES: dict[str, Any] = {
    "SavedView": {
        "type": "object",
        "required": ["noun", "name"],
        "properties": {
            "noun": TEXT,
            "name": TEXT,
            "question": {"type": "string", "description": "As in the list's address: kind=suicide&sort=-occurred_on"},
            "shared": {"type": "string", "description": "mine, organisation:CODE or programme:CODE"},
        },
    },
    "SavedViewChange": {"type": "object", "properties": {"name": TEXT, "question": TEXT, "shared": TEXT}},
    "UsualView": {
        "type": "object",
        "properties": {"view": {"type": "string", "description": "Its id; empty: the list opens whole."}},
    },
    "Bulk": {
        "type": "object",
        "properties": {
            "records": {"type": "array", "items": TEXT, "description": "References or ids."},
            "question": {"type": "string", "description": "Instead: everything that fits, as in the list's address."},
            "set": {"type": "object", "description": "Fields and the values all shall have; empty text empties."},
            "transition": {"type": "string", "description": "Instead: a step of the flow to take with all."},
            "comment": TEXT,
            "reason": TEXT,
            "apply": {"type": "boolean", "description": "False (the usual): only say what would come of it."},
            "leave_out": {"type": "boolean", "description": "Leave those as they are that cannot be changed."},
            "mark": {"type": "string", "description": "The mark of the preview: refuse if anybody changed one since."},
        },
    },
    "Reason": {"type": "object", "properties": {"reason": TEXT}},
}
SEARCHING: tuple[Schema, ...] = (
    {"name": "q", "in": "query", "required": True, "schema": TEXT},
    {"name": "kind", "in": "query", "schema": {"type": "string", "description": "One noun, or page, measure."}},
)


def noun_named(name: str) -> Resource:
    try:
        return registry.get(name)
    except KeyError as unknown:
        raise Http404(_("There is nothing here that you can see.")) from unknown


# Search


def search_everything(request: HttpRequest) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    if kind and kind not in kinds():
        raise Invalid([Problem("kind", _("There is nothing of that kind to search."), kind)])
    found = search(caller(request), request.GET.get("q", ""), kind=kind, most=MOST if kind else EACH)
    return {
        "close": found.close,
        "groups": [
            {
                "kind": group.kind,
                "title": str(group.title),
                "more": bool(group.more_url),
                "items": [
                    {
                        "id": hit.key or None,
                        "name": hit.name,
                        "reference": hit.reference,
                        "detail": hit.detail,
                        "url": hit.url,
                        "close": bool(hit.slips),
                    }
                    for hit in group.hits
                ],
            }
            for group in found.groups
        ],
    }


# Views


def list_views(request: HttpRequest) -> dict[str, Any]:
    return {"items": [view_told(one) for one in queries.views_for(caller(request), request.GET.get("noun", ""))]}


def read_view(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return view_told(_view(caller(request), key))


def save_view(request: HttpRequest) -> JsonResponse:
    viewer, body = caller(request), body_of(request)
    shared = circle_named(viewer, text_of(body, "shared"))
    view = services.save(
        viewer,
        resource=noun_named(text_of(body, "noun")),
        name=text_of(body, "name"),
        question=text_of(body, "question").lstrip("?"),
        **shared,
    )
    return JsonResponse(view_told(_view(viewer, view.pk)), status=201)


def change_view(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    view = _view(viewer, key)
    given: dict[str, Any] = {name: text_of(body, name) for name in ("name", "question") if name in body}
    if "shared" in body:
        given |= circle_named(viewer, text_of(body, "shared"))
    services.change(viewer, view=view, **given)
    return view_told(_view(viewer, key))


def delete_view(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    services.delete(viewer, view=_view(viewer, key))
    return {"deleted": str(key)}


def copy_view(request: HttpRequest, key: UUID) -> JsonResponse:
    viewer = caller(request)
    copy = services.duplicate(viewer, view=_view(viewer, key))
    return JsonResponse(view_told(_view(viewer, copy.pk)), status=201)


def choose_usual_view(request: HttpRequest, noun: str) -> dict[str, Any]:
    viewer, wanted = caller(request), text_of(body_of(request), "view")
    resource = noun_named(noun)
    try:
        view = _view(viewer, UUID(wanted)) if wanted else None
    except ValueError as strange:
        raise Invalid([Problem("view", _("This is no view."), wanted)]) from strange
    if view is not None and view.noun != resource.noun:
        raise Invalid([Problem("view", _("This is a view of another list."), wanted)])
    services.make_usual(viewer, noun=resource.noun, view=view)
    return {"noun": resource.noun, "view": str(view.pk) if view else None}


def list_opened_lately(request: HttpRequest) -> dict[str, Any]:
    found = queries.recent_for(caller(request))
    return {"items": [{"name": one.label, "noun": one.noun, "url": one.url, "at": one.at.isoformat()} for one in found]}


def _view(viewer: Viewer, key: UUID) -> SavedView:
    found = queries.view_for(viewer, key)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


def view_told(view: SavedView) -> dict[str, Any]:
    return {
        "id": str(view.pk),
        "noun": view.noun,
        "name": view.name,
        "question": view.question,
        "shared": circle_of(view),
        "usual": view.usual,  # type: ignore[attr-defined]  # reason: annotated by with_usual
        "url": queries.list_url(view),
    }


# Several at once


def change_several(request: HttpRequest, noun: str) -> Any:
    """Say what would come of it, or do it: all or nothing."""
    viewer, body, resource = caller(request), body_of(request), noun_named(noun)
    choice, order = _choice(body), _order(body)
    if body.get("apply") is not True:
        return plan_told(bulk_services.preview(viewer, resource=resource, choice=choice, order=order))
    made = bulk_services.apply(
        viewer,
        resource=resource,
        choice=choice,
        order=order,
        expected=text_of(body, "mark"),
        leave_out=body.get("leave_out") is True,
        reason=text_of(body, "reason"),
    )
    return JsonResponse(change_told(made), status=201)


def list_bulk_changes(request: HttpRequest) -> dict[str, Any]:
    return {"items": [change_told(one) for one in bulk.changes_of(caller(request))[:MOST_CHANGES]]}


def read_bulk_change(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    one = _change(viewer, key)
    return change_told(one) | {"records": [str(record) for record in bulk.records_of(viewer, one)]}


def undo_bulk_change(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    reason = text_of(body_of(request), "reason")
    return change_told(bulk_services.undo(viewer, change=_change(viewer, key), reason=reason))


def _change(viewer: Viewer, key: UUID) -> BulkChange:
    found = bulk.change_of(viewer, key)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


def _choice(body: dict[str, Any]) -> Choice:
    if "question" in body:
        return Choice(question=text_of(body, "question").lstrip("?"))
    named = body.get("records", [])
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise Invalid([Problem("records", _("Give a list of references or ids."))])
    return Choice(keys=tuple(named))


def _order(body: dict[str, Any]) -> Order:
    values = body.get("set", {})
    if not isinstance(values, dict) or any(isinstance(one, dict | list) for one in values.values()):
        raise Invalid([Problem("set", _("Give the fields and the value of each."))])
    return Order(values=values, transition=text_of(body, "transition"), comment=text_of(body, "comment"))


def plan_told(plan: Plan) -> dict[str, Any]:
    return {
        "mark": plan.mark,
        "changing": [line_told(line) for line in plan.changing],
        "same": [line.text for line in plan.same],
        "problems": [problem.as_dict() for problem in bulk_services.problems_of(plan)],
    }


def line_told(line: Line) -> dict[str, Any]:
    return {"id": str(line.key), "record": line.text, "before": line.before, "after": line.after}


def change_told(change: BulkChange) -> dict[str, Any]:
    return {
        "id": str(change.pk),
        "noun": change.noun,
        "set": change.values,
        "transition": change.transition,
        "count": change.count,
        "left_out": change.left_out,
        "state": change.state,
        "made_at": change.made_at.isoformat(),
        "reason": change.reason,
    }


offer(router, "GET", "/search", search_everything, "Search everything you may read", parameters=SEARCHING)
offer(router, "GET", "/views", list_views, "Saved views: yours, and those shared with you")
offer(router, "POST", "/views", save_view, "Keep a question to a list under a name", "SavedView")
offer(router, "GET", "/views/{uuid:key}", read_view, "Read one view")
offer(router, "PATCH", "/views/{uuid:key}", change_view, "Rename a view, ask otherwise, share it", "SavedViewChange")
offer(router, "DELETE", "/views/{uuid:key}", delete_view, "Delete a view")
offer(router, "POST", "/views/{uuid:key}/copy", copy_view, "Make a copy of a view your own")
offer(router, "PUT", "/views/usual/{noun}", choose_usual_view, "Say which view your list opens with", "UsualView")
offer(router, "GET", "/recent", list_opened_lately, "What you opened lately in the pages")
offer(router, "GET", "/bulk", list_bulk_changes, "What you changed in bulk")
offer(router, "POST", "/bulk/{noun}", change_several, "Change several records: preview, or all or nothing", "Bulk")
offer(router, "GET", "/bulk/changes/{uuid:key}", read_bulk_change, "Read one bulk change of yours")
offer(router, "POST", "/bulk/changes/{uuid:key}/undo", undo_bulk_change, "Take a bulk change back as a whole", "Reason")
