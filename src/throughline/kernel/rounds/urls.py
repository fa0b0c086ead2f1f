"""Addresses of rounds. Included before those every noun has: the plain views come first."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
