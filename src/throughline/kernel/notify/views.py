"""The inbox."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.notify.models import MailRhythm
from throughline.kernel.notify.queries import notices_of, rhythm_of, shown, unread_count
from throughline.kernel.notify.services import choose_rhythm, mark_read

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
        "rhythms": MailRhythm.Every.choices,
        "every": rhythm_of(request.viewer),
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


@require_POST
def notice_rhythm(request: ViewerRequest) -> HttpResponse:
    """How often I want mail."""
    try:
        rhythm = choose_rhythm(request.viewer, every=request.POST.get("every", ""))
    except Invalid as error:
        messages.error(request, " ".join(problem.message for problem in error.problems))
    else:
        messages.success(request, _("From now on: %(every)s.") % {"every": rhythm.get_every_display()})
    return redirect("notice-list")
