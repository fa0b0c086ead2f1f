"""Addresses of files."""

from django.urls import path

from throughline.kernel.files import views

urlpatterns = [
    path("files/<uuid:key>/", views.download, name="file-download"),
    path("files/<uuid:key>/discard/", views.remove, name="file-discard"),
    path("files/attach/<str:label>/<uuid:key>/", views.attach, name="file-attach"),
]
