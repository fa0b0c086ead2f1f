"""Addresses of the API, of its description, and of the page on which one makes keys."""

from typing import Any

from django.urls import URLPattern, URLResolver, path

from throughline.api import views
from throughline.api.server import build

api = build()


def without_session(patterns: list[Any]) -> list[Any]:
    """The API asks for its key itself: the rule that pages need a signed-in session is not for it."""
    for pattern in patterns:
        pattern.callback.login_required = False
    return patterns


# Not named app_name: Django would take that for the namespace of this whole module.
patterns, of_ninja, namespace = api.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.reference, name="api-reference"),
    path("openapi.json", views.description, name="api-description"),
    path("", (without_session(patterns), of_ninja, namespace)),
    # Last: an address that none of them knows is answered as the API answers.
    path("v1/<path:rest>", views.nowhere, name="api-nowhere"),
]
