"""The staff's address of what is public of a release."""

from django.urls import path

from throughline.publications.public import views

urlpatterns = [path("releases/<str:key>/public/", views.public_page, name="release-public")]
