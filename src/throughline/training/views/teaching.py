"""Doors to the pool in numbers, to the way from training to teaching, and to one's own sessions."""

from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from throughline.kernel.access.errors import Invalid
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.ui.problems import show_problems
from throughline.reference.models import Jurisdiction
from throughline.training import multiplying, placing, pooling, queries
from throughline.training.choices import TOOK_PART
from throughline.training.models import Place, Trainer
from throughline.training.services import cascades
from throughline.training.teaching_forms import FilterForm, SessionForm

PAGE = 50


@require_GET
@never_cache
def pool(request: HttpRequest) -> HttpResponse:
    """How many trainers there are, for what, in which languages, where, and how far they are."""
    return render(request, "training/pool.html", pooling.trainers(viewer_of(request)))


@require_GET
@never_cache
def multiplication(request: HttpRequest) -> HttpResponse:
    """Where people drop out between training and teaching: over all, and for each training of trainers."""
    viewer = viewer_of(request)
    everything = list(multiplying.trainings(viewer))
    form = FilterForm(request.GET or None, choices=_offered(everything), initial={"days": multiplying.DAYS})
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    wanted = [one for one in everything if _fits(one, asked)] if asked or not form.is_bound else []
    days = asked.get("days") or multiplying.DAYS
    found = multiplying.chains(viewer, wanted, days=days, jurisdiction=asked.get("jurisdiction", ""))
    page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
    question = request.GET.copy()
    question.pop("page", None)
    context = {
        "form": form,
        "days": days,
        "whole": multiplying.overall(found.values()),
        "steps": multiplying.STEPS.values(),
        "rows": [(one, found[one.pk]) for one in page],
        "page": page,
        "question": question.urlencode(),
    }
    return render(request, "training/multiplication.html", context, status=400 if form.errors else 200)


def _fits(activity: Any, asked: dict[str, Any]) -> bool:
    project = not asked.get("project") or (activity.project and activity.project.code == asked["project"])
    return bool(project) and (
        not asked.get("area") or bool(activity.priority and activity.priority.code == asked["area"])
    )


def _offered(activities: list[Any]) -> dict[str, list[tuple[str, str]]]:
    """Only what occurs among the activities this reader may see."""
    places = Place.objects.filter(activity__in=activities, state__in=TOOK_PART).values("jurisdiction")
    return {
        "project": sorted({(one.project.code, str(one.project)) for one in activities if one.project}),
        "area": sorted({(one.priority.code, str(one.priority)) for one in activities if one.priority}),
        "jurisdiction": [(one.code, str(one)) for one in Jurisdiction.objects.filter(pk__in=places)],
    }


def _own_trainer(request: HttpRequest) -> Trainer:
    found = queries.own_trainer(placing.own_person(viewer_of(request)))
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """A session I taught."""
    trainer = _own_trainer(request)
    form = SessionForm(request.POST or None, person=trainer.person)
    if request.method == "POST" and form.is_valid():
        try:
            cascades.report(viewer_of(request), values={**form.values(), "trainer": trainer})
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Reported. Your contact point confirms it; then it counts."))
            return redirect("training-mine")
    return render(request, "training/mine_session.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def session(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct a session I reported, or take it back, while nobody confirmed it."""
    trainer, viewer = _own_trainer(request), viewer_of(request)
    found = get_object_or_404(queries.own_sessions(trainer), pk=key)
    if request.method == "POST" and request.POST.get("what") == "withdraw":
        cascades.take_back(viewer, cascade=found)
        messages.success(request, _("Taken back."))
        return redirect("training-mine")
    # The form writes into its own copy: the verb tells what changed from the other.
    form = SessionForm(request.POST or None, instance=copy(found), person=trainer.person)
    if request.method == "POST" and form.is_valid():
        try:
            cascades.change(viewer, cascade=found, values=form.values())
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Corrected. Your contact point confirms it; then it counts."))
            return redirect("training-mine")
    context = {"form": form, "session": found}
    return render(request, "training/mine_session.html", context, status=400 if form.errors else 200)
