"""Doors to scorecards: of a framework, of one indicator, what became of indicators, values as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.charts.chart import Chart
from throughline.kernel.resources.access import viewer_of
from throughline.results import exporting, queries, services
from throughline.results.models import Framework, Indicator
from throughline.results.scorecards import IndicatorCard, Scorecard


@require_GET
def scorecard_list(request: HttpRequest) -> HttpResponse:
    """The frameworks there are."""
    viewer = viewer_of(request)
    rows = list(queries.frameworks(viewer))
    return render(request, "results/list.html", {"frameworks": rows, "may_keep": services.may_keep(viewer)})


def _framework(request: HttpRequest, code: str) -> Framework:
    return get_object_or_404(queries.frameworks(viewer_of(request)), code=code)


def _asked(request: HttpRequest, framework: Framework) -> dict[str, Any]:
    """What the address asks for: period, jurisdiction, goal."""
    goal = request.GET.get("goal", "").strip()
    if goal and not (goal.isdecimal() and len(goal) < 4):
        raise Invalid([Problem("goal", _("Name a goal by its number."), goal)])
    period = request.GET.get("period", "").strip() or queries.usual_period(viewer_of(request), framework)
    return {
        "period": period,
        "jurisdiction": request.GET.get("jurisdiction", "").strip() or None,
        "goal": int(goal) if goal else None,
    }


def _choices(framework: Framework, card: Scorecard | None) -> dict[str, Any]:
    """What can be chosen above a scorecard."""
    period = queries.period_of(card.period) if card else queries.period_of("2000")
    places = queries.places_of(framework, period) if card and card.jurisdiction else card.places if card else ()
    return {"places": places, "goals": list(framework.goals.all())}


@require_GET
def scorecard(request: HttpRequest, code: str) -> HttpResponse:
    """Goal by goal, indicator by indicator: baseline, target, what is, how far, of how many."""
    framework = _framework(request, code)
    card, problems = None, []
    try:
        card = queries.scorecard(viewer_of(request), framework, **_asked(request, framework), cells=False)
    except Invalid as invalid:
        problems = invalid.problems
    context = {
        "framework": framework,
        "card": card,
        "problems": problems,
        "question": request.GET.urlencode(),
        "asked_period": request.GET.get("period", ""),
        "asked_goal": request.GET.get("goal", ""),
        "answered": any(one.coverage.reported for one in card.indicators()) if card else False,
        **_choices(framework, card),
    }
    return render(request, "results/scorecard.html", context, status=400 if problems else 200)


@require_GET
def indicator(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One indicator: trend, values by jurisdiction and period, parts, definitions, what became of it."""
    framework, viewer = _framework(request, code), viewer_of(request)
    record = get_object_or_404(Indicator.objects.filter(framework=framework), code=key)
    card, problems = None, []
    try:
        asked = _asked(request, framework) | {"goal": None}
        card = queries.scorecard(viewer, framework, **asked, indicator=record.code)
    except Invalid as invalid:
        problems = invalid.problems
    found = next(card.indicators(), None) if card else None
    context = {
        "framework": framework,
        "indicator": record,
        "card": card,
        "found": found,
        "chart": trend_chart(found) if found else None,
        "lines": queries.value_history(viewer, record, jurisdiction=request.GET.get("jurisdiction")),
        "definitions": queries.definitions_of(record),
        "crosswalk": [one for one in queries.crosswalk(framework) if record.pk in {one.before_id, one.after_id}],
        "problems": problems,
        "question": request.GET.urlencode(),
        "asked_period": request.GET.get("period", ""),
        "asked_goal": request.GET.get("goal", ""),
        **_choices(framework, card),
    }
    return render(request, "results/indicator.html", context, status=400 if problems else 200)


def trend_chart(card: IndicatorCard) -> Chart | None:
    """The values over the periods; None where nothing was ever reported in numbers."""
    rows = [{"period": one.label, "value": one.measured.value} for one in card.trend]
    if not any(row["value"] is not None for row in rows):
        return None
    told = [f"{one.label}: {one.coverage.words}" for one in card.trend if one.coverage.partial]
    told += [
        _("from %(period)s by definition %(number)d") % {"period": one.label, "number": one.after}
        for one in card.changes
    ]
    unit = "%" if card.kind == "ratio" else card.unit
    labels = {"period": _("Period")}
    return Chart(
        "line", f"{card.label} {card.title}", rows, "period", "value", unit=unit, note="; ".join(told), labels=labels
    )


@require_GET
def crosswalk(request: HttpRequest, code: str) -> HttpResponse:
    """What became of the indicators of one framework in another, and which have no counterpart."""
    framework = _framework(request, code)
    rows = queries.crosswalk(framework)
    named = {key for row in rows for key in (row.before_id, row.after_id)}
    missing = [one for one in framework.indicators.all() if one.pk not in named]
    context = {"framework": framework, "rows": rows, "missing": missing}
    return render(request, "results/crosswalk.html", context)


@require_GET
def values(request: HttpRequest, code: str, fmt: str) -> HttpResponse:
    """The values of the scorecard in the address, as a file."""
    if fmt not in exporting.FORMATS:
        raise Http404
    framework, viewer = _framework(request, code), viewer_of(request)
    try:
        card = queries.scorecard(viewer, framework, **_asked(request, framework))
    except Invalid:
        return scorecard(request, code)  # it says what is wrong
    response = HttpResponse(services.hand_out(viewer, card=card, fmt=fmt), content_type=exporting.TYPES[fmt])
    name = f"{framework.code.lower()}-{card.period}{'-' + card.jurisdiction if card.jurisdiction else ''}.{fmt}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response
