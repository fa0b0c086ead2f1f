"""Addresses of the inbox."""

from django.urls import path

from throughline.kernel.notify import views

urlpatterns = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/read/", views.notice_read_all, name="notice-read-all"),
    path("notices/mail/", views.notice_rhythm, name="notice-rhythm"),
    path("notices/<uuid:key>/read/", views.notice_read, name="notice-read"),
]
