"""Making and changing a record by form."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates.entering import looking
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of, record_or_404, viewer_of
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.editing import create, update
from throughline.kernel.resources.forms import (
    DO,
    SAVE,
    FormState,
    raw_of_nothing,
    raw_of_post,
    raw_of_record,
    unchecked_boxes,
    with_line,
    without_empty_lines,
)
from throughline.kernel.resources.story import since


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, noun: str) -> HttpResponse:
    """A new record: the empty form, the form with more lines, or the saved record."""
    resource, viewer = registry.get(noun), viewer_of(request)
    if not resource.may_add(viewer):
        raise PermissionDenied(_("You cannot add to this list."))
    if request.method == "GET":
        return _draw(request, FormState(resource, viewer, raw_of_nothing(resource, request.GET.dict())))
    raw, newest, saving = _posted(request, resource)
    if not saving:
        return _draw(request, FormState(resource, viewer, raw, newest=newest))
    try:
        record = create(viewer, resource, raw)
    except Invalid as invalid:
        return _draw(request, FormState(resource, viewer, raw, problems=invalid.problems), status=422)
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("%(record)s was saved.") % {"record": record})
    return redirect(f"{noun}-detail", address_of(resource, record))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """An existing record. If someone else was faster, say what they changed and keep what was typed."""
    resource, viewer = registry.get(noun), viewer_of(request)
    record = record_or_404(resource, viewer, key)
    if not resource.may_change(viewer, record):
        raise PermissionDenied(_("You may read this record but not change it."))
    if request.method == "GET":
        return _draw(request, FormState(resource, viewer, raw_of_record(resource, record), record))
    raw, newest, saving = _posted(request, resource)
    if not saving:
        return _draw(request, FormState(resource, viewer, raw, record, newest=newest))
    try:
        changed = update(viewer, resource, record, raw)
    except Invalid as invalid:
        return _draw(request, FormState(resource, viewer, raw, record, invalid.problems), status=422)
    except Conflict as conflict:
        return _conflict(request, resource, viewer, key, raw, str(conflict))
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("%(record)s was saved.") % {"record": changed})
    return redirect(f"{noun}-detail", address_of(resource, changed))


def _posted(request: HttpRequest, resource: Resource) -> tuple[dict[str, Any], tuple[str, int] | None, bool]:
    raw = unchecked_boxes(resource, raw_of_post(resource, request.POST))
    command = request.POST.get(DO, SAVE)
    if command == SAVE:
        return without_empty_lines(resource, raw), None, True
    raw, newest = with_line(resource, raw, command)
    return raw, newest, False


def _conflict(
    request: HttpRequest, resource: Resource, viewer: Viewer, key: str, raw: dict[str, Any], message: str
) -> HttpResponse:
    """Draw the form again with what was typed, beside what the other wrote; saving again then decides."""
    record = record_or_404(resource, viewer, key)
    read = int(raw.get("version") or 0)
    others = list(since(resource, viewer, record, read))
    raw = {**raw, "version": record.version}
    state = FormState(resource, viewer, raw, record, [Problem("", message)])
    return _draw(request, state, status=409, others=others)


def _draw(request: HttpRequest, state: FormState, *, status: int = 200, others: Any = ()) -> HttpResponse:
    resource, record = state.resource, state.record
    title = _("Change %(record)s") % {"record": record} if record else _("New %(noun)s") % {"noun": resource.title}
    back = reverse(f"{resource.noun}-detail", args=[address_of(resource, record)]) if record else ""
    context = {
        "resource": resource,
        "state": state,
        "title": title,
        "kicker": capfirst(str(resource.title)),
        "back_url": back or reverse(f"{resource.noun}-list"),
        "others": others,
        "version": state.raw.get("version", ""),
        **looking(state, typed=request.method == "POST"),
    }
    names = [f"resources/{resource.noun}_form.html", "resources/form.html"]
    return render(request, names, context, status=status)
