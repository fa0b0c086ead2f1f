"""Following over the API: what the caller follows, beginning, how often, ending, and what is new."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.following import queries, services
from throughline.kernel.following.addresses import Target, target
from throughline.kernel.following.choices import Every
from throughline.kernel.following.models import Following

router = Router(tags=["following"])
EVERY: dict[str, Any] = {"type": "string", "enum": [one.value for one in Every]}
BODIES: dict[str, Any] = {
    "Follow": {
        "type": "object",
        "required": ["address"],
        "properties": {
            "address": {
                "type": "string",
                "description": "Of a page: '/incidents/?state=verified&jurisdiction=RS', '/incidents/AV-2024-000123/', '/ask/?…'",
            },
            "every": EVERY,
        },
    },
    "Rhythm": {"type": "object", "required": ["every"], "properties": {"every": EVERY}},
}


def list_followings(request: HttpRequest) -> dict[str, Any]:
    return {"items": [following_told(one.following, one.target) for one in queries.followed(caller(request))]}


def follow(request: HttpRequest) -> JsonResponse:
    """Following the same again changes how often."""
    viewer, body = caller(request), body_of(request)
    made = services.follow(viewer, address=text_of(body, "address"), every=text_of(body, "every") or Every.EACH)
    return JsonResponse(following_told(made, target(viewer, made)), status=201)


def read_news(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """What became new after the entry of history `?since=`; ask again from `until`."""
    viewer, one = caller(request), _own(request, key)
    given = request.GET.get("since", "")
    until = queries.newest()
    since = int(given) if given.isdecimal() and len(given) < 16 else one.told
    found = queries.news(viewer, one, since, until) if target(viewer, one) is not None else queries.NOTHING
    items = [{"label": item.label, "url": item.url, "by": item.by} for item in found.items]
    return {"count": found.count, "items": items, "until": until}


def change_rhythm(request: HttpRequest, key: UUID) -> dict[str, Any]:
    viewer = caller(request)
    one = services.change_rhythm(viewer, following=_own(request, key), every=text_of(body_of(request), "every"))
    return following_told(one, target(viewer, one))


def unfollow(request: HttpRequest, key: UUID) -> dict[str, Any]:
    services.end(caller(request), following=_own(request, key))
    return {"ended": str(key)}


def following_told(one: Following, aim: Target | None) -> dict[str, Any]:
    """What is followed; its name and page only while the caller may read it."""
    return {
        "id": str(one.pk),
        "what": one.what,
        "name": aim.name if aim else None,
        "address": aim.url if aim else None,
        "every": one.every,
        "since": one.since.isoformat(),
    }


def _own(request: HttpRequest, key: UUID) -> Following:
    found = queries.followings(caller(request)).filter(pk=key).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


offer(router, "GET", "/following", list_followings, "What you follow")
offer(router, "POST", "/following", follow, "Follow a record, a list or a figure", "Follow")
offer(router, "GET", "/following/{key}/news", read_news, "What is new in something you follow")
offer(router, "PATCH", "/following/{key}", change_rhythm, "Change how often you are told", "Rhythm")
offer(router, "DELETE", "/following/{key}", unfollow, "Follow it no longer")
