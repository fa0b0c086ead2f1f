"""Reading what is public: this is all the public page asks. No viewer is needed, and no release is touched."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.publications.models import Release
from throughline.publications.public.models import PublicEdition

SERIES = ("programme", "template", "period", "scope", "language")


def open_editions() -> QuerySet[PublicEdition]:
    """What is open to everyone now, newest release first."""
    return PublicEdition.objects.filter(opened_at__isnull=False, closed_at__isnull=True).order_by("-reference")


def public_edition(reference: str) -> PublicEdition | None:
    """What is or was open under this reference: open now, else closed last. What was only proposed is not there."""
    opened = PublicEdition.objects.filter(reference=reference, opened_at__isnull=False)
    return opened.filter(closed_at__isnull=True).first() or opened.order_by("-closed_at").first()


def superseded_by(edition: PublicEdition) -> PublicEdition | None:
    """The newest open edition of the same document, if this one is not it."""
    mine: Mapping[str, Any] = edition.content
    same = {f"content__{name}": mine[name] for name in SERIES}
    later = [
        one
        for one in open_editions().filter(**same, content__edition__gt=mine["edition"])
        if one.content.get("focus", "") == mine.get("focus", "")  # what was opened before there were focuses has none
    ]
    return max(later, key=lambda one: one.content["edition"], default=None)


def editions_of(release_id: Any) -> QuerySet[PublicEdition]:
    """What was ever proposed of a release, newest first: for those who may read the release."""
    return PublicEdition.objects.filter(release=release_id).select_related("proposed_by", "opened_by", "closed_by")


def current_edition(release_id: Any) -> PublicEdition | None:
    """What of a release is proposed or open now."""
    return editions_of(release_id).filter(closed_at__isnull=True).first()


def editions_visible_to(viewer: Viewer) -> QuerySet[PublicEdition]:
    """What was ever proposed of the releases this viewer may read, newest first."""
    found = PublicEdition.objects.filter(release__in=Release.objects.visible_to(viewer).values("pk"))
    return found.select_related("proposed_by", "opened_by", "closed_by")
