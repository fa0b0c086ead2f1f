"""Addresses of the page on which a person makes and revokes their own API keys."""

from django.urls import path

from throughline.api import views

urlpatterns = [
    path("account/tokens/", views.tokens, name="token-list"),
    path("account/tokens/<uuid:key>/revoke/", views.token_revoke, name="token-revoke"),
]
