"""The public pages of a certificate: no account, no cookie, no more than its holder chose; asked too often, no answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from throughline.kernel.upkeep.guesses import Guesses
from throughline.training import verifying
from throughline.training.badge_codes import LONG, grouped, tidied
from throughline.training.models import Certificate

# From one address in so many seconds: enough to check a class, far too few to guess a hundred bits.
SECONDS = 300
ASKED, WRONG = Guesses("verify.asked", 240, SECONDS), Guesses("verify.wrong", 30, SECONDS)
Page = Callable[..., HttpResponse]
JSON_LD = "application/ld+json"


def public(view: Page) -> Page:
    """A page for anyone to read."""
    return login_not_required(require_safe(guarded(view, template="training/verify.html")))


def guarded(view: Page, *, template: str) -> Page:
    """A page without an account: counted by address, kept by nobody, told to no other site."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if _too_often(request):
            answer = render(request, template, {"slow": True}, status=429)
            answer["Retry-After"] = str(SECONDS)
        else:
            answer = view(request, *args, **given)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return run


def _too_often(request: HttpRequest) -> bool:
    return ASKED.count(request) > ASKED.most or WRONG.too_many(request)


def count_wrong(request: HttpRequest) -> None:
    """Somebody tried what does not exist; too many tries and they wait."""
    WRONG.count(request)


def _certificate(request: HttpRequest, code: str) -> Certificate | None:
    found = verifying.by_code(code)
    if found is None:
        count_wrong(request)
    return found


@public
def verify(request: HttpRequest) -> HttpResponse:
    """Type the code of a certificate."""
    if code := request.GET.get("code", "").strip():
        wanted = tidied(code)
        if len(wanted) == LONG and wanted.isalnum():
            return redirect("verify-code", grouped(wanted))
        words = _("A code has twenty letters and digits. Check it against the certificate.")
        return render(request, "training/verify.html", {"code": code[:60], "wrong": words}, status=400)
    return render(request, "training/verify.html")


@public
def code(request: HttpRequest, code: str) -> HttpResponse:
    """What the certificate with this code is worth."""
    found = _certificate(request, code)
    if found is None:
        words = _("There is no certificate with this code. Check it letter by letter.")
        return render(request, "training/verify.html", {"code": code[:60], "wrong": words}, status=404)
    return render(request, "training/verify.html", {"seen": verifying.seen(found), "code": grouped(found.code)})


def _badge(request: HttpRequest, code: str) -> Certificate:
    found = _certificate(request, code)
    if found is None or not verifying.has_badge(found):
        raise Http404
    return found


@public
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """The assertion of an open badge, at the address by which it is verified. Revoked, it is gone, and says so."""
    found = _badge(request, code)
    if not found.is_valid:
        return JsonResponse(verifying.revoked_assertion(found), status=410, content_type=JSON_LD)
    return JsonResponse(verifying.assertion(found), content_type=JSON_LD)


@public
def badge_class(request: HttpRequest, code: str) -> HttpResponse:
    return JsonResponse(verifying.badge_class(_badge(request, code)), content_type=JSON_LD)


@public
def badge_issuer(request: HttpRequest, code: str) -> HttpResponse:
    return JsonResponse(verifying.issuer(_badge(request, code)), content_type=JSON_LD)
