"""Choosing light or dark, and the style guide."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from throughline.kernel.ui.themes import A_YEAR, COOKIE, THEMES


def _back(request: HttpRequest) -> str:
    """Where the person was, if that is an address of ours."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or 'as the device' on this device, and go back."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme", "auto")
    if chosen in THEMES:
        response.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for those who build pages. Not there in service."""
    if not settings.DEBUG:
        raise Http404
    from throughline.kernel.ui import samples  # reason: samples are needed on this page alone

    return render(request, "ui/styleguide.html", samples.everything(request))
