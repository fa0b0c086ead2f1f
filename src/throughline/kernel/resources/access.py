"""Getting a record from what an address says: only through what the viewer may read."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import with_expressions

# What follows a noun in an address and is therefore no key.
OWN_PAGES = frozenset({"add", "columns", "map"})


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def address_of(resource: Resource, record: Any) -> str:
    """How an address names a record: by its key where that is unique, else by its number."""
    key = str(getattr(record, resource.key)) if key_is_unique(resource) else ""
    return str(record.pk) if not key or "/" in key or key in OWN_PAGES else key


def key_is_unique(resource: Resource) -> bool:
    return bool(getattr(resource.model._meta.get_field(resource.key), "unique", False))


def found(resource: Resource, viewer: Viewer, key: str, *, whole: bool = True) -> Any | None:
    """The record with this key, or its UUID, if the viewer may read it."""
    if "\x00" in key:  # no database text can hold it
        return None
    rows: QuerySet[Any] = resource.visible(viewer)
    if whole:
        rows = with_expressions(resource, rows).select_related(*resource.related).prefetch_related(*resource.prefetch)
    if key_is_unique(resource) and (record := rows.filter(**{resource.key: key}).first()) is not None:
        return record
    try:
        return rows.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def record_or_404(resource: Resource, viewer: Viewer, key: str, *, whole: bool = True) -> Any:
    """The same, or 'not found': what one may not see is not said to exist."""
    record = found(resource, viewer, key, whole=whole)
    if record is None:
        raise Http404(_("There is nothing here that you can see."))
    return record
