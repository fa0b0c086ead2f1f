"""What is done with a record from its page: move it on, share it, mark it. Each is one post."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from throughline.kernel.access import services
from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.services import advance as move_on
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of, found, record_or_404, viewer_of
from throughline.kernel.resources.sharing import grant_of, receiver_named


def _do(request: HttpRequest, noun: str, key: str, act: Callable[[Any], Any], done: str) -> HttpResponse:
    """Do it, or say why not, and show the record again (the list, if it can no longer be seen)."""
    resource, viewer = registry.get(noun), viewer_of(request)
    record = record_or_404(resource, viewer, key, whole=False)
    try:
        act(record)
    except Invalid as invalid:
        messages.error(request, invalid.words)
    except (Refused, Conflict) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    if found(resource, viewer, str(record.pk), whole=False) is None:
        return redirect(f"{noun}-list")
    return redirect(f"{noun}-detail", address_of(resource, record))


@require_POST
def advance(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Take the record through a transition of its flow."""
    name = request.POST.get("transition", "")
    version = request.POST.get("version", "")
    flow = flow_for(registry.get(noun).model)
    way = flow.transition(name) if flow else None
    return _do(
        request,
        noun,
        key,
        lambda record: move_on(
            viewer_of(request),
            record=record,
            transition=name,
            comment=request.POST.get("comment", ""),
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
        ),
        _("Done: %(what)s.") % {"what": (way.done or way.label) if way else name},
    )


@require_POST
def share(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Give a right to an organisation, a network or a person."""
    return _do(
        request,
        noun,
        key,
        lambda record: services.grant(
            viewer_of(request),
            record=record,
            to=receiver_named(request.POST.get("to", "")),
            right=request.POST.get("right", Right.READ),
            hidden=bool(request.POST.get("hidden")),
            reason=request.POST.get("reason", ""),
        ),
        _("The right was given."),
    )


@require_POST
def withdraw_grant(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Take a right back."""
    return _do(
        request,
        noun,
        key,
        lambda record: services.withdraw_grant(
            viewer_of(request),
            record=record,
            grant=grant_of(record, request.POST.get("grant", "")),
            reason=request.POST.get("reason", ""),
        ),
        _("The right was taken back."),
    )


@require_POST
def mark(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Change the handling code."""
    return _do(
        request,
        noun,
        key,
        lambda record: services.mark(
            viewer_of(request),
            record=record,
            handling=request.POST.get("handling", ""),
            reason=request.POST.get("reason", ""),
        ),
        _("The handling code was changed."),
    )
