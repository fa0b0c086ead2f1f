"""Answers that say what went wrong, all alike: application/problem+json (RFC 9457) with field and row."""

import json
import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused, cannot_be_kept
from throughline.kernel.measures.engines import Away
from throughline.kernel.upkeep.guesses import Guesses

TYPE = "application/problem+json"
# Right keys go on being taken: others behind the same address are not shut out by one who guesses.
WRONG = Guesses("api")
logger = logging.getLogger(__name__)


def problem(status: int, title: str, detail: str = "", problems: Iterable[Problem] = ()) -> HttpResponse:
    """One problem answer."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    listed = [one.as_dict() for one in problems]
    if listed:
        body["problems"] = listed
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=TYPE)


def on_invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    return problem(422, _("This cannot be taken."), problems=error.problems)


def on_refused(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(403, _("You may not do this."), str(error))


def on_conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    return problem(409, _("Someone was faster."), str(error))


def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, _("There is nothing here that you can see."))


def on_unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    if "Authorization" in request.headers:
        WRONG.count(request)
        if WRONG.too_many(request):
            answer = problem(429, _("Too many wrong keys from this address. Try again in a few minutes."))
            answer["Retry-After"] = str(WRONG.seconds)
            return answer
    answer = problem(401, _("Send a valid API key: 'Authorization: Bearer tl_…'."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def on_away(request: HttpRequest, error: Away) -> HttpResponse:
    logger.warning("no figures: %s", error.words)
    return problem(503, _("No figures just now."), str(error))


def on_malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What the address itself gets wrong (a number that is none)."""
    found = [Problem(".".join(str(part) for part in one["loc"][1:]), str(one["msg"])) for one in error.errors]
    return problem(422, _("This cannot be taken."), problems=found)


def on_unkept(request: HttpRequest, error: DataError) -> HttpResponse:
    """Text that the database cannot hold, in a place where nobody took it out; all else it refuses is a fault of ours."""
    if not cannot_be_kept(error):
        raise error
    return problem(422, _("This cannot be taken."), _("It holds a character that cannot be kept."))


def install(api: NinjaAPI) -> None:
    """Let the API answer our refusals in one way."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (Invalid, on_invalid),
        (Refused, on_refused),
        (PermissionDenied, on_refused),
        (Conflict, on_conflict),
        (Http404, on_missing),
        (DataError, on_unkept),
        (AuthenticationError, on_unknown),
        (ValidationError, on_malformed),
        (Away, on_away),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
