"""Root addresses: each door brings its own."""

from django.urls import include, path

urlpatterns = [
    # Before allauth's: some of its pages are replaced, some are not offered.
    path("", include("throughline.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("throughline.api.urls")),
    path("", include("throughline.portal.urls")),
    path("", include("throughline.web.urls")),
]
