"""Doors to exchanges and mentoring: counts for all, applications and suggestions for those who pair, answers, log, outcome."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.ui.problems import show_problems
from throughline.reference.queries import label_of
from throughline.training import matching, placing, pooling, queries
from throughline.training.choices import Sector
from throughline.training.models import Application, Pairing, Person
from throughline.training.services import pairing as verbs
from throughline.training.teaching_forms import ApplicationForm, ContactForm
from throughline.training.team import CONTACT_ROLES, is_self, may_nominate

MOST = 50


@require_GET
@never_cache
def pairings(request: HttpRequest) -> HttpResponse:
    """Counts for everybody; what waits for contact points; applications and suggestions for the secretariat."""
    return shown(request)


def shown(request: HttpRequest, form: ApplicationForm | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    people = list(placing.people_for(viewer).filter(erased_at=None).order_by("name")[:500])
    context = {
        **pooling.pairs(viewer),
        "contact": may_nominate(viewer),
        "people": people,
        "chosen": request.POST.get("person", ""),
        "form": form or ApplicationForm(),
        "own": _applications(viewer, Q(person__in=people)),
        "asked": [own_pair_for_contact(viewer, one, people) for one in queries.asked_of(people)],
        **_for_secretariat(viewer),
    }
    return render(request, "training/pairings.html", context, status=400 if form is not None else 200)


def _applications(viewer: Viewer, which: Q) -> QuerySet[Application]:
    readable = Person.objects.visible_to(viewer)
    found = Application.objects.filter(which, state=Application.State.OPEN, person__in=readable)
    return found.select_related("person__owner", "person__jurisdiction").prefetch_related("areas")


def own_pair_for_contact(viewer: Viewer, pairing: Pairing, people: list[Person]) -> dict[str, Any]:
    """One's own person by name, the other by organisation alone."""
    side = "host" if pairing.host in people else "guest"
    other = pairing.guest if side == "host" else pairing.host
    return {"pairing": pairing, "side": side, "person": getattr(pairing, side), "other": other.owner}


def _for_secretariat(viewer: Viewer) -> dict[str, Any]:
    programmes = [programme for programme, role in viewer.roles if role == Role.SECRETARIAT]
    if not programmes:
        return {"pairs": False}
    found = list(_applications(viewer, Q(person__programme__in=programmes)))
    people = {str(one.pk): one for one in found}
    suggested = matching.suggest(wish_of(one, order) for order, one in enumerate(found))
    return {
        "pairs": True,
        "applications": found[:500],
        "suggestions": [
            (people[one.host.key].person, people[one.guest.key].person, people[one.host.key], one.reasons())
            for one in suggested[:MOST]
        ],
        "more": max(len(suggested) - MOST, 0),
    }


def wish_of(application: Application, order: int) -> matching.Wish:
    """An application as matching sees it."""
    person, language = application.person, get_language() or "en"
    return matching.Wish(
        key=str(application.pk),
        order=order,
        kind=application.kind,
        side=application.side,
        person=str(person.pk),
        organisation=str(person.owner_id),
        jurisdiction=str(person.jurisdiction_id or ""),
        sector="" if person.sector == Sector.NOT_REPORTED else person.sector,
        email=person.email,
        named=application.named,
        areas=frozenset(label_of(one, language) for one in application.areas.all()),
        languages=frozenset(one.strip() for one in application.languages.split(",") if one.strip()),
    )


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for oneself (no person named), or for someone of one's organisation."""
    viewer = viewer_of(request)
    chosen = request.POST.get("person", "")
    person = _person(viewer, chosen) if chosen else placing.own_person(viewer)
    if person is None:
        raise Http404
    form = ApplicationForm(request.POST)
    if form.is_valid():
        values, areas = form.split()
        try:
            verbs.apply(viewer, person=person, values=values, areas=areas)
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(
                request, _("Applied. The secretariat of the programme now reads this name and looks for a match.")
            )
            return back(viewer, person)
    return shown(request, form)


def _person(viewer: Viewer, key: str) -> Person:
    try:
        return get_object_or_404(placing.people_for(viewer), pk=UUID(key))
    except ValueError as odd:
        raise Http404 from odd


def back(viewer: Viewer, person: Person) -> HttpResponse:
    """To the page one came from: one's own, or that of the contact point."""
    return redirect("training-mine" if is_self(viewer, person) else "pairing-board")


@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    found = get_object_or_404(_concerning(viewer, Application, ("person",)), pk=key)
    verbs.withdraw(viewer, application=found)
    messages.success(request, _("Withdrawn."))
    return back(viewer, found.person)


def _concerning(viewer: Viewer, model: Any, ways: tuple[str, ...]) -> QuerySet[Any]:
    """Rows about the viewer themselves or the people they speak for."""
    if not viewer.signed_in:
        return model.objects.none()  # type: ignore[no-any-return]
    programmes = [programme for programme, role in viewer.roles if role in CONTACT_ROLES]
    wanted = Q(pk__in=())
    for way in ways:
        wanted |= Q(**{f"{way}__account": viewer.person})
        wanted |= Q(**{f"{way}__owner__in": viewer.organisations, f"{way}__programme__in": programmes})
    return model.objects.past_the_wall("own").filter(wanted).select_related(*(f"{way}__owner" for way in ways))  # type: ignore[no-any-return]


def _pairing(viewer: Viewer, key: UUID) -> Pairing:
    return get_object_or_404(_concerning(viewer, Pairing, ("host", "guest")), pk=key)


@require_POST
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Yes or no, for oneself or for someone of one's organisation."""
    viewer = viewer_of(request)
    found, side, what = _pairing(viewer, key), request.POST.get("side", ""), request.POST.get("what", "")
    if side not in verbs.SIDES or what not in ("yes", "no"):
        messages.error(request, _("Say yes or no."))
        return redirect("pairing-board")
    done = verbs.answer(viewer, pairing=found, side=side, yes=what == "yes")
    said: dict[str, str] = {
        Pairing.States.AGREED: _("Both agreed. You can now read with whom."),
        Pairing.States.BROKEN_OFF: _("You said no. The secretariat looks for another match."),
    }
    messages.success(request, said.get(done.state, _("You said yes. The other side is asked too.")))
    return back(viewer, getattr(found, side))


@require_POST
def contact(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down that the two met."""
    viewer = viewer_of(request)
    found, form = _pairing(viewer, key), ContactForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day you met, such as 2026-03-07, and the minutes as a number."))
        return _after(viewer, found)
    try:
        given = form.cleaned_data
        verbs.log_contact(viewer, pairing=found, on=given["on"], minutes=given["minutes"], text=given["note"])
    except Invalid as invalid:
        messages.error(request, invalid.words)
    else:
        messages.success(request, _("Written down."))
    return _after(viewer, found)


@require_POST
def outcome(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    found = _pairing(viewer, key)
    verbs.tell_outcome(viewer, pairing=found, text=request.POST.get("outcome", "")[:10_000])
    messages.success(request, _("Kept."))
    return _after(viewer, found)


def _after(viewer: Viewer, pairing: Pairing) -> HttpResponse:
    if is_self(viewer, pairing.host) or is_self(viewer, pairing.guest):
        return redirect("training-mine")
    return redirect("pairing-detail", pairing.reference)
