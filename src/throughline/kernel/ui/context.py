"""What the page frame needs on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui import frame, navigation
from throughline.kernel.ui.shortcuts import keys_of
from throughline.kernel.ui.themes import theme_of


def _url_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""


def _frame(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None) or Viewer.nobody()
    programmes = frame.programmes_for(viewer)
    return {
        "line": navigation.line_for(viewer, _url_name(request), request.path),
        "counted": navigation.personal_for(viewer, counted=True),
        "personal": navigation.personal_for(viewer, counted=False),
        "programmes": programmes,
        "illustrative": any(programme.illustrative for programme in programmes),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """`viewer`, `frame` (worked out only when a template asks for it), `theme`, `languages`."""
    return {
        "viewer": getattr(request, "viewer", None),
        "frame": SimpleLazyObject(lambda: _frame(request)),
        "theme": theme_of(request),
        "keys": keys_of(request),
        "languages": settings.LANGUAGES,
    }
