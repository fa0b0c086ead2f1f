"""Addresses of needs exercises, positions and proposals beyond what every noun has."""

from django.urls import path

from throughline.needs import rapid_views, views

urlpatterns = [
    path("exercises/<str:key>/open/", views.exercise_open, name="exercise-open"),
    path("exercises/<str:key>/step/", views.exercise_step, name="exercise-step"),
    path("exercises/<str:key>/reopen/", views.exercise_reopen, name="exercise-reopen"),
    path("exercises/<str:key>/positions/", views.exercise_positions, name="exercise-positions"),
    path("exercises/<str:key>/ranking/", views.exercise_ranking, name="exercise-ranking"),
    path("exercises/<str:key>/sensitivity/", views.exercise_sensitivity, name="exercise-sensitivity"),
    path("exercises/<str:key>/answered/", views.exercise_answered, name="exercise-answered"),
    path("exercises/<str:key>/topics/<str:code>/", views.exercise_topic, name="exercise-topic"),
    path("exercises/<str:key>/topics/<str:code>/entry/", views.exercise_topic_entry, name="exercise-topic-entry"),
    path("exercises/<str:key>/review/", views.exercise_review, name="exercise-review"),
    path("exercises/<str:key>/validate/", views.exercise_validate, name="exercise-validate"),
    path("positions/<str:key>/adjust/<str:code>/", views.position_adjust, name="position-adjust"),
    path("positions/<str:key>/agree/", views.position_agree, name="position-agree"),
    path("proposals/board/", rapid_views.board, name="proposal-board"),
    path("proposals/<str:key>/empact/", rapid_views.empact, name="proposal-empact"),
    path("proposals/<str:key>/assess/", rapid_views.assess, name="proposal-assess"),
    path("proposals/<str:key>/package/", rapid_views.package, name="proposal-package"),
    path("proposals/<str:key>/entry/", rapid_views.entry, name="proposal-entry"),
    path("proposals/<str:key>/deliver/", rapid_views.deliver, name="proposal-deliver"),
    path("proposals/<str:key>/revise/", rapid_views.revise, name="proposal-revise"),
]
