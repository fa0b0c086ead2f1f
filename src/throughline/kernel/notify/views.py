"""The inbox."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.notify.queries import notices_of, shown, unread_count
from throughline.kernel.notify.services import mark_read

PAGE = 50


@require_GET
@never_cache
def notice_list(request: ViewerRequest) -> HttpResponse:
    """What I was told, newest first."""
    page = Paginator(notices_of(request.viewer), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "notices": shown(request.viewer, page.object_list),
        "unread": unread_count(request.viewer),
    }
    return render(request, "notify/list.html", context)


@require_POST
def notice_read(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Mark one as read and go where it points."""
    notice = notices_of(request.viewer).filter(pk=key).first()
    mark_read(request.viewer, keys=[key])
    address = shown(request.viewer, [notice])[0].url if notice else ""
    return redirect(address if address.startswith("/") else "notice-list")


@require_POST
def notice_read_all(request: ViewerRequest) -> HttpResponse:
    mark_read(request.viewer)
    return redirect("notice-list")
