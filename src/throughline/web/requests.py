"""Around every request: its number, its figures, its line in the log."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse

from throughline.kernel.history.unit import request_context
from throughline.kernel.upkeep.logs import route_of

SLOW = 5.0
DOORS = {"api": "api", "openrosa": "phones", "static": "static"}
logger = logging.getLogger("throughline.requests")


class RequestMiddleware:
    """The number is the one history keeps with what the request wrote, and stands in the answer (X-Request-ID)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from throughline.kernel.upkeep import metrics  # reason: models, which are loaded after the middleware is named

        begun = perf_counter()
        with request_context() as number:
            response = self.get_response(request)
            took = perf_counter() - begun
            response["X-Request-ID"] = str(number)
            metrics.count(door_of(request.path_info), response.status_code, took)
            write(request, response.status_code, took)
        return response


def door_of(path: str) -> str:
    return DOORS.get(path.strip("/").partition("/")[0], "pages")


def write(request: HttpRequest, status: int, took: float) -> None:
    """The pattern of the address and no person: who did what stands in history, under the same number."""
    level = logging.WARNING if status >= 500 or took > SLOW else logging.INFO
    figures = {"method": request.method, "route": route_of(request), "status": status, "ms": round(took * 1000)}
    logger.log(level, "answered", extra={"figures": figures})
