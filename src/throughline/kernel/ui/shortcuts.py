"""Single keys that do what a link or button does, on pages where nothing is being typed.

They can be switched off (WCAG 2.1.4): a cookie of this device, as with light and dark, so that no script decides it.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from throughline.kernel.ui.themes import A_YEAR

COOKIE = "keys"
OFF = "off"


@dataclass(frozen=True)
class Shortcut:
    keys: tuple[str, ...]
    does: StrOrPromise


@dataclass(frozen=True)
class Part:
    title: StrOrPromise
    shortcuts: tuple[Shortcut, ...]


# What static/ui/js/keys.js understands; a test holds the two together.
SHORTCUTS = (
    Part(
        _("Everywhere"),
        (
            Shortcut(("/",), _("Search everything")),
            Shortcut(("?",), _("Show this list")),
            Shortcut(("g", "h"), _("Home: what waits for you")),
            Shortcut(("g", "i"), _("Inbox")),
            Shortcut(("g", "v"), _("Your views")),
            Shortcut(("g", "r"), _("Opened lately")),
            Shortcut(("g", "1"), _("First station, and so on to the sixth: g 6")),
        ),
    ),
    Part(
        _("In a list"),
        (
            Shortcut(("j",), _("Next row")),
            Shortcut(("k",), _("Row before")),
            Shortcut(("x",), _("Tick the row, while choosing several")),
            Shortcut(("n",), _("New record")),
        ),
    ),
    Part(_("On a record"), (Shortcut(("e",), _("Change it")),)),
)


def keys_of(request: HttpRequest) -> str:
    """'on', or 'off' if the person switched them off on this device."""
    return OFF if request.COOKIES.get(COOKIE) == OFF else "on"


@require_http_methods(["GET", "POST"])
def shortcuts(request: HttpRequest) -> HttpResponse:
    """The list, as a page or as a part for the dialog; POST switches them on or off on this device."""
    if request.method == "POST":
        response: HttpResponse = HttpResponseRedirect(reverse("shortcuts"))
        chosen = OFF if request.POST.get("keys") == OFF else "on"
        response.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
        return response
    part = bool(request.headers.get("HX-Request"))
    return render(request, "ui/parts/shortcuts.html" if part else "ui/shortcuts.html", {"parts": SHORTCUTS})
