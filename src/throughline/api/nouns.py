"""The routes every noun has, made from its declaration: list, read, make, change; and of a record its
transitions, grants, handling, history, and who can see it.

Every route starts from what the caller may see: what they may not see is 'not found'.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, number_of, text_of
from throughline.api.duplicates import MERGED_INTO, gone_to
from throughline.api.offering import offer
from throughline.api.schemas import answers, filters_of, name_of, takes
from throughline.kernel.access import services
from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.explain import explain, who_can_see
from throughline.kernel.access.models import Grant
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.queries import open_to
from throughline.kernel.flow.services import advance
from throughline.kernel.resources.access import found, record_or_404
from throughline.kernel.resources.cells import as_json
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.editing import create, update
from throughline.kernel.resources.exporting import FORMATS, export
from throughline.kernel.resources.filters import known_parameters
from throughline.kernel.resources.listing import Asked, neighbours, page_of
from throughline.kernel.resources.sharing import grant_of, may_know, receiver_key, receiver_named
from throughline.kernel.resources.story import entries_told

MOST_ENTRIES = 200


def router_of(resource: Resource) -> Router:
    """The routes of one noun."""
    router = Router(tags=[str(resource.plural)])
    _reading(router, resource)
    if resource.create is not None or resource.change is not None:
        _writing(router, resource)
    if resource.is_record:
        _steps(router, resource)
        _sharing(router, resource)
    _telling(router, resource)
    return router


def asked_by(request: HttpRequest, resource: Resource, *, more: frozenset[str] = frozenset()) -> Asked:
    """The question in the address; Invalid if any of it is not understood."""
    known = known_parameters(resource) | more
    problems = [Problem(name, _("There is no such filter.")) for name in request.GET if name not in known]
    asked = Asked.read(resource, request.GET, caller(request))
    if problems := [*problems, *asked.problems]:
        raise Invalid(problems)
    return asked


def whole(resource: Resource, viewer: Viewer, record: Any) -> dict[str, Any]:
    """A record read again after a write, as the caller may see it now; its name alone if they no longer may."""
    seen = found(resource, viewer, str(record.pk))
    return (
        as_json(resource, seen) | gone_to(viewer, seen)
        if seen is not None
        else {"id": str(record.pk), "visible": False}
    )


def _reading(router: Router, resource: Resource) -> None:
    name = name_of(resource)

    def read_list(request: HttpRequest) -> dict[str, Any]:
        asked = asked_by(request, resource)
        page = page_of(asked, lines=True)
        count, all_counted = asked.counted()
        address = request.build_absolute_uri(request.path)
        around = {key: address + query if query else None for key, query in neighbours(asked, page).items()}
        return {
            "items": [as_json(resource, record) for record in page.rows],
            "next": around["older"],
            "previous": around["newer"],
            "count": count,
            "more": not all_counted,
        }

    def read_one(request: HttpRequest, key: str) -> dict[str, Any]:
        record = record_or_404(resource, caller(request), key)
        return as_json(resource, record) | gone_to(caller(request), record)

    def read_file(request: HttpRequest, fmt: str) -> HttpResponseBase:
        return export(caller(request), asked=asked_by(request, resource), fmt=fmt)

    formats = ", ".join(FORMATS if resource.position else FORMATS[:3])
    router.add_api_operation(
        "/",
        ["GET"],
        read_list,
        url_name=f"{resource.noun}-list",
        operation_id=f"list_{resource.plural}",
        summary=f"List {resource.title_plural}",
        openapi_extra={"parameters": filters_of(resource), "responses": answers(f"{name}Page")},
    )
    router.add_api_operation(
        "/export.{fmt}",
        ["GET"],
        read_file,
        url_name=f"{resource.noun}-export",
        operation_id=f"export_{resource.plural}",
        summary=f"Download a list of {resource.title_plural} ({formats})",
        openapi_extra={"parameters": filters_of(resource), "responses": answers("")},
    )
    router.add_api_operation(
        "/{key}",
        ["GET"],
        read_one,
        url_name=f"{resource.noun}-detail",
        operation_id=f"read_{resource.noun}",
        summary=f"Read one {resource.title}",
        openapi_extra={"responses": answers(name)},
    )


def _writing(router: Router, resource: Resource) -> None:
    name = name_of(resource)

    def make(request: HttpRequest) -> HttpResponse:
        viewer = caller(request)
        record = create(viewer, resource, body_of(request))
        return JsonResponse(whole(resource, viewer, record), status=201)

    def change(request: HttpRequest, key: str) -> dict[str, Any]:
        viewer = caller(request)
        record = record_or_404(resource, viewer, key)
        body = body_of(request)
        # What was read can be sent again as it is.
        body.pop(MERGED_INTO, None)
        return whole(resource, viewer, update(viewer, resource, record, body))

    if resource.create is not None:
        router.add_api_operation(
            "/",
            ["POST"],
            make,
            operation_id=f"create_{resource.noun}",
            summary=f"Make a new {resource.title}",
            openapi_extra={"requestBody": takes(f"{name}New"), "responses": answers(name, 201)},
        )
    if resource.change is not None:
        router.add_api_operation(
            "/{key}",
            ["PATCH"],
            change,
            operation_id=f"change_{resource.noun}",
            summary=f"Change fields of one {resource.title}; lines that are sent replace those there",
            openapi_extra={"requestBody": takes(f"{name}Change"), "responses": answers(name)},
        )


def _steps(router: Router, resource: Resource) -> None:
    def read_open(request: HttpRequest, key: str) -> dict[str, Any]:
        record = record_or_404(resource, caller(request), key, whole=False)
        ways = open_to(caller(request), record)
        return {
            "state": record.state,
            "open": [{"transition": w.name, "label": str(w.label), "needs_comment": w.needs_comment} for w in ways],
        }

    def take(request: HttpRequest, key: str) -> dict[str, Any]:
        viewer, body = caller(request), body_of(request)
        record = record_or_404(resource, viewer, key, whole=False)
        name, comment = text_of(body, "transition"), text_of(body, "comment")
        advance(viewer, record=record, transition=name, comment=comment, version=number_of(body, "version"))
        return whole(resource, viewer, record)

    def mark(request: HttpRequest, key: str) -> dict[str, Any]:
        viewer, body = caller(request), body_of(request)
        record = record_or_404(resource, viewer, key, whole=False)
        services.mark(viewer, record=record, handling=text_of(body, "handling"), reason=text_of(body, "reason"))
        return whole(resource, viewer, record)

    name = name_of(resource)
    one = f"the {resource.title}"
    _add(router, "GET", "/{key}/transitions", read_open, f"open_to_{resource.noun}", f"What can be done with {one} now")
    _add(router, "POST", "/{key}/transitions", take, f"advance_{resource.noun}", f"Move {one} on", "Transition", name)
    _add(
        router, "POST", "/{key}/handling", mark, f"mark_{resource.noun}", f"Change the handling of {one}", "Mark", name
    )


def _sharing(router: Router, resource: Resource) -> None:
    def read_grants(request: HttpRequest, key: str) -> dict[str, Any]:
        viewer = caller(request)
        record = record_or_404(resource, viewer, key, whole=False)
        grants = Grant.objects.filter(object_id=record.pk).select_related("organisation", "network", "person")
        seen = [one for one in grants if may_know(viewer, record, one)]
        return {"items": [grant_told(one) for one in seen]}

    def give(request: HttpRequest, key: str) -> HttpResponse:
        viewer, body = caller(request), body_of(request)
        record = record_or_404(resource, viewer, key, whole=False)
        made = services.grant(
            viewer,
            record=record,
            to=receiver_named(text_of(body, "to")),
            right=text_of(body, "right") or Right.READ,
            hidden=body.get("hidden") is True,
            reason=text_of(body, "reason"),
        )
        return JsonResponse(grant_told(made), status=201)

    def take_back(request: HttpRequest, key: str, grant: str) -> dict[str, Any]:
        viewer = caller(request)
        record = record_or_404(resource, viewer, key, whole=False)
        services.withdraw_grant(viewer, record=record, grant=grant_of(record, grant))
        return {"taken_back": grant}

    one = f"the {resource.title}"
    _add(router, "GET", "/{key}/grants", read_grants, f"grants_of_{resource.noun}", f"Rights given on {one}")
    _add(router, "POST", "/{key}/grants", give, f"grant_{resource.noun}", f"Give a right on {one}", "Grant")
    _add(
        router, "DELETE", "/{key}/grants/{grant}", take_back, f"withdraw_{resource.noun}", f"Take back a right on {one}"
    )


def _telling(router: Router, resource: Resource) -> None:
    def read_history(request: HttpRequest, key: str) -> dict[str, Any]:
        record = record_or_404(resource, caller(request), key, whole=False)
        return {"items": [entry_told(one) for one in entries_told(caller(request), record, limit=MOST_ENTRIES)]}

    def read_access(request: HttpRequest, key: str) -> dict[str, Any]:
        viewer = caller(request)
        record = record_or_404(resource, viewer, key, whole=False)
        readers = [{"who": str(one.who), "why": str(one.why)} for one in who_can_see(viewer, record)]
        return {"you": explain(viewer, record), "readers": readers}

    one = f"the {resource.title}"
    _add(router, "GET", "/{key}/history", read_history, f"history_of_{resource.noun}", f"What happened to {one}")
    if resource.is_record:
        _add(router, "GET", "/{key}/access", read_access, f"access_to_{resource.noun}", f"Who can see {one}, and why")


def _add(
    router: Router, method: str, path: str, view: Any, operation: str, summary: str, body: str = "", answer: str = ""
) -> None:
    offer(router, method, path, view, summary, body, operation=operation, answer=answer)


def grant_told(grant: Grant) -> dict[str, Any]:
    kind = "organisation" if grant.organisation_id else "network" if grant.network_id else "person"
    return {
        "id": str(grant.pk),
        "to": f"{kind}:{receiver_key(kind, grant.receiver)}",
        "name": str(grant.receiver),
        "right": grant.right,
        "hidden": grant.hidden,
        "reason": grant.reason,
        "given_at": grant.given_at.isoformat(),
    }


def entry_told(entry: Any) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "who": entry.actor_text,
        "verb": entry.verb,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "hash": entry.hash,
    }
