"""Addresses of the staff pages."""

from django.urls import URLPattern, URLResolver, include, path

from throughline.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("", include("throughline.kernel.ui.urls")),
    path("", include("throughline.kernel.bulk.urls")),
    path("", include("throughline.kernel.charts.urls")),
    path("", include("throughline.kernel.comments.urls")),
    path("", include("throughline.kernel.desk.urls")),
    path("", include("throughline.kernel.duplicates.urls")),
    path("", include("throughline.kernel.files.urls")),
    path("", include("throughline.kernel.following.urls")),
    path("", include("throughline.kernel.intake.urls")),
    path("", include("throughline.kernel.jobs.urls")),
    path("", include("throughline.kernel.layouts.urls")),
    path("", include("throughline.kernel.measures.urls")),
    path("", include("throughline.kernel.notify.urls")),
    path("", include("throughline.kernel.rounds.urls")),
    path("", include("throughline.kernel.search.urls")),
    path("", include("throughline.kernel.trace.urls")),
    path("", include("throughline.kernel.watch.urls")),
    path("", include("throughline.publications.urls")),
    path("", include("throughline.publications.public.urls")),
    path("", include("throughline.results.urls")),
    path("", include("throughline.needs.urls")),
    path("", include("throughline.training.urls")),
    path("", include("throughline.kernel.proposing.urls")),
    path("", include("throughline.kernel.resources.urls")),
    path("", include("throughline.api.account_urls")),
]
