"""Addresses of every noun's pages: /incidents/, /incidents/add/, /incidents/AV-2023-000123/ …"""

from django.urls import URLPattern, path

from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.views import edits, lists, records, steps

RECORD_STEPS = (
    ("advance", steps.advance),
    ("share", steps.share),
    ("withdraw-grant", steps.withdraw_grant),
    ("mark", steps.mark),
)


def addresses_of(resource: Resource) -> list[URLPattern]:
    """A noun's addresses. `add`, `columns` and `map` are therefore no keys of records."""
    noun, base, given = resource.noun, resource.plural, {"noun": resource.noun}
    found = [
        path(f"{base}/", lists.show, given, name=f"{noun}-list"),
        path(f"{base}/columns/", lists.choose_columns, given, name=f"{noun}-columns"),
        path(f"{base}/export.<str:fmt>", lists.download, given, name=f"{noun}-export"),
        path(f"{base}/map/", lists.on_map, given, name=f"{noun}-map"),
        path(f"{base}/add/", edits.add, given, name=f"{noun}-add"),
        path(f"{base}/<str:key>/", records.show, given, name=f"{noun}-detail"),
        path(f"{base}/<str:key>/change/", edits.change, given, name=f"{noun}-change"),
        path(f"{base}/<str:key>/place/", records.place, given, name=f"{noun}-place"),
        path(f"{base}/<str:key>/history/", records.history, given, name=f"{noun}-history"),
    ]
    if resource.is_record:
        found += [path(f"{base}/<str:key>/{name}/", view, given, name=f"{noun}-{name}") for name, view in RECORD_STEPS]
    return found


urlpatterns = [address for resource in registry.all() for address in addresses_of(resource)]
