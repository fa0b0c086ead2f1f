"""Addresses of what charts fetch."""

from django.urls import re_path

from throughline.kernel.charts import views

urlpatterns = [
    re_path(
        r"^charts/ground/(?P<edges>-?\d{1,3}_-?\d{1,3}_-?\d{1,3}_-?\d{1,3})\.json$", views.ground, name="charts-ground"
    ),
]
