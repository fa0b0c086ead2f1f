"""Who calls: the person a key belongs to, as the Viewer they are at this moment."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from throughline.api.services import holder_of
from throughline.kernel.access.standing import arrive
from throughline.kernel.access.viewer import Viewer
from throughline.people.queries import viewer_for


class Key(HttpBearer):
    """'Authorization: Bearer tl_…'. A session does not count here, so no page can be made to call the API."""

    openapi_description = "An API key, made on the page 'API keys' of your account."

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        held = holder_of(token)
        if held is None:
            return None
        request.user = held.user
        request.viewer = arrive(viewer_for(held.user))  # type: ignore[attr-defined]
        return held


def caller(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]
