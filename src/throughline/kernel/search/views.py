"""The page of results, and the panel that opens while one types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.search.declare import Group
from throughline.kernel.search.queries import EACH, MOST, QUICK, QUICK_GROUPS, Found, kinds, search


@require_GET
@never_cache
def results(request: ViewerRequest) -> HttpResponse:
    """Everything that fits, by kind; `kind` narrows to one and shows more of it."""
    text, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    kind = kind if kind in kinds() else ""
    found = search(request.viewer, text, kind=kind, most=MOST if kind else EACH)
    context = {
        "found": found,
        "text": found.words.text,
        "kind": kind,
        "groups": [(group, more_url(group, found, kind)) for group in found.groups],
    }
    return render(request, "search/results.html", context)


def more_url(group: Group, found: Found, kind: str) -> str:
    """More of one kind: on this page first, then in its own list."""
    if kind or not group.more_url:
        return group.more_url
    return f"{reverse('search')}?{urlencode({'q': found.words.text, 'kind': group.kind})}"


@require_GET
@never_cache
def quick(request: ViewerRequest) -> HttpResponse:
    """The best few, for the panel under the field. Without script the field leads to the page."""
    found = search(request.viewer, request.GET.get("q", ""), most=QUICK)
    context = {"found": found, "groups": found.groups[:QUICK_GROUPS], "text": found.words.text}
    return render(request, "search/parts/quick.html", context)
