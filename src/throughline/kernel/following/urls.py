"""Addresses of what one follows."""

from django.urls import path

from throughline.kernel.following import views

urlpatterns = [
    path("following/", views.following_list, name="following-list"),
    path("following/new/", views.add, name="following-add"),
    path("following/end/<str:token>/", views.end_from_mail, name="following-end-from-mail"),
    path("following/<uuid:key>/", views.news, name="following-detail"),
    path("following/<uuid:key>/change/", views.change, name="following-change"),
    path("following/<uuid:key>/end/", views.end, name="following-end"),
]
