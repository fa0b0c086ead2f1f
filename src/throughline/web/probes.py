"""Addresses for machines that watch: is the process alive, can it work, its figures.

Answered before everything else: without a session, whatever the name the caller uses, also where the database is away.
A stranger learns one word. Details and figures are for who has the token (THROUGHLINE_METRICS_TOKEN), or calls from this
machine itself where no proxy stands in front.
"""

import ipaddress
from collections.abc import Callable
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

Answer = Callable[[HttpRequest], HttpResponse]
# Where a proxy on the same machine passes requests on, all of them come from this machine.
PASSED_ON = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_VIA")


class ProbeMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        answer = probe(request)
        answer["Cache-Control"] = "no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        # Asked every few seconds: who watches writes down the answers, our log does not.
        answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  reason: Django's own mark
        return answer


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; restart it if not."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> HttpResponse:
    """The process can do its work; send nobody here if not."""
    from throughline.kernel.upkeep import health  # reason: models, which are loaded after the middleware is named

    checks = health.look()
    good = health.is_ready(checks)
    told: dict[str, object] = {"status": "ready" if good else "not ready"}
    if trusted(request):
        told["checks"] = {one.name: {"state": one.state, "words": one.words} for one in checks}
    return JsonResponse(told, status=200 if good else 503)


def figures(request: HttpRequest) -> HttpResponse:
    """Figures about the running; to strangers there is nothing here."""
    from throughline.kernel.upkeep import metrics  # reason: as above

    if not trusted(request):
        return HttpResponse("There is nothing here that you can see.\n", status=404, content_type="text/plain")
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def trusted(request: HttpRequest) -> bool:
    """Whoever has the token; without one, only a caller on this machine, and no proxy between."""
    if token := settings.THROUGHLINE_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    behind_a_proxy = settings.SECURE_SSL_REDIRECT or any(name in request.META for name in PASSED_ON)
    return not behind_a_proxy and is_loopback(str(request.META.get("REMOTE_ADDR", "")))


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


PROBES: dict[str, Answer] = {"/health/live": live, "/health/ready": ready, "/metrics": figures}
