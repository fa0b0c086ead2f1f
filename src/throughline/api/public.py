"""The public page over the API, for those who decide what stands there: what is open, propose, open, close.

What everyone may read has addresses of its own and needs no key: `/public/data/catalogue.json`.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Conflict, Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.publications.models import Release
from throughline.publications.public import services
from throughline.publications.public.models import PublicEdition
from throughline.publications.public.queries import current_edition, editions_of, editions_visible_to

TEXT: dict[str, Any] = {"type": "string"}
BODIES: dict[str, Any] = {
    "PublicStep": {
        "type": "object",
        "required": ["step", "reason"],
        "properties": {
            "step": {"type": "string", "enum": ["propose", "open", "close"]},
            "reason": {**TEXT, "description": "It stays in the history of the release."},
        },
    },
}
router = Router(tags=["documents"])


def list_public_editions(request: HttpRequest) -> dict[str, Any]:
    """Of the releases the caller may read, all that was ever proposed for the public page, newest first."""
    return {"items": [edition_told(one) for one in editions_visible_to(caller(request))]}


def read_public(request: HttpRequest, key: str) -> dict[str, Any]:
    """What of a release is or was public, and the figures of what is proposed or open; those withheld have no value."""
    viewer = caller(request)
    return public_told(_release(viewer, key))


def step_public(request: HttpRequest, key: str) -> dict[str, Any]:
    """`propose` works out what may be shown; `open`, by a second person, shows it to everyone; `close` takes it back."""
    viewer, body = caller(request), body_of(request)
    release, reason, step = _release(viewer, key), text_of(body, "reason"), text_of(body, "step")
    if step == "propose":
        services.propose(viewer, release=release, reason=reason)
    elif step in ("open", "close"):
        edition = current_edition(release.pk)
        if edition is None:
            raise Conflict(_("Nothing of this release is proposed or open."))
        verb = services.open_to_public if step == "open" else services.close_to_public
        verb(viewer, edition=edition, reason=reason)
    else:
        raise Invalid([Problem("step", _("Choose one of: %(all)s") % {"all": "propose, open, close"}, step)])
    return public_told(release)


def _release(viewer: Viewer, key: str) -> Release:
    return record_or_404(registry.get("release"), viewer, key, whole=False)  # type: ignore[no-any-return]


def public_told(release: Release) -> dict[str, Any]:
    current = current_edition(release.pk)
    return {
        "release": release.reference,
        "state": current.state if current else "",
        "figures": current.content["figures"] if current else [],
        "editions": [edition_told(one) for one in editions_of(release.pk)],
    }


def edition_told(one: PublicEdition) -> dict[str, Any]:
    figures = one.content["figures"]
    return {
        "id": str(one.pk),
        "release": one.reference,
        "state": one.state,
        "figures": len(figures),
        "withheld": sum(figure["status"] == "withheld" for figure in figures),
        "smallest_shown": one.threshold,
        "fingerprint": one.fingerprint,
        **{
            step: {"by": str(who), "at": when.isoformat(), "reason": why} if when else None
            for step, who, when, why in (
                ("proposed", one.proposed_by, one.proposed_at, one.proposed_why),
                ("opened", one.opened_by, one.opened_at, one.opened_why),
                ("closed", one.closed_by, one.closed_at, one.closed_why),
            )
        },
    }


for _method, _path, _view, _summary, _body in (
    ("GET", "/public-editions", list_public_editions, "What is, was or may become public", ""),
    ("GET", "/releases/{key}/public", read_public, "What of a release is public", ""),
    ("POST", "/releases/{key}/public", step_public, "Propose, open or close to the public", "PublicStep"),
):
    offer(router, _method, _path, _view, _summary, _body)
