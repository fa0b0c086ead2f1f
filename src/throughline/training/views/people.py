"""Doors for the contact point to the people of their own organisation."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.explain import who_can_see
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.ui.problems import show_problems
from throughline.training import placing
from throughline.training.forms import NewPersonForm, PersonForm
from throughline.training.models import Person, Place
from throughline.training.services import people as verbs
from throughline.training.team import may_nominate

PAGE = 100


@require_GET
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Those of my organisation who may be nominated; who asked for erasure stands first."""
    viewer = viewer_of(request)
    found = placing.people_for(viewer).filter(erased_at=None)
    if sought := request.GET.get("q", "").strip():
        found = found.filter(name__icontains=sought)
    page = Paginator(found.order_by("erasure_asked_at", "name", "reference"), PAGE).get_page(request.GET.get("page"))
    may_add = may_nominate(viewer)
    return render(request, "training/people.html", {"page": page, "sought": sought, "may_add": may_add})


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not may_nominate(viewer):
        raise Refused(_("Only contributors, verifiers and the secretariat may add to training."))
    form = NewPersonForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.add(viewer, programme=form.cleaned_data["programme"], values=form.values())
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Kept. Only your organisation reads it, until you nominate."))
            return redirect("training-person-detail", made.pk)
    return render(request, "training/person_add.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """Someone of my organisation: what is kept, what they took, who reads it; change it."""
    viewer = viewer_of(request)
    found = get_object_or_404(placing.people_for(viewer), pk=key)
    # A form writes what was typed onto its record; the record shown above it stays as it is.
    form = PersonForm(request.POST or None, instance=placing.people_for(viewer).get(pk=key))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change(viewer, person=found, values=form.values())
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Changed."))
            return redirect("training-person-detail", key)
    context = {
        "person": found,
        "form": form,
        "places": Place.objects.filter(person=found).select_related("activity").order_by("-activity__starts_on"),
        "readers": who_can_see(viewer, found),
        "consents": found.consents.order_by("-given_at"),
    }
    return render(request, "training/person.html", context, status=400 if form.errors else 200)


def _own(request: HttpRequest, key: UUID) -> Person:
    return get_object_or_404(placing.people_for(viewer_of(request)), pk=key)


@require_POST
def erase(request: HttpRequest, key: UUID) -> HttpResponse:
    """Erase for good; asked for by a tick, since nothing brings it back."""
    found = _own(request, key)
    if "sure" not in request.POST:
        messages.error(request, _("Tick that you are sure. Nothing brings erased data back."))
        return redirect("training-person-detail", key)
    verbs.erase(viewer_of(request), person=found)
    messages.success(request, _("Erased. The figures stay as they are."))
    return redirect("training-person-list")


@require_POST
def consent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what a person agreed to on paper, or took back."""
    found, purpose = _own(request, key), request.POST.get("purpose", verbs.LIST)
    verbs.consent(viewer_of(request), person=found, purpose=purpose, given=request.POST.get("given") == "yes")
    messages.success(request, _("Kept."))
    if purpose == verbs.POOL and hasattr(found, "trainer"):
        return redirect("trainer-detail", found.trainer.reference)
    return redirect("training-person-detail", key)
