"""Reading incidents: always from what the viewer may see."""

from collections.abc import Iterable

from django.db.models import QuerySet

from throughline.incidents.models import Incident
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.text import fold

LINES = ("sources__source", "weapons__weapon", "people__age_band", "people__relation")


def visible(viewer: Viewer) -> QuerySet[Incident]:
    """Incidents the viewer may read, with what a list shows of them."""
    return Incident.objects.visible_to(viewer).select_related(
        "jurisdiction", "kind__parent", "owner", "programme", "place_kind"
    )


def whole(viewer: Viewer) -> QuerySet[Incident]:
    """The same with sources, weapon lines and people."""
    return visible(viewer).prefetch_related(*LINES)


def search_text(incident: Incident, titles: Iterable[str] = ()) -> str:
    """What a search looks into: folded, so script and diacritics do not matter."""
    parts = [
        incident.reference,
        incident.external_key,
        incident.place,
        incident.region,
        incident.narrative,
        str(incident.kind),
        str(incident.jurisdiction),
        *titles,
    ]
    return fold(" ".join(part for part in parts if part))
