"""Addresses for phones (fixed by OpenRosa below the server's address), and of the pages about phones."""

from django.urls import URLPattern, path

from throughline.kernel.rounds.openrosa import pages, views

# With the key in a header, and with the secret in the address for programs that can do nothing else.
DOORS = (
    ("formList", views.form_list, "formlist"),
    ("submission", views.submission, "submission"),
    ("forms/<str:reference>.xml", views.form, "form"),
    ("forms/<str:reference>/manifest", views.manifest, "manifest"),
    ("forms/<str:reference>/media/<str:name>", views.medium, "medium"),
)

urlpatterns: list[URLPattern] = [
    path("openrosa/", pages.root, name="openrosa-root"),
    path("openrosa/key/<str:token>/", pages.root, name="openrosa-keyed-root"),
    *(path(f"openrosa/{route}", view, name=f"openrosa-{name}") for route, view, name in DOORS),
    *(path(f"openrosa/key/<str:token>/{route}", view, name=f"openrosa-keyed-{name}") for route, view, name in DOORS),
    path("account/phones/", pages.phones, name="device-keys"),
    path("account/phones/<uuid:key>/revoke/", pages.phone_revoke, name="device-key-revoke"),
    path("phones/<str:reference>/", pages.arrivals, name="phone-arrivals"),
    path("phones/<str:reference>/files/<str:name>", pages.answer_file, name="answer-file"),
    path("phones/forms/<uuid:key>.xml", pages.arrival_form, name="phone-arrival"),
]
