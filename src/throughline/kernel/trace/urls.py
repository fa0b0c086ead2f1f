"""Addresses of links."""

from django.urls import path

from throughline.kernel.trace import views

urlpatterns = [
    path("line/<str:noun>/<uuid:key>/link/", views.make, name="trace-link"),
    path("line/<str:noun>/<uuid:key>/links/<uuid:number>/remove/", views.remove, name="trace-unlink"),
]
