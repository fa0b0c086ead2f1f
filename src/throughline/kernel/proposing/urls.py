"""Addresses of proposed changes."""

from django.urls import path

from throughline.kernel.proposing import views

urlpatterns = [
    path("proposed-changes/", views.proposal_list, name="proposed-change-list"),
    path("proposed-changes/of/<str:noun>/<str:key>/", views.propose, name="proposed-change-add"),
    path("proposed-changes/<uuid:key>/", views.show, name="proposed-change-detail"),
    path("proposed-changes/<uuid:key>/decide/", views.decide, name="proposed-change-decide"),
    path("proposed-changes/<uuid:key>/withdraw/", views.withdraw, name="proposed-change-withdraw"),
]
