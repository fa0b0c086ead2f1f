"""Addresses of templates: the list, one document's, its names, one edition."""

from django.urls import path

from throughline.kernel.layouts import views

urlpatterns = [
    path("templates/", views.every, name="layout-list"),
    path("templates/<slug:template>/", views.document, name="layout-document"),
    path("templates/<slug:template>/names/", views.names, name="layout-names"),
    path("templates/<slug:template>/house.<str:fmt>", views.house_file, name="layout-house-file"),
    path("templates/<slug:template>/<str:fmt>/back/", views.back, name="layout-back"),
    path("template-editions/<uuid:key>/", views.edition, name="layout-edition"),
    path("template-editions/<uuid:key>/file/", views.edition_file, name="layout-file"),
    path("template-editions/<uuid:key>/trial/", views.trial, name="layout-trial"),
    path("template-editions/<uuid:key>/activate/", views.activate, name="layout-activate"),
]
