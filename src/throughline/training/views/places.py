"""Doors to the places of an activity: one page, on which each sees and does what is theirs."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404, viewer_of
from throughline.training import placing
from throughline.training.choices import PlaceState, WaitingRule
from throughline.training.models import Activity, Person, Place
from throughline.training.services import nominating, offers, selecting, sheets
from throughline.training.services.moves import HOPES, LIVE, OPEN, book_of, is_released
from throughline.training.services.selecting import DECIDABLE, Decision
from throughline.training.team import is_contact, is_team, team_of

MOST_SHOWN = 500
MOST_BYTES = 2 * 1024**2


def activity_of(request: HttpRequest, key: str) -> Activity:
    return record_or_404(registry.get("activity"), viewer_of(request), key, whole=False)  # type: ignore[no-any-return]


@require_GET
@never_cache
def places(request: HttpRequest, key: str) -> HttpResponse:
    """The places of an activity: counts for all, names and what can be done for those concerned."""
    return shown(request, activity_of(request, key))


def shown(request: HttpRequest, activity: Activity, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    lines = placing.standings(activity)
    team = is_team(viewer, activity)
    contact = any(is_contact(viewer, one, activity.programme_id) for one in viewer.organisations)
    named = list(placing.board(viewer, activity)[:MOST_SHOWN]) if viewer.signed_in else []
    context = {
        "activity": activity,
        "lines": lines,
        "total": placing.totals(lines),
        "free": book_of(activity).rooms.common,
        "released": is_released(activity),
        "rule": WaitingRule(activity.waiting_rule).label,
        "problems": problems or [],
        "team": team,
        "contact": contact,
        "open": activity.state in OPEN,
        "upcoming": activity.starts_on > timezone.localdate(),
        "posted": request.POST,
        **(_for_team(viewer, activity, named) if team else {}),
        **(_for_contact(viewer, activity, named) if contact else {}),
        "fellows": placing.fellows(viewer, activity),
        "named": named,
    }
    return render(request, "training/places.html", context, status=400 if problems else 200)


def _for_team(viewer: Viewer, activity: Activity, named: list[Place]) -> dict[str, Any]:
    return {
        "board": named,
        "decidable": {one.pk for one in named if one.state in DECIDABLE},
        "queue": list(placing.waiting_list(viewer, activity)[:MOST_SHOWN]),
        "selected": sum(one.state == PlaceState.SELECTED for one in named),
        "undecided": sum(one.state == PlaceState.NOMINATED for one in named),
    }


def _for_contact(viewer: Viewer, activity: Activity, named: list[Place]) -> dict[str, Any]:
    own = [one for one in named if is_contact(viewer, one.organisation_id, activity.programme_id)]
    people = list(placing.nominable(viewer, activity)[:MOST_SHOWN])
    taken = nominating.already_taken(activity, people)
    return {
        "own": sorted(own, key=lambda one: (one.state not in LIVE, one.order)),
        "orderable": {one.pk for one in own if one.state in nominating.CHANGEABLE},
        "hopes": HOPES,
        "live": LIVE,
        "candidates": [(one, taken.get(one.pk, "")) for one in people],
        "readers": list(team_of(activity)),
        "first_state": PlaceState(nominating.first_state(activity, reserve=False)).label,
    }


def _done(request: HttpRequest, activity: Activity, act: Callable[[], str]) -> HttpResponse:
    """Do it and go back to the page; what is wrong is said on the page, with what was typed."""
    try:
        said = act()
    except Invalid as invalid:
        return shown(request, activity, invalid.problems)
    messages.success(request, said)
    return redirect("activity-places", activity.reference)


@require_POST
def nominate(request: HttpRequest, key: str) -> HttpResponse:
    activity, viewer = activity_of(request, key), viewer_of(request)
    if sheet := request.FILES.get("sheet"):
        return _done(request, activity, lambda: _by_sheet(viewer, activity, sheet))
    keys = _keys(request.POST.getlist("person"))
    people = list(Person.objects.visible_to(viewer).filter(pk__in=keys).select_related("owner"))
    people.sort(key=lambda one: keys.index(one.pk))

    def act() -> str:
        made = nominating.nominate(
            viewer,
            activity=activity,
            people=people,
            reserve="reserve" in request.POST,
            together="together" in request.POST,
            motive=request.POST.get("motive", "").strip(),
        )
        count = len(made)
        return ngettext("%(count)s person nominated.", "%(count)s people nominated.", count) % {"count": count}

    return _done(request, activity, act)


def _by_sheet(viewer: Viewer, activity: Activity, sheet: UploadedFile) -> str:
    if (sheet.size or 0) > MOST_BYTES:
        raise Invalid([Problem("file", _("This sheet is too large. At most 2 MB."))])
    count = len(sheets.nominate_sheet(viewer, activity=activity, content=sheet.read()))
    return ngettext("%(count)s person nominated.", "%(count)s people nominated.", count) % {"count": count}


@require_POST
def order(request: HttpRequest, key: str) -> HttpResponse:
    """The order on the national list, from the numbers typed beside the names."""
    activity = activity_of(request, key)
    typed = {
        name.removeprefix("order-"): str(value) for name, value in request.POST.items() if name.startswith("order-")
    }
    # What is no number goes last, in the order of the page.
    ranked = sorted(typed, key=lambda one: (0, int(typed[one])) if typed[one].isdecimal() else (1, 0))

    def act() -> str:
        nominating.reorder(viewer_of(request), activity=activity, order=_keys(ranked))
        return _("The order is kept.")

    return _done(request, activity, act)


@require_POST
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Scores, or one decision with one reason for everyone ticked."""
    activity, viewer = activity_of(request, key), viewer_of(request)
    what = request.POST.get("what", "")

    def act() -> str:
        if what == "score":
            count = selecting.score(viewer, activity=activity, scores=_scores(request))
            return ngettext("%(count)s score kept.", "%(count)s scores kept.", count) % {"count": count}
        if what == "rule":
            selecting.select_by_rule(viewer, activities=[activity], reason=request.POST.get("reason", ""))
            return _("Selected by the rule. Look at it before you send the invitations.")
        ticked = _keys(request.POST.getlist("place"))
        if not ticked:
            raise Invalid([Problem("place", _("Tick those you decide on."))])
        made = selecting.decide(
            viewer, activity=activity, decisions=[Decision(one, what, request.POST.get("reason", "")) for one in ticked]
        )
        return ngettext("%(count)s decision kept.", "%(count)s decisions kept.", len(made)) % {"count": len(made)}

    return _done(request, activity, act)


def _scores(request: HttpRequest) -> dict[UUID, Decimal | None]:
    found: dict[UUID, Decimal | None] = {}
    for name, value in request.POST.items():
        if not name.startswith("score-"):
            continue
        key, text = _keys([name.removeprefix("score-")]), str(value).strip().replace(",", ".")
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            raise Invalid([Problem("score", _("Write a score as a number from 0 to 100."), text)]) from None
        if number is not None and not number.is_finite():
            raise Invalid([Problem("score", _("Write a score as a number from 0 to 100."), text)])
        if key:
            found[key[0]] = number
    return found


@require_POST
def invite(request: HttpRequest, key: str) -> HttpResponse:
    activity = activity_of(request, key)

    def act() -> str:
        count = offers.invite(viewer_of(request), activity=activity)
        return ngettext("%(count)s invitation sent.", "%(count)s invitations sent.", count) % {"count": count}

    return _done(request, activity, act)


@require_POST
def release(request: HttpRequest, key: str) -> HttpResponse:
    activity = activity_of(request, key)

    def act() -> str:
        count = offers.release(viewer_of(request), activity=activity)
        return ngettext("Released. %(count)s offer made.", "Released. %(count)s offers made.", count) % {"count": count}

    return _done(request, activity, act)


@require_POST
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """What a contact point (or the team) does with one place: accept, decline, withdraw, replace, reserve."""
    activity, viewer = activity_of(request, key), viewer_of(request)
    place = placing.places_for(viewer, activity).filter(pk__in=_keys([request.POST.get("place", "")])).first()
    if place is None:
        raise Http404
    return _done(request, activity, lambda: answered(request, viewer, place))


def answered(request: HttpRequest, viewer: Viewer, place: Place) -> str:
    """Do what was asked with a place; says what was done."""
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "").strip()
    if what == "accept":
        offers.accept(viewer, place=place)
        return _("The place is confirmed.")
    if what == "decline":
        offers.decline(viewer, place=place, reason=reason)
        return _("Declined. The place goes to the next.")
    if what == "withdraw":
        offers.withdraw(viewer, place=place, reason=reason)
        return _("Withdrawn. The place goes to the next.")
    if what == "needs":
        offers.tell_needs(viewer, place=place, **{name: request.POST.get(name) for name in ("travel", "special_needs")})
        return _("The organisers know.")
    if what in {"reserve", "nominate"}:
        nominating.change_nomination(viewer, place=place, reserve=what == "reserve")
        return _("The list is changed.")
    if what == "substitute":
        other = Person.objects.visible_to(viewer).filter(pk__in=_keys([request.POST.get("person", "")])).first()
        if other is None:
            raise Invalid([Problem("person", _("Choose who comes instead."))])
        nominating.substitute(viewer, place=place, person=other, reason=reason)
        return _("The place is now offered to the substitute.")
    raise Invalid([Problem("what", _("Choose what to do with the place."), what)])


def _keys(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
