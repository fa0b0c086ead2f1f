"""Addresses of the staff pages."""

from django.urls import URLPattern, URLResolver, include, path

from throughline.api import views as api_views
from throughline.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("", include("throughline.kernel.ui.urls")),
    path("", include("throughline.kernel.files.urls")),
    path("", include("throughline.kernel.jobs.urls")),
    path("", include("throughline.kernel.notify.urls")),
    path("", include("throughline.kernel.trace.urls")),
    path("", include("throughline.kernel.resources.urls")),
    path("account/tokens/", api_views.tokens, name="token-list"),
    path("account/tokens/<uuid:key>/revoke/", api_views.token_revoke, name="token-revoke"),
]
