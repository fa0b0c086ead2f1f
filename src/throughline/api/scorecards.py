"""Scorecards over the API: frameworks, their values as the caller may read them, and narratives."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.results import queries
from throughline.results.models import Framework

PERIOD: dict[str, Any] = {
    "name": "period",
    "in": "query",
    "required": False,
    "description": "2023, 2023-H1, 2023-Q4, 2023-05. Without it: the latest year on which anything was reported.",
    "schema": {"type": "string"},
}
NARROWER: list[dict[str, Any]] = [
    {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": kind}}
    for name, text, kind in (
        ("jurisdiction", "One jurisdiction's own values, by its code.", "string"),
        ("goal", "One goal, by its number.", "integer"),
        ("indicator", "One indicator, by its code.", "string"),
    )
]
router = Router(tags=["scorecards"])


def list_scorecards(request: HttpRequest) -> dict[str, Any]:
    """The frameworks there are."""
    rows = queries.frameworks(caller(request))
    return {"items": [{"code": one.code, "title": one.title, "programme": one.programme.code} for one in rows]}


def read_scorecard(request: HttpRequest, code: str) -> dict[str, Any]:
    """Baseline, target, value, coverage, progress and trend of every indicator, with what each value comes from."""
    framework, viewer = _framework(request, code), caller(request)
    goal = request.GET.get("goal", "")
    if goal and not (goal.isdecimal() and len(goal) < 4):
        raise Invalid([Problem("goal", _("Name a goal by its number."), goal)])
    card = queries.scorecard(
        viewer,
        framework,
        period=request.GET.get("period") or queries.usual_period(viewer, framework),
        jurisdiction=request.GET.get("jurisdiction") or None,
        goal=int(goal) if goal else None,
        indicator=request.GET.get("indicator") or None,
    )
    return asdict(card)


def read_narrative(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the jurisdictions reported on the overall targets in a half-year, goal by goal."""
    framework, viewer = _framework(request, code), caller(request)
    period = request.GET.get("period") or queries.usual_period(viewer, framework)
    return asdict(queries.narrative(viewer, framework, period=period))


def _framework(request: HttpRequest, code: str) -> Framework:
    found: Framework | None = queries.frameworks(caller(request)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


for _path, _view, _summary, _parameters in (
    ("/scorecards", list_scorecards, "Frameworks with a scorecard", []),
    ("/scorecards/{code}", read_scorecard, "A framework's scorecard", [PERIOD, *NARROWER]),
    ("/scorecards/{code}/narrative", read_narrative, "A half-year's narrative", [PERIOD]),
):
    offer(router, "GET", _path, _view, _summary, parameters=_parameters)
