"""The question page, its downloads, and dashboards. What they may show, the measures decide."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import dashboards, downloads, links, offers, pages, registry
from throughline.kernel.measures.questions import LAST_YEAR, PREVIOUS, Question
from throughline.kernel.measures.services import export


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


@require_GET
def question(request: HttpRequest) -> HttpResponse:
    """Choose, slice, compare; see figure, chart, table and map; pass the address on."""
    page = pages.page_for(request.GET, viewer_of(request))
    context: dict[str, Any] = {"page": page, "title": page.answer.title if page.answer else _("Ask")}
    if page.question is not None:
        context["downloads"] = [(fmt, links.download_url(page.question, fmt)) for fmt in downloads.FORMATS]
        context["offers"] = offers.offers_for(viewer_of(request), page.question) if page.answer else []
    return render(request, "measures/question.html", context, status=400 if page.problems else 200)


@require_GET
def download(request: HttpRequest, fmt: str) -> HttpResponse:
    """The answer as a file, for the same reader under the same rule."""
    if fmt not in downloads.FORMATS:
        raise Http404
    try:
        asked = Question.from_query(request.GET.urlencode()).checked()
        content, content_type = export(viewer_of(request), question=asked, fmt=fmt)
    except Invalid as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    name = f"{asked.measure}-{timezone.localdate():%Y-%m-%d}.{fmt}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


@require_GET
def dashboard(request: HttpRequest, identity: str = "") -> HttpResponse:
    """Key figures with their change, charts and map of one period; each leads to its question."""
    chosen = dashboards.dashboards.get(identity) if identity else next(iter(dashboards.dashboards.values()), None)
    if chosen is None:
        raise Http404
    try:
        view = dashboards.view_of(chosen, viewer_of(request), request.GET.dict())
    except Invalid as error:
        wrong = {"title": chosen.title, "problems": error.problems}
        return render(request, "measures/dashboard.html", wrong, status=400)
    comparisons = [(PREVIOUS, _("the period before")), (LAST_YEAR, _("the same period a year earlier"))]
    context: dict[str, Any] = {
        "title": chosen.title,
        "view": view,
        "scopes": registry.scopes().items(),
        "comparisons": comparisons,
        "others": [one for one in dashboards.dashboards.values() if one is not chosen],
    }
    return render(request, "measures/dashboard.html", context)
