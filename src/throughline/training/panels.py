"""What the record pages of training show beside their own fields, as plain data."""

from typing import Any

from throughline.kernel.access.viewer import Viewer
from throughline.training import queries
from throughline.training.models import Activity, Component, Entry, Project

SHOWN = 50


def activity_page(viewer: Viewer, record: Activity) -> dict[str, Any]:
    return {"activity": record}


def entry_page(viewer: Viewer, record: Entry) -> dict[str, Any]:
    """The activities in which this was or will be taught."""
    found = queries.activities(viewer).filter(entry=record)
    return {"activities": list(found[:SHOWN]), "more": f"entry={record.reference}"}


def component_page(viewer: Viewer, record: Component) -> dict[str, Any]:
    found = queries.activities(viewer).filter(component=record)
    return {"activities": list(found[:SHOWN]), "more": f"component={record.code}"}


def project_page(viewer: Viewer, record: Project) -> dict[str, Any]:
    return {"project": record}
