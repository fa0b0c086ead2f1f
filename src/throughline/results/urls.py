"""Addresses of scorecards."""

from django.urls import path

from throughline.results import summary_views, views

urlpatterns = [
    path("scorecards/", views.scorecard_list, name="scorecard-list"),
    path("scorecards/<str:code>/", views.scorecard, name="scorecard-detail"),
    path("scorecards/<str:code>/values.<str:fmt>", views.values, name="scorecard-values"),
    path("scorecards/<str:code>/crosswalk/", views.crosswalk, name="scorecard-crosswalk"),
    path("scorecards/<str:code>/progress/", summary_views.progress, name="scorecard-progress"),
    path("scorecards/<str:code>/summaries/", summary_views.summary_list, name="scorecard-summaries"),
    path("scorecards/<str:code>/<str:key>/", views.indicator, name="scorecard-indicator"),
]
