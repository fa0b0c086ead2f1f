"""Addresses of changing several records at once."""

from django.urls import path

from throughline.kernel.bulk import views

urlpatterns = [
    path("bulk/", views.made, name="bulk-list"),
    path("bulk/changes/<uuid:key>/", views.change, name="bulk-detail"),
    path("bulk/changes/<uuid:key>/undo/", views.take_back, name="bulk-undo"),
    path("bulk/<str:noun>/", views.choose, name="bulk-choose"),
]
