"""Addresses of the public page. They are for ever: a released figure is found where it was first published."""

from django.urls import path

from throughline.portal import views

urlpatterns = [
    path("public/", views.start, name="public-start"),
    path("public/data/catalogue.json", views.catalogue, name="public-catalogue"),
    path("public/data/dictionary.csv", views.dictionary, name="public-dictionary"),
    path("public/data/<str:reference>.<str:fmt>", views.release_file, name="public-file"),
    path("public/<str:language>/", views.home, name="public-home"),
    path("public/<str:language>/data/", views.data, name="public-data"),
    path("public/<str:language>/releases/<str:reference>/", views.monitor, name="public-monitor"),
    path("public/<str:language>/releases/<str:reference>/figures/<path:figure>", views.figure, name="public-figure"),
]
