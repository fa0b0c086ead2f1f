"""Making and changing a record from what was typed or sent. The form and the API both come through here."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.ownership import programme_named


def create(viewer: Viewer, resource: Resource, raw: Mapping[str, Any]) -> Any:
    """Judge and write a new record; raises Invalid or Refused."""
    if resource.create is None or not resource.may_add(viewer):
        raise Refused(_("You may not add to this list."))
    programme = programme_named(resource, viewer, str(raw.get("programme") or ""))
    draft = clean(resource, raw, viewer=viewer)
    if draft.problems:
        raise Invalid(draft.problems)
    return resource.create(viewer, programme=programme, draft=draft)


def update(
    viewer: Viewer, resource: Resource, record: Any, raw: Mapping[str, Any], *, lookups: Lookups | None = None
) -> Any:
    """Judge and write a change of what is given; raises Invalid, Refused or Conflict. Many share one `lookups`."""
    if resource.change is None or not resource.may_change(viewer, record):
        raise Refused(_("You may read this but not change it."))
    draft = clean(resource, raw, viewer=viewer, lookups=lookups, existing=record)
    if draft.problems:
        raise Invalid(draft.problems)
    return resource.change(viewer, record=record, draft=draft)
