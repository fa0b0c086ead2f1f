"""Addresses of saved views and of what was opened lately."""

from django.urls import path

from throughline.kernel.desk import views

urlpatterns = [
    path("views/", views.view_list, name="view-list"),
    path("views/new/<str:noun>/", views.new_view, name="view-new"),
    path("views/<uuid:key>/", views.open_view, name="view-detail"),
    path("views/<uuid:key>/change/", views.change_view, name="view-change"),
    path("views/<uuid:key>/do/", views.do_with_view, name="view-do"),
    path("views/whole/<str:noun>/", views.open_whole, name="view-whole"),
    path("recent/", views.recent, name="recent-list"),
    path("recent/forget/", views.forget, name="recent-forget"),
]
