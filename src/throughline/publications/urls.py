"""Addresses of reports and releases beyond those every noun has. Included before them: `add` here is 'build'."""

from django.urls import path

from throughline.publications import views

REPORT, RELEASE = {"noun": "report"}, {"noun": "release"}

urlpatterns = [
    path("reports/add/", views.build, name="report-build"),
    path("reports/<str:key>/file.<str:fmt>", views.report_file, name="report-file"),
    path("reports/<str:key>/figures/", views.figures, REPORT, name="report-figures"),
    path("reports/<str:key>/charts/<int:number>-<int:panel>.svg", views.chart, REPORT, name="report-chart"),
    path("reports/<str:key>/build-again/", views.rebuild, name="report-rebuild"),
    path("reports/<str:key>/release/", views.release, name="report-release"),
    path("releases/<str:key>/file.<str:fmt>", views.release_file, name="release-file"),
    path("releases/<str:key>/revised/", views.revised, name="release-revised"),
    path("releases/<str:key>/figures/", views.figures, RELEASE, name="release-figures"),
    path("releases/<str:key>/charts/<int:number>-<int:panel>.svg", views.chart, RELEASE, name="release-chart"),
]
