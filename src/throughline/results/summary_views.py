"""Doors to a half-year's narrative: what was reported, target by target; and the summaries the secretariat edits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.periods import Half
from throughline.kernel.resources.access import viewer_of
from throughline.results import queries, summaries
from throughline.results.models import Framework


def _framework(request: HttpRequest, code: str) -> Framework:
    return get_object_or_404(queries.frameworks(viewer_of(request)), code=code)


def _period(request: HttpRequest, framework: Framework) -> str:
    """The period in the address; else the last half-year that is over, within the framework's time."""
    asked = (request.POST.get("period") or request.GET.get("period", "")).strip()
    if asked:
        return asked
    last = timezone.localdate()
    if framework.valid_to and framework.valid_to < last:
        return str(Half.containing(framework.valid_to))
    return str(Half.containing(last).previous)


@require_GET
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """What the jurisdictions reported on each overall target, as far as this viewer may read their returns."""
    framework, viewer = _framework(request, code), viewer_of(request)
    period = _period(request, framework)
    narrative, problems = None, []
    try:
        narrative = queries.narrative(viewer, framework, period=period)
    except Invalid as invalid:
        problems = invalid.problems
    context = {
        "framework": framework,
        "narrative": narrative,
        "period": period,
        "problems": problems,
        "may_edit": summaries.may_edit(viewer, framework),
    }
    return render(request, "results/progress.html", context, status=400 if problems else 200)


@require_http_methods(["GET", "POST"])
def summary_list(request: HttpRequest, code: str) -> HttpResponse:
    """The generated sentences goal by goal, what was written instead, and whether that agrees with the statuses."""
    framework, viewer = _framework(request, code), viewer_of(request)
    summaries.check_editor(viewer, framework)
    period = _period(request, framework)
    problems: list[Problem] = []
    typed: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _keep(request, framework, period)
        except Invalid as invalid:
            problems = invalid.problems
            typed = {request.POST.get("goal", ""): request.POST.get("text", "")}
    rows, narrative = [], None
    try:
        narrative = summaries.shared(viewer, framework, period)
        rows = [(one, typed.get(str(one.goal.number))) for one in summaries.summaries(narrative)]
    except Invalid as invalid:
        problems = invalid.problems
    context = {
        "framework": framework,
        "narrative": narrative,
        "period": period,
        "rows": rows,
        "problems": problems,
        "wrong_goal": next(iter(typed), ""),
    }
    return render(request, "results/summaries.html", context, status=400 if problems else 200)


def _keep(request: HttpRequest, framework: Framework, period: str) -> HttpResponse:
    number = request.POST.get("goal", "")
    if not (number.isdecimal() and len(number) < 4):
        raise Invalid([Problem("goal", _("There is no such goal."), number)])
    text = "" if "generated" in request.POST else request.POST.get("text", "")
    summaries.keep(viewer_of(request), framework=framework, goal=int(number), period=period, text=text)
    said = _("The text is kept and will stand in the report.") if text.strip() else _("The generated sentences stand.")
    messages.success(request, said)
    address = reverse("scorecard-summaries", args=[framework.code])
    return HttpResponseRedirect(f"{address}?{urlencode({'period': period})}#goal-{number}")
