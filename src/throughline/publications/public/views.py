"""The page on which the secretariat proposes a release to the public, opens it as a second person, or closes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.errors import Conflict, Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.kernel.ui import formats
from throughline.publications.models import Release
from throughline.publications.public import services
from throughline.publications.public.models import PROPOSED, PublicEdition
from throughline.publications.public.queries import current_edition, editions_of


@require_http_methods(["GET", "POST"])
def public_page(request: HttpRequest, key: str) -> HttpResponse:
    """What is or was public of a release, and the next step for who may take it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # reason: set by web.middleware on every request
    release: Release = record_or_404(registry.get("release"), viewer, key, whole=False)
    problems: list[str] = []
    if request.method == "POST":
        try:
            messages.success(request, _step(viewer, release, request.POST))
        except Invalid as invalid:
            problems = [str(one.message) for one in invalid.problems]
        except Conflict as conflict:
            problems = [str(conflict)]
        else:
            return redirect("release-public", release.reference)
    context = _told(viewer, release) | {"problems": problems, "reason": request.POST.get("reason", "")}
    return render(request, "public/release.html", context, status=400 if problems else 200)


def _step(viewer: Viewer, release: Release, given: Any) -> str:
    reason, current = given.get("reason", ""), current_edition(release.pk)
    match given.get("step"), current:
        case "propose", None:
            services.propose(viewer, release=release, reason=reason)
            return _("Proposed. A second person opens it.")
        case "open", PublicEdition():
            services.open_to_public(viewer, edition=current, reason=reason)
            return _("Open to everyone.")
        case "close", PublicEdition():
            services.close_to_public(viewer, edition=current, reason=reason)
            return _("Closed. Its address says that it was public.")
    raise Conflict(_("Something changed meanwhile. Look at it again."))


def _told(viewer: Viewer, release: Release) -> dict[str, Any]:
    current, may = current_edition(release.pk), services.may_open(viewer, release)
    figures = current.content["figures"] if current else []
    return {
        "record": release,
        "when": _when(release.period),
        "current": current,
        "editions": [one for one in editions_of(release.pk) if one.closed_at],
        "figures": figures,
        "groups": _by_measure(current.content) if current else [],
        "withheld": sum(one["status"] == "withheld" for one in figures),
        "may_propose": may and current is None,
        "may_open": may
        and current is not None
        and current.state == PROPOSED
        and current.proposed_by_id != viewer.person,
        "may_close": may and current is not None,
    }


def _by_measure(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures under what they count, each in words, with how many of them are withheld."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in content["figures"]:
        found.setdefault(one["measure"], []).append(one | {"name": _name(content, one)})
    return [
        {
            "title": content["measures"][name]["label"],
            "figures": rows,
            "withheld": sum(one["status"] == "withheld" for one in rows),
        }
        for name, rows in found.items()
    ]


def _name(content: dict[str, Any], one: dict[str, Any]) -> str:
    """Of what, and when; the whole has no more than its period."""
    known = {name: told["values"] for name, told in content["dimensions"].items()}
    parts = [known[name].get(value, value) for name, told in one["where"].items() for value in told.split("+")]
    return ", ".join([*parts, _when(one["period"])])


def _when(period: str) -> str:
    return Period.parse(period).label(str(formats.locale()))
