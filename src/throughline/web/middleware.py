"""Puts the viewer on the request: every page starts from what they may see."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.defaults import bad_request, permission_denied

from throughline.kernel.access.errors import Refused, cannot_be_kept
from throughline.kernel.access.standing import arrive, at_door, streamed
from throughline.kernel.history.unit import current_request, request_context
from throughline.kernel.measures.engines import Away
from throughline.people.queries import viewer_for

logger = logging.getLogger(__name__)


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: arrive(viewer_for(request.user)))  # type: ignore[assignment]
        with request_context(current_request.get()), at_door() as door:
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = streamed(door, response.streaming_content)  # type: ignore[arg-type]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A verb that refused becomes the page that says so, with its reason; text that cannot be kept a bad request."""
        if isinstance(exception, Refused):
            return permission_denied(request, exception)
        if isinstance(exception, Away):
            logger.warning("no figures: %s", exception.words)
            return render(request, "503.html", {"exception": exception}, status=503)
        return bad_request(request, exception) if cannot_be_kept(exception) else None
