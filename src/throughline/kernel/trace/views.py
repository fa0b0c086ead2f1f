"""Making and taking off links, from the page of a record."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import found
from throughline.kernel.trace.models import Link
from throughline.kernel.trace.queries import line_of, url_of
from throughline.kernel.trace.services import link, unlink


@require_POST
def make(request: ViewerRequest, noun: str, key: UUID) -> HttpResponse:
    """Link a record to another one, named by its reference."""
    record = _record(request.viewer, noun, key)
    other = by_reference(request.viewer, request.POST.get("reference", ""))
    if other is None:
        messages.error(request, _("There is no record with this reference that you can see."))
        return _back(record)
    came_from = request.POST.get("direction") == "left"
    left, right = (other, record) if came_from else (record, other)
    try:
        link(request.viewer, left=left, right=right, kind=request.POST.get("kind", ""))
    except Invalid as invalid:
        messages.error(request, invalid.words)
    else:
        messages.success(request, _("%(record)s is linked.") % {"record": other})
    return _back(record)


@require_POST
def remove(request: ViewerRequest, noun: str, key: UUID, number: UUID) -> HttpResponse:
    """Take a link off the line of a record."""
    record = _record(request.viewer, noun, key)
    line = line_of(request.viewer, record)
    if number not in {step.link for step in (*line.left, *line.right)}:
        raise Http404
    unlink(request.viewer, link=Link.objects.get(pk=number))
    messages.success(request, _("The link is taken off."))
    return _back(record)


def by_reference(viewer: Viewer, reference: str) -> Any | None:
    """The record of any noun with this reference, if the viewer may read it."""
    for resource in registry.all():
        if resource.is_record and reference.strip():
            record = resource.visible(viewer).filter(reference__iexact=reference.strip()).first()
            if record is not None:
                return record
    return None


def _record(viewer: Viewer, noun: str, key: UUID) -> Any:
    try:
        resource = registry.get(noun)
    except KeyError as unknown:
        raise Http404 from unknown
    record = found(resource, viewer, str(key), whole=False)
    if record is None:
        raise Http404
    return record


def _back(record: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(url_of(record) or "/")
