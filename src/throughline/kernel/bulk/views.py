"""Choosing what to change in several records, seeing what would come of it, doing it, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.bulk import queries, services
from throughline.kernel.bulk.forms import choice_of, controls, hidden, order_of
from throughline.kernel.bulk.models import BulkChange
from throughline.kernel.bulk.orders import Order, chosen, understood
from throughline.kernel.bulk.rules import MOST, can_be_undone, fields_of, steps_of
from throughline.kernel.bulk.trying import Line, Plan
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.declare import Resource

SHOWN = 100


def noun_or_404(noun: str) -> Resource:
    try:
        return registry.get(noun)
    except KeyError as unknown:
        raise Http404(_("There is nothing here that you can see.")) from unknown


@require_http_methods(["GET", "POST"])
@never_cache
def choose(request: ViewerRequest, noun: str) -> HttpResponse:
    """The steps of one change: what to change, what would come of it, doing it. Each is a post of the whole."""
    resource = noun_or_404(noun)
    if request.method == "GET":
        return redirect(f"{reverse(f'{noun}-list')}?select=1")
    step = request.POST.get("do", "")
    try:
        if step == "apply":
            return _apply(request, resource)
        if step == "preview":
            return _preview(request, resource)
    except Invalid as invalid:
        return _form(request, resource, invalid.problems)
    return _form(request, resource, [])


def _form(request: ViewerRequest, resource: Resource, problems: list[Problem]) -> HttpResponse:
    given, viewer = request.POST, request.viewer
    try:
        count = len(chosen(viewer, resource, choice_of(given)))
    except Invalid as invalid:
        messages.error(request, invalid.words)
        question = given.get("question", "")
        return redirect(f"{reverse(f'{resource.noun}-list')}?{question}{'&' if question else ''}select=1")
    context = {
        "resource": resource,
        "title": _title(resource, count),
        "count": count,
        "controls": controls(resource, viewer, given),
        "ways": steps_of(resource),
        "comment": given.get("comment", ""),
        "hidden": [pair for pair in hidden(given) if pair[0] in {"pick", "everything", "question"}],
        "problems": [(_label(resource, one.field), one.message) for one in problems],
        "back": f"{reverse(f'{resource.noun}-list')}?{given.get('question', '')}",
        "most": MOST,
    }
    return render(request, "bulk/form.html", context, status=422 if problems else 200)


def _preview(request: ViewerRequest, resource: Resource) -> HttpResponse:
    order = order_of(resource, request.POST)
    plan = services.preview(request.viewer, resource=resource, choice=choice_of(request.POST), order=order)
    return _plan(request, resource, order, plan)


def _plan(request: ViewerRequest, resource: Resource, order: Order, plan: Plan) -> HttpResponse:
    way = understood(resource, order)
    context = {
        "resource": resource,
        "title": _title(resource, len(plan.lines)),
        "plan": plan,
        "changing": [_told(resource, line) for line in plan.changing[:SHOWN]],
        "more": max(len(plan.changing) - SHOWN, 0),
        "stuck": [_told(resource, line) for line in plan.stuck],
        "way": way,
        "can_be_undone": way is None or can_be_undone(way),
        "hidden": hidden(request.POST),
    }
    return render(request, "bulk/preview.html", context)


def _apply(request: ViewerRequest, resource: Resource) -> HttpResponse:
    given = request.POST
    try:
        made = services.apply(
            request.viewer,
            resource=resource,
            choice=choice_of(given),
            order=order_of(resource, given),
            expected=given.get("mark", ""),
            leave_out=bool(given.get("leave_out")),
            reason=given.get("reason", ""),
        )
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return _preview(request, resource)
    messages.success(request, _("Done: %(count)s records.") % {"count": made.count})
    return redirect("bulk-detail", made.pk)


@require_GET
@never_cache
def made(request: ViewerRequest) -> HttpResponse:
    """What I changed in bulk."""
    rows = [(one, registry.get(one.noun), queries.words_of(one)) for one in queries.changes_of(request.viewer)[:SHOWN]]
    return render(request, "bulk/list.html", {"rows": rows})


@require_GET
@never_cache
def change(request: ViewerRequest, key: UUID) -> HttpResponse:
    """One change of mine: what was done to which records, and taking it back."""
    one = _change_or_404(request, key)
    resource = registry.get(one.noun)
    records = queries.records_of(request.viewer, one)
    context = {
        "change": one,
        "resource": resource,
        "title": _("Several %(nouns)s changed at once") % {"nouns": resource.title_plural},
        "words": queries.words_of(one),
        "records": [
            (str(record), reverse(f"{resource.noun}-detail", args=[address_of(resource, record)])) for record in records
        ],
        "may_be_undone": queries.may_be_undone(one),
    }
    return render(request, "bulk/change.html", context)


@require_POST
def take_back(request: ViewerRequest, key: UUID) -> HttpResponse:
    one = _change_or_404(request, key)
    try:
        services.undo(request.viewer, change=one, reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken back. All records are as they were."))
    return redirect("bulk-detail", one.pk)


def _change_or_404(request: ViewerRequest, key: UUID) -> BulkChange:
    found = queries.change_of(request.viewer, key)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


# What the templates are given


def _title(resource: Resource, count: int) -> str:
    noun = resource.title if count == 1 else resource.title_plural
    return _("Change %(count)s %(nouns)s at once") % {"count": count, "nouns": noun}


def _label(resource: Resource, name: str) -> str:
    known = {one.name: capfirst(str(one.title)) for one in fields_of(resource)}
    return known.get(name, "")


def _told(resource: Resource, line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "url": reverse(f"{resource.noun}-detail", args=[address_of(resource, line.record)]),
        "cells": line.cells,
        "problems": [(_label(resource, one.field.partition(".")[0]), one.message, one.value) for one in line.problems],
    }
