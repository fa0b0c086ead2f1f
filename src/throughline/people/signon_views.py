"""On the way to a provider and back. The pages around it are ours; the protocol is django-allauth's."""

from typing import Any

from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from throughline.kernel.ids import fingerprint
from throughline.kernel.upkeep.guesses import Guesses
from throughline.people import services
from throughline.people.models import Invitation, User
from throughline.people.signon import ACCEPTING, providers_for, unreachable

# From one network address in a minute: a whole ministry arriving at nine, and far too few to wear the provider down with.
MOST, SECONDS = 240, 60
# A provider that answers, and not what the standard says, is as good as silent.
SILENT = (RequestException, KeyError, ValueError, TypeError)


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the provider. By GET, because a form that ends elsewhere would need a hole in the content security policy."""
    given = QueryDict(mutable=True)
    if "next" in request.GET:
        given["next"] = request.GET["next"]
    # Nothing else of the address counts: accounts are connected by our rules, never by asking for it.
    request.GET = given  # type: ignore[assignment]
    return _asked(openid.login, request, provider_id)


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """And back, with a code."""
    return _asked(openid.callback, request, provider_id)


@login_not_required
@never_cache
@require_GET
def accept_through(request: HttpRequest, token: str, provider_id: str) -> HttpResponse:
    """Accept an invitation by signing in at a provider, instead of choosing a password."""
    invitation = Invitation.objects.filter(token_hash=fingerprint(token)).first()
    good = invitation is not None and services.still_good(invitation)
    if not good or provider_id not in {one.key for one in providers_for(invitation.email)}:  # type: ignore[union-attr]
        raise Http404
    if User.objects.filter(email=invitation.email).exists():  # type: ignore[union-attr]
        return redirect("people-accept", token=token)
    request.session[ACCEPTING] = token
    return redirect("openid_connect_login", provider_id=provider_id)


def asked_too_often(request: HttpRequest) -> bool:
    """Each call makes this server call the provider. Counted by all processes together."""
    asked = Guesses("sign-on", most=MOST, seconds=SECONDS)
    asked.count(request)
    return asked.too_many(request)


def _asked(view: Any, request: HttpRequest, key: str) -> HttpResponseBase:
    provider = next((one for one in settings.THROUGHLINE_SSO if one.key == key), None)
    if provider is None:
        raise Http404
    if asked_too_often(request):
        return render(request, "429.html", status=429)
    try:
        answer: HttpResponseBase = view(request, provider_id=key)
    except SILENT:
        return unreachable(request, provider)
    return answer
