"""Pages of early warning."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.watch import queries, services
from throughline.kernel.watch.models import Flag, Subscription


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def _working(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not queries.may_watch(viewer):
        raise Refused(_("Early warning is for those who work in a programme."))
    return viewer


@require_GET
def warning_list(request: HttpRequest) -> HttpResponse:
    """The flags that wait for a word, or all of them."""
    viewer, everything = _working(request), request.GET.get("all") == "1"
    programme = Subscription._meta.get_field("programme").related_model
    context = {
        "rows": [queries.told(viewer, one) for one in queries.flags(viewer, all_of_them=everything)[:200]],
        "tabs": [
            {"label": _("Waiting for a word"), "url": reverse("warning-list"), "current": not everything},
            {"label": _("All"), "url": f"{reverse('warning-list')}?all=1", "current": everything},
        ],
        "subscriptions": [
            (one, queries.places().get(one.jurisdiction, ""), queries.kinds().get(one.kind, ""))
            for one in queries.subscriptions(viewer)
        ],
        "places": queries.places().items(),
        "kinds": queries.kinds().items(),
        "programmes": programme._default_manager.filter(pk__in=viewer.programmes),  # type: ignore[union-attr]
    }
    return render(request, "watch/list.html", context)


@require_http_methods(["GET", "POST"])
def warning(request: HttpRequest, key: UUID) -> HttpResponse:
    """One flag with its evidence; POST acknowledges it."""
    viewer = viewer_of(request)
    flag = Flag.objects.visible_to(viewer).select_related("programme", "acknowledged_by").filter(pk=key).first()
    if flag is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            services.acknowledge(viewer, flag=flag, reason=request.POST.get("reason", ""))
        except Invalid as invalid:
            problem = str(invalid.problems[0].message)
        else:
            messages.success(request, _("Acknowledged."))
            return redirect("warning-list")
    one = queries.told(viewer, flag)
    context = {"one": one, "chart": queries.chart_of(one), "problem": problem}
    return render(request, "watch/flag.html", context, status=400 if problem else 200)


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    viewer = _working(request)
    try:
        programme = UUID(request.POST.get("programme", ""))
    except ValueError as error:
        raise Http404 from error
    given = {name: request.POST.get(name, "") for name in ("jurisdiction", "kind")}
    services.subscribe(viewer, programme=programme, **given)
    messages.success(request, _("You will be told."))
    return redirect("warning-list")


@require_POST
def unsubscribe(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    found = queries.subscriptions(viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    services.unsubscribe(viewer, subscription=found)
    return redirect("warning-list")
