"""What the record pages of training show beside their own fields, as plain data."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse

from throughline.kernel.access.choices import Right
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.training import queries
from throughline.training.choices import COMES, ActivityState
from throughline.training.models import Activity, Component, Entry, Project
from throughline.training.team import is_team

SHOWN = 50


def activity_page(viewer: Viewer, record: Activity) -> dict[str, Any]:
    """The way to the calendar."""
    return {"activity": record}


def delivery(viewer: Viewer, record: Activity) -> dict[str, Any]:
    """For its team: the way to attendance and certificates. Others learn nothing of it here."""
    if not is_team(viewer, record):
        return {"team": False}
    return {"team": True, "activity": record, "comers": record.places.filter(state__in=COMES).count()}


def entry_page(viewer: Viewer, record: Entry) -> dict[str, Any]:
    """The activities in which this was or will be taught."""
    found = queries.activities(viewer).filter(entry=record)
    return {"activities": list(found[:SHOWN]), "more": f"entry={record.reference}"}


def entry_answers(viewer: Viewer, record: Entry) -> dict[str, Any]:
    """For those who may change the entry: the way to say what it answers."""
    return {"url": reverse("entry-answers", args=[record.reference]) if may(viewer, Right.CHANGE, record) else ""}


def component_page(viewer: Viewer, record: Component) -> dict[str, Any]:
    """The activities of this part of the project."""
    found = queries.activities(viewer).filter(component=record)
    return {"activities": list(found[:SHOWN]), "more": f"component={record.code}"}


def project_page(viewer: Viewer, record: Project) -> dict[str, Any]:
    """How many activities each component has, by state, as far as the viewer may read them."""
    visible = Activity.objects.visible_to(viewer).filter(project=record).order_by()
    counted: Counter[tuple[Any, str]] = Counter()
    for row in visible.values("component", "state").annotate(number=Count("pk")):
        counted[row["component"], row["state"]] = row["number"]
    states = [(state.value, state.label) for state in ActivityState]
    rows = [_row(one.pk, one, counted) for one in record.components.select_related("project")]
    loose = _row(None, None, counted)
    rows += [loose] if loose["total"] else []
    return {
        "project": record,
        "states": states,
        "rows": rows,
        "totals": [sum(row["counts"][at] for row in rows) for at in range(len(states))],
        "total": sum(row["total"] for row in rows),
        "span": f"{record.starts_on:%Y-%m}..{record.ends_on:%Y-%m}",
    }


def _row(key: Any, component: Component | None, counted: Counter[tuple[Any, str]]) -> dict[str, Any]:
    counts = [counted[key, state.value] for state in ActivityState]
    return {"component": component, "counts": counts, "total": sum(counts)}
