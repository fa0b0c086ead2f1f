"""Who may make and change a noun's rows: the record rule for records, the declared one for the rest."""

from typing import Any
from uuid import UUID

from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.declare import Resource

KEEPERS = (Role.SECRETARIAT, Role.ADMINISTRATOR)


def may_add(resource: Resource, viewer: Viewer) -> bool:
    if resource.create is None:
        return False
    if resource.adders is not None:
        return resource.adders(viewer)
    if resource.is_record:
        return bool(adding_programmes(resource, viewer)) and bool(viewer.organisations)
    return viewer.has_role(None, *KEEPERS)


def adding_programmes(resource: Resource, viewer: Viewer) -> frozenset[UUID]:
    """The programmes to which this person may add records of the noun."""
    return viewer.programmes_as(*resource.made_as)


def may_change(resource: Resource, viewer: Viewer, record: Any) -> bool:
    if resource.change is None:
        return False
    if resource.changers is not None:
        return resource.changers(viewer, record)
    if resource.is_record:
        from throughline.kernel.access.rules import may  # reason: the rule reads grants, models must be loaded

        return may(viewer, Right.CHANGE, record)
    return viewer.has_role(None, *KEEPERS)
