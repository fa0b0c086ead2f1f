"""Addresses of comments. A comment is named by its key; where it stands is the page of its record."""

from django.urls import path

from throughline.kernel.comments import views

urlpatterns = [
    path("comments/on/<str:noun>/<str:key>/", views.write, name="comment-write"),
    path("comments/<uuid:key>/", views.show, name="comment-detail"),
    path("comments/<uuid:key>/answer/", views.answer, name="comment-answer"),
    path("comments/<uuid:key>/edit/", views.edit, name="comment-edit"),
    path("comments/<uuid:key>/take-back/", views.take_back, name="comment-take-back"),
    path("comments/<uuid:key>/settle/", views.settle, name="comment-settle"),
    path("comments/<uuid:key>/reopen/", views.reopen, name="comment-reopen"),
]
