"""Doors to files: fetch one, attach one to a record, discard one."""

from uuid import UUID

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.models import Record
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.answers import handed
from throughline.kernel.files.queries import file_for
from throughline.kernel.files.services import discard, hand_out, keep


@require_GET
def download(request: ViewerRequest, key: UUID) -> HttpResponse:
    """The file as a download, never shown in the page: whatever it carries does not run here."""
    file = file_for(request.viewer, key)
    if file is None:
        raise Http404
    return handed(hand_out(request.viewer, file=file), file.media_type, file.name)


@require_POST
def attach(request: ViewerRequest, label: str, key: UUID) -> HttpResponse:
    """Attach the uploaded file to a record."""
    record = _record(request.viewer, label, key)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Choose a file first."))
        return _back(request)
    try:
        kept = keep(request.viewer, name=upload.name or "", content=upload.read(), about=record)
    except Invalid as invalid:
        messages.error(request, invalid.words)
    else:
        messages.success(request, _("%(name)s is attached.") % {"name": kept.name})
    return _back(request)


@require_POST
def remove(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Discard a file."""
    file = file_for(request.viewer, key)
    if file is None:
        raise Http404
    discard(request.viewer, file=file, reason=request.POST.get("reason", ""))
    messages.success(request, _("%(name)s is discarded.") % {"name": file.name})
    return _back(request)


def _record(viewer: Viewer, label: str, key: UUID) -> Record:
    """The record an address names, if there is such a noun and the viewer may read it."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as unknown:
        raise Http404 from unknown
    if not issubclass(model, Record):
        raise Http404
    found: Record | None = model.objects.visible_to(viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _back(request: ViewerRequest) -> HttpResponseRedirect:
    """To the page the form was on, if it is one of ours."""
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return HttpResponseRedirect(address if ours else "/")
