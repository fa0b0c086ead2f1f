"""Addresses of answering: the same pages for a return and for a part of one."""

from django.urls import URLPattern, path

from throughline.kernel.resources.views import lists
from throughline.kernel.rounds.views import answering, returns


def _pages(noun: str, base: str) -> list[URLPattern]:
    given = {"noun": noun}
    return [
        # Before the page of one, which would take the word for a reference.
        path(f"{base}/columns/", lists.choose_columns, given),
        path(f"{base}/<str:key>/", returns.show, given, name=f"{noun}-detail"),
        path(f"{base}/<str:key>/answer/", answering.begin, given, name=f"{noun}-begin"),
        path(f"{base}/<str:key>/answer/<str:section>/", answering.fill, given, name=f"{noun}-answer"),
        path(f"{base}/<str:key>/save/", answering.save, given, name=f"{noun}-save"),
        path(f"{base}/<str:key>/attach/", answering.attach, given, name=f"{noun}-attach"),
        path(f"{base}/<str:key>/media/<str:name>", answering.media, given, name=f"{noun}-media"),
        path(f"{base}/<str:key>/versions/<int:number>/", returns.version, given, name=f"{noun}-version"),
        path(f"{base}/<str:key>/changes/", returns.compare, given, name=f"{noun}-compare"),
        path(f"{base}/<str:key>/send/", returns.submit, given, name=f"{noun}-submit"),
    ]


urlpatterns: list[URLPattern] = [
    path("returns/asked/", returns.asked, name="return-asked"),
    path("returns/<str:key>/prefill/", answering.prefill, name="return-prefill"),
    path("returns/<str:key>/ready/", returns.ready, name="return-ready"),
    path("returns/<str:key>/nothing-to-report/", returns.nothing, name="return-nothing"),
    path("returns/<str:key>/take-back/", returns.take_back, name="return-take-back"),
    *_pages("return", "returns"),
    *_pages("part", "parts"),
]
