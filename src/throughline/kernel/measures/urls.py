"""Addresses of questions and dashboards."""

from django.urls import path

from throughline.kernel.measures import views

urlpatterns = [
    path("ask/", views.question, name="question"),
    path("ask/download.<str:fmt>", views.download, name="question-download"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/<slug:identity>/", views.dashboard, name="dashboard-one"),
]
