"""Addresses of training beyond those every noun has. Included before them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
