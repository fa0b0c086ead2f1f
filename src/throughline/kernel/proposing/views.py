"""Proposing a change by the noun's own form, and deciding on it with before and after side by side."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.proposing import comparing, queries, services
from throughline.kernel.proposing.choices import TONES, State
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of, record_or_404
from throughline.kernel.resources.forms import (
    DO,
    SAVE,
    FormState,
    raw_of_post,
    raw_of_record,
    unchecked_boxes,
    with_line,
    without_empty_lines,
)


@require_GET
def proposal_list(request: ViewerRequest) -> HttpResponse:
    """What I can decide on, and what I proposed."""
    seen = queries.proposals(request.viewer)
    context = {
        "to_decide": [_row(one) for one in seen if one.decides],
        "mine": [_row(one) for one in seen if one.mine],
        "decided": [_row(one) for one in seen if not one.decides and not one.mine][:50],
    }
    return render(request, "proposing/list.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: ViewerRequest, noun: str, key: str) -> HttpResponse:
    """The same form as changing it; saving keeps a proposal."""
    resource = next((one for one in registry.all() if one.noun == noun), None)
    if resource is None:
        raise Http404
    record = record_or_404(resource, request.viewer, key)
    if not queries.may_propose(request.viewer, resource, record):
        raise PermissionDenied(_("This can be changed by you, or by nobody: there is nothing to propose."))
    if request.method == "GET":
        return _draw(request, FormState(resource, request.viewer, raw_of_record(resource, record), record))
    raw = unchecked_boxes(resource, raw_of_post(resource, request.POST))
    command = request.POST.get(DO, SAVE)
    if command != SAVE:
        raw, newest = with_line(resource, raw, command)
        return _draw(request, FormState(resource, request.viewer, raw, record, newest=newest))
    raw = without_empty_lines(resource, raw)
    try:
        made = services.propose(request.viewer, record=record, raw=raw, reason=request.POST.get("reason", ""))
    except Invalid as invalid:
        return _draw(request, FormState(resource, request.viewer, raw, record, invalid.problems), status=422)
    messages.success(request, _("Your proposal was kept. Those who can change the record are told."))
    return redirect("proposed-change-detail", made.pk)


@require_GET
def show(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Before and after, and what the record says now, field by field."""
    return _show(request, _seen(request, key))


@require_POST
def decide(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Accept all, accept the fields ticked, or decline."""
    seen = _seen(request, key)
    answer, deed = request.POST.get("answer", ""), request.POST.get("deed", "")
    try:
        if deed == "decline":
            services.decline(request.viewer, proposal=seen.proposal, reason=answer)
        elif deed in {"accept", "accept-all"}:
            fields = None if deed == "accept-all" else request.POST.getlist("field")
            services.accept(request.viewer, proposal=seen.proposal, fields=fields, answer=answer)
        else:
            raise Http404
    except Invalid as invalid:
        return _show(request, seen, [str(one.message) for one in invalid.problems], status=422)
    except (Conflict, Refused) as refused:
        return _show(request, seen, [str(refused)], status=409 if isinstance(refused, Conflict) else 403)
    messages.success(request, _("Declined.") if deed == "decline" else _("The record was changed."))
    return redirect("proposed-change-detail", key)


@require_POST
def withdraw(request: ViewerRequest, key: UUID) -> HttpResponse:
    seen = _seen(request, key)
    try:
        services.withdraw(request.viewer, proposal=seen.proposal)
    except Conflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("Your proposal was withdrawn."))
    return redirect("proposed-change-detail", key)


def _show(request: ViewerRequest, seen: queries.Seen, problems: Any = (), *, status: int = 200) -> HttpResponse:
    found = comparing.sides(seen.resource, request.viewer, seen.record, seen.proposal)
    context = {
        "seen": seen,
        "proposal": seen.proposal,
        "record": seen.record,
        "sides": found,
        "moved": any(one.moved for one in found),
        "waits": seen.proposal.state == State.WAITING,
        "tone": TONES[State(seen.proposal.state)],
        "problems": problems,
        "answer": request.POST.get("answer", ""),
    }
    return render(request, "proposing/proposal.html", context, status=status)


def _row(seen: queries.Seen) -> dict[str, Any]:
    names = list(seen.proposal.after)
    bound = {one.precision for one in seen.resource.fields if one.precision}
    labels = [comparing.label_of(seen.resource, one) for one in names if one not in bound or len(names) == 1]
    return {"seen": seen, "fields": ", ".join(labels), "tone": TONES[State(seen.proposal.state)]}


def _seen(request: ViewerRequest, key: UUID) -> queries.Seen:
    found = queries.proposal_for(request.viewer, key)
    if found is None:
        raise Http404
    return found


def _draw(request: ViewerRequest, state: FormState, *, status: int = 200) -> HttpResponse:
    resource, record = state.resource, state.record
    context = {
        "resource": resource,
        "state": state,
        "title": _("Propose a change of %(record)s") % {"record": record},
        "back_url": reverse(f"{resource.noun}-detail", args=[address_of(resource, record)]),
        "version": state.raw.get("version", ""),
        "proposing": True,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "resources/form.html", context, status=status)
