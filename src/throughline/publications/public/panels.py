"""What the page of a release says of the public page."""

from typing import Any

from django.urls import reverse

from throughline.kernel.access.viewer import Viewer
from throughline.publications.models import Release
from throughline.publications.public.queries import current_edition


def public_panel(viewer: Viewer, release: Release) -> dict[str, Any]:
    """Whether it is open, proposed or neither, and where that is decided."""
    current = current_edition(release.pk)
    return {"state": current.state if current else "", "url": reverse("release-public", args=[release.reference])}
