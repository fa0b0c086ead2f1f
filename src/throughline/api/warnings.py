"""Early warning over the API: unusual counts the caller may read, acknowledging one, subscriptions."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.schemas import answers
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.watch import queries, services
from throughline.kernel.watch.models import Flag, Subscription

MOST = 200
router = Router(tags=["warnings"])


def list_warnings(request: HttpRequest) -> dict[str, Any]:
    """Those that wait for a word; with `?all=1` all of them."""
    viewer = caller(request)
    found = queries.flags(viewer, all_of_them=request.GET.get("all") == "1")[:MOST]
    return {"items": [warning_told(viewer, one) for one in found]}


def read_warning(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    return warning_told(viewer, _flag(viewer, key))


def acknowledge_warning(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    flag = services.acknowledge(viewer, flag=_flag(viewer, key), reason=text_of(body_of(request), "reason"))
    return warning_told(viewer, flag)


def list_warning_subscriptions(request: HttpRequest) -> dict[str, Any]:
    return {"items": [subscription_told(one) for one in queries.subscriptions(caller(request))]}


def subscribe_to_warnings(request: HttpRequest) -> JsonResponse:
    """`programme` (its code), and a `jurisdiction` and a `kind` if not all are wanted."""
    viewer, body = caller(request), body_of(request)
    programme = Subscription._meta.get_field("programme").related_model
    found = programme._default_manager.filter(pk__in=viewer.programmes, code__iexact=text_of(body, "programme")).first()  # type: ignore[union-attr]
    if found is None:
        raise Http404
    given = {name: text_of(body, name) for name in ("jurisdiction", "kind")}
    return JsonResponse(subscription_told(services.subscribe(viewer, programme=found.pk, **given)), status=201)


def unsubscribe_from_warnings(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    found = queries.subscriptions(viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    services.unsubscribe(viewer, subscription=found)
    return {"ended": str(key)}


def _flag(viewer: Viewer, key: UUID) -> Flag:
    flag = Flag.objects.visible_to(viewer).select_related("programme", "acknowledged_by").filter(pk=key).first()
    if flag is None:
        raise Http404
    return flag


def warning_told(viewer: Viewer, flag: Flag) -> dict[str, Any]:
    one = queries.told(viewer, flag)
    return {
        "id": str(flag.pk),
        "programme": flag.programme.code,
        "measure": flag.measure,
        "jurisdiction": flag.jurisdiction,
        "type": flag.kind,
        "month": flag.month,
        "count": flag.count,
        "sentence": one.sentence,
        "evidence": flag.evidence,
        "question": one.url,
        "ended": flag.ended,
        "acknowledged_at": flag.acknowledged_at.isoformat() if flag.acknowledged_at else None,
        "acknowledged_by": str(flag.acknowledged_by) if flag.acknowledged_by else None,
        "reason": flag.reason,
    }


def subscription_told(one: Subscription) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "programme": one.programme.code,
        "jurisdiction": one.jurisdiction,
        "kind": one.kind,
    }


for _method, _path, _view, _summary in (
    ("GET", "/warnings", list_warnings, "Unusual counts you may read"),
    ("GET", "/warnings/subscriptions", list_warning_subscriptions, "What you are told of"),
    ("POST", "/warnings/subscriptions", subscribe_to_warnings, "Be told of unusual counts"),
    ("DELETE", "/warnings/subscriptions/{key}", unsubscribe_from_warnings, "Not to be told any longer"),
    ("GET", "/warnings/{key}", read_warning, "An unusual count with its evidence"),
    ("POST", "/warnings/{key}/acknowledge", acknowledge_warning, "Acknowledge an unusual count, with a reason"),
):
    router.add_api_operation(
        _path,
        [_method],
        _view,
        operation_id=_view.__name__,
        summary=_summary,
        openapi_extra={"responses": answers("")},
    )
