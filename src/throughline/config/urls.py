"""Root addresses: each door brings its own."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/", include("throughline.api.urls")),
    path("", include("throughline.web.urls")),
]
