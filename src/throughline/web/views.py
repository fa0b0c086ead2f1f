"""The home page: what waits for me, at which station, and what changed lately."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui import navigation, waiting


def home(request: HttpRequest) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # reason: set by web.middleware on every request
    items = waiting.waiting_for(viewer)
    line = [(station, sum(item.count for item in items[station.name])) for station in navigation.line_for(viewer)]
    todo = waiting.in_order(items)
    return render(
        request,
        "web/home.html",
        {
            "line": line,
            "todo": todo,
            "late_count": sum(one.item.late for one in todo),
            "waiting_count": sum(item.count for found in items.values() for item in found),
            "changes": waiting.changes_for(viewer),
        },
    )
