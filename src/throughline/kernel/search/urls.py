"""Addresses of the search over everything."""

from django.urls import path

from throughline.kernel.search import views

urlpatterns = [
    path("search/", views.results, name="search"),
    path("search/quick/", views.quick, name="search-quick"),
]
