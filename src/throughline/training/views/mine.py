"""The participant's own page: invitations, calendar, certificates, evaluations due, own data."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.ui.problems import show_problems
from throughline.training import mine, placing
from throughline.training.choices import PlaceState
from throughline.training.forms import NeedsForm, PersonForm
from throughline.training.models import Person, Place
from throughline.training.services import offers
from throughline.training.services import people as verbs


def _me(request: HttpRequest) -> Person:
    found = placing.own_person(viewer_of(request))
    if found is None:
        raise Http404
    return found


def _place(request: HttpRequest, key: UUID) -> Place:
    found = placing.own_places(viewer_of(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What waits for me, what comes, what I took home, and what is kept of me."""
    viewer = viewer_of(request)
    me = placing.own_person(viewer)
    places = list(placing.own_places(viewer)) if me else []
    today = timezone.localdate()
    context = {
        "me": me,
        "invitations": [one for one in places if one.state == PlaceState.OFFERED],
        "coming": [
            (one, NeedsForm(initial={"travel": one.travel, "special_needs": one.special_needs}, prefix=str(one.pk)),
             placing.fellows(viewer, one.activity))
            for one in reversed(places)
            if one.state == PlaceState.CONFIRMED and one.activity.ends_on >= today
        ],
        "hoping": [one for one in places if one.state in {"nominated", "reserve", "waiting", "selected"}],
        "past": [one for one in places if one.state in {"attended", "partly", "no-show"} or (
            one.state == PlaceState.CONFIRMED and one.activity.ends_on < today)],
        "parts": mine.parts_for(viewer, me) if me else [],
    }  # fmt: skip
    return render(request, "training/mine.html", context)


@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Find what is kept under my address."""
    if verbs.claim(viewer_of(request)) is None:
        messages.info(request, _("Nothing is kept under the address you sign in with. Ask your contact point."))
    return redirect("training-mine")


@require_POST
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer, place = viewer_of(request), _place(request, key)
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    if what == "accept":
        offers.accept(viewer, place=place)
        messages.success(request, _("Your place is confirmed. Say below how you travel and what you need."))
    elif what == "decline":
        offers.decline(viewer, place=place, reason=reason)
        messages.success(request, _("Thank you for answering. The place goes to the next."))
    elif what == "withdraw":
        offers.withdraw(viewer, place=place, reason=reason)
        messages.success(request, _("You have withdrawn. The place goes to the next."))
    elif what == "needs":
        form = NeedsForm(request.POST, prefix=str(place.pk))
        if form.is_valid():
            offers.tell_needs(viewer, place=place, **form.cleaned_data)
            messages.success(request, _("The organisers know."))
    return redirect("training-mine")


@require_http_methods(["GET", "POST"])
@never_cache
def data(request: HttpRequest) -> HttpResponse:
    """What is kept of me: see and correct it."""
    me = _me(request)
    form = PersonForm(request.POST or None, instance=_me(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.correct(viewer_of(request), person=me, values=form.values())
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Corrected. Your contact point was told which fields changed."))
            return redirect("training-mine")
    return render(request, "training/mine_data.html", {"form": form, "me": me}, status=400 if form.errors else 200)


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    given = request.POST.get("given") == "yes"
    purpose = request.POST.get("purpose", verbs.LIST)
    verbs.consent(viewer_of(request), person=_me(request), purpose=purpose, given=given)
    to_others = _("Your name is shown to other participants.")
    shown = _("The secretariat reads your name.") if purpose == verbs.POOL else to_others
    messages.success(request, shown if given else _("Your name is shown no more."))
    return redirect("training-mine")


@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    verbs.ask_erasure(viewer_of(request), person=_me(request))
    messages.success(request, _("Your contact point was asked to erase what is kept of you."))
    return redirect("training-mine")
