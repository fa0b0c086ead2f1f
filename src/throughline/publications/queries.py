"""Reading releases: what was published, and what came after it."""

from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.publications.models import Release


def releases(viewer: Viewer) -> QuerySet[Release]:
    """What this viewer may read, newest first."""
    return Release.objects.visible_to(viewer)  # type: ignore[no-any-return]


def editions(viewer: Viewer, release: Release) -> QuerySet[Release]:
    """All editions of the same document for the same period, scope and language."""
    return releases(viewer).filter(
        programme=release.programme_id,
        template=release.template,
        period=release.period,
        scope=release.scope,
        language=release.language,
    )
