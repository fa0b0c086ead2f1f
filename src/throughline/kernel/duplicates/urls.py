"""Addresses of pairs and merges."""

from django.urls import path

from throughline.kernel.duplicates import views

TWO = "duplicates/<str:noun>/<str:left>/<str:right>/"
urlpatterns = [
    path("duplicates/", views.pairs, name="duplicates"),
    path("duplicates/merges/<uuid:key>/undo/", views.take_back, name="duplicates-undo"),
    path("duplicates/<str:noun>/look/", views.look, name="duplicates-look"),
    path("duplicates/<str:noun>/sweep/", views.ask_sweep, name="duplicates-sweep"),
    path(TWO, views.compare, name="duplicates-compare"),
    path(f"{TWO}merge/", views.do_merge, name="duplicates-merge"),
    path(f"{TWO}different/", views.different, name="duplicates-different"),
    path(f"{TWO}reopen/", views.again, name="duplicates-reopen"),
]
