"""Addresses of early warning."""

from django.urls import path

from throughline.kernel.watch import views

urlpatterns = [
    path("warnings/", views.warning_list, name="warning-list"),
    path("warnings/subscribe/", views.subscribe, name="warning-subscribe"),
    path("warnings/subscriptions/<uuid:key>/end/", views.unsubscribe, name="warning-unsubscribe"),
    path("warnings/<uuid:key>/", views.warning, name="warning-detail"),
]
