"""Reading the catalogue and the calendar: always from what the viewer may see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.text import fold
from throughline.training.choices import HOLDS
from throughline.training.models import Activity, Component, Entry, Place, Project


def activities(viewer: Viewer) -> QuerySet[Activity]:
    """Activities the viewer may read, with what a list or a calendar shows of them."""
    found: QuerySet[Activity] = Activity.objects.visible_to(viewer).select_related(
        "project", "component", "priority", "venue_jurisdiction", "owner", "programme"
    )
    return found


def own_activities(viewer: Viewer) -> QuerySet[Activity]:
    """The activities one has a place in, or manages. Whoever has a place may know in what, role or not."""
    there = Place.objects.filter(person__account=viewer.person, person__account__isnull=False, state__in=HOLDS)
    readable = activities(viewer)
    managed = Q(manager=viewer.person, pk__in=readable.values("pk"))
    return (
        Activity.objects.filter(managed | Q(pk__in=there.values("activity")))
        .select_related("project", "component", "priority", "venue_jurisdiction", "owner", "programme")
        .annotate(opens=Exists(readable.filter(pk=OuterRef("pk"))))
    )


def entries(viewer: Viewer) -> QuerySet[Entry]:
    """Entries of the catalogue the viewer may read."""
    found: QuerySet[Entry] = Entry.objects.visible_to(viewer).select_related("priority", "level", "owner", "programme")
    return found


def projects(viewer: Viewer) -> QuerySet[Project]:
    """The projects of the programmes the viewer works in."""
    return Project.objects.filter(programme__in=viewer.programmes).select_related("programme", "scope", "framework")


def components(viewer: Viewer) -> QuerySet[Component]:
    """The parts of those projects."""
    return Component.objects.filter(project__programme__in=viewer.programmes).select_related("project")


def search_text(activity: Any) -> str:
    """What a search looks into: folded, so script and diacritics do not matter."""
    parts = [
        activity.reference,
        activity.title,
        activity.venue,
        activity.external_key,
        str(activity.priority or ""),
        str(activity.venue_jurisdiction or ""),
        str(activity.project or ""),
    ]
    words = fold(" ".join(part for part in parts if part))
    # Without marks between them, '2026-000012' is two numbers and not one and a negative one.
    return " ".join("".join(letter if letter.isalnum() else " " for letter in words).split())
