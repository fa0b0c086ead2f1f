"""Light or dark: what the device prefers, unless the person chose. The choice is a cookie, so no script is needed."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

COOKIE = "theme"
THEMES = {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}
A_YEAR = 365 * 24 * 60 * 60


def theme_of(request: HttpRequest) -> str:
    """'light' or 'dark' if the person chose one, else 'auto'."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"
