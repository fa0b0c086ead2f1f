"""Verbs around a place that is given: invite, offer to the next, accept, decline, withdraw, replace; release and expiry.

Whoever a place falls free for is found by `training.waiting` alone, called from `serve_lists`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import MAILED_IN_FULL, post, tell
from throughline.kernel.ui import formats
from throughline.training import waiting
from throughline.training.choices import PlaceState, WaitingRule
from throughline.training.models import Activity, Person, Place
from throughline.training.services import moves
from throughline.training.services.moves import (
    LIVE,
    OPEN,
    Book,
    Move,
    carry_out,
    check_open,
    hold,
    hold_all,
    hold_place,
    is_released,
)
from throughline.training.team import is_self, is_team, speaks_for
from throughline.training.web import own_address, places_address


def unnamed(actor: Viewer, person: Person) -> Viewer:
    """Who acts, as history is told: participants acting for themselves are not named there, for it is never erased."""
    return replace(Viewer.nobody(), name="the participant") if is_self(actor, person) else actor


# Serving the lists


def parties(places: Iterable[Place]) -> dict[Any, list[Place]]:
    """People registered together as one, in the order given."""
    found: dict[Any, list[Place]] = {}
    for one in places:
        found.setdefault(one.group or one.pk, []).append(one)
    return found


def serve_lists(actor: Viewer, activities: Sequence[Activity]) -> int:
    """Offer what is free to who is next, in each of these activities (held by the caller). Part of a verb, not one.

    First each quota to its own list: those waiting from there, then its reserves, once its nominations are decided.
    Then what is common to the one waiting list. Says how many offers were made.
    """
    today = timezone.localdate()
    running = [one for one in activities if one.state in OPEN and one.starts_on > today]
    if not running:
        return 0
    found = Place.objects.filter(
        activity__in=[one.pk for one in running], state__in=(PlaceState.WAITING, PlaceState.RESERVE)
    )
    hoping: dict[UUID, list[Place]] = {}
    rank = (F("waiting_since").asc(nulls_last=True), F("score").desc(nulls_last=True), "order", "created_at", "pk")
    for place in found.select_related("activity", "person__account").order_by("activity", *rank):
        hoping.setdefault(place.activity_id, []).append(place)
    standing = moves.books([one for one in running if one.pk in hoping])
    offered = [
        Move(one, PlaceState.OFFERED, why) for key, book in standing.items() for one, why in _next(book, hoping[key])
    ]
    if offered:
        carry_out(actor, offered, activities={one.pk: one for one in running})
        send([one.place for one in offered])
    return len(offered)


def _next(book: Book, hoping: Sequence[Place]) -> list[tuple[Place, str]]:
    """Who is offered a place now, and why."""
    rule: waiting.Rule = "strict" if book.activity.waiting_rule == WaitingRule.STRICT else "fill"
    left, given = book.offerable, []
    for pool, kept in left.kept.items():
        ready = pool in book.decided and not book.undecided[pool]
        own = [one for one in hoping if book.pool(one.jurisdiction_id) == pool]
        listed = [one for one in own if one.state == PlaceState.WAITING or ready]
        given += _served(kept, listed, rule, _("A place of the quota fell free."))
    common = [one for one in hoping if one.state == PlaceState.WAITING and one not in {place for place, _why in given}]
    given += _served(left.common, common, rule, _("Next on the waiting list."))
    return given


def _served(free: int | None, listed: Sequence[Place], rule: waiting.Rule, why: str) -> list[tuple[Place, str]]:
    groups = parties(listed)
    asked = [waiting.Party(key, wants=len(group)) for key, group in groups.items()]
    return [(one, why) for party in waiting.serve(free, asked, rule).parties for one in groups[party.key]]


def send(places: Sequence[Place]) -> None:
    """Tell each who is offered a place: in their inbox, or by mail where they have no account; and their contact point."""
    by_nominator: dict[UUID, list[Place]] = {}
    for place in places:
        _send(place)
        if place.nominated_by_id:
            by_nominator.setdefault(place.nominated_by_id, []).append(place)
    for nominator, theirs in by_nominator.items():
        _tell_nominator(nominator, len(theirs), theirs[-1].activity)


def _send(place: Place) -> None:
    ends = Place.objects.values_list("offer_ends_at", flat=True).get(pk=place.pk)
    subject = gettext_lazy("You are offered a place in a training")

    def text() -> str:
        return _("Please answer by %(ends)s. After that the place goes to the next.") % {"ends": formats.moment(ends)}

    if place.person.account is not None:
        tell([place.person.account], subject=subject, text=text, url=own_address())
    elif place.person.email:
        named = place.activity.title if place.activity.handling in MAILED_IN_FULL else place.activity.reference
        with override(None):
            told = [named, text(), _("Answer to the contact point who nominated you.")]
            post(place.person.email, subject=str(subject), text="\n\n".join(told))


def _tell_nominator(nominator: UUID, count: int, activity: Activity) -> None:
    tell(
        [nominator],
        subject=lambda: _("%(count)s of your people were offered a place") % {"count": count},
        text=str(activity),
        url=places_address(activity),
    )


# The team


@verb("place.invite")
def invite(actor: Viewer, *, activity: Activity, places: Sequence[UUID] | None = None) -> int:
    """Send the invitations: everyone selected (or those named) is offered their place, with a time to answer.

    Says how many were sent. Raises Refused for all but the team.
    """
    held = hold(activity)
    if not is_team(actor, held):
        raise Refused(_("Only the team of an activity sends invitations."))
    check_open(held)
    found = Place.objects.filter(activity=held, state=PlaceState.SELECTED).select_related("activity", "person__account")
    chosen = list(found if places is None else found.filter(pk__in=places))
    carry_out(actor, [Move(one, PlaceState.OFFERED, "") for one in chosen], activities={held.pk: held})
    if chosen:
        note(held, after={"invited": len(chosen)})
        send(chosen)
    return len(chosen)


@verb("place.release")
def release(actor: Viewer, *, activity: Activity) -> int:
    """Release unfilled national places now: reserves join the one waiting list, which is served by its rule.

    Says how many offers were made. Raises Refused for all but the team.
    """
    held = hold(activity)
    if not is_team(actor, held):
        raise Refused(_("Only the team of an activity releases its places."))
    check_open(held)
    today = timezone.localdate()
    if not is_released(held, today):
        before = held.release_on
        held.release_on = today
        Activity.objects.filter(pk=held.pk).update(release_on=today, version=F("version") + 1)
        note(held, before={"release_on": before}, after={"release_on": today})
    return _release(actor, [held])


def _release(actor: Viewer, activities: Sequence[Activity]) -> int:
    held = {one.pk: one for one in activities}
    reserves = Place.objects.filter(activity__in=held, state=PlaceState.RESERVE).select_related("activity", "person")
    moved = [
        Move(one, PlaceState.WAITING, _("Unfilled places were released.")) for one in reserves.order_by("order", "pk")
    ]
    if moved:
        carry_out(actor, moved, activities=held)
    made = serve_lists(actor, activities)
    for one in activities:
        count = sum(1 for move in moved if move.place.activity_id == one.pk)
        if count:
            note(one, after={"reserves on the waiting list": count})
    return made


@verb("place.release-by-date")
def release_due(actor: Viewer) -> int:
    """Release what is due today, and serve every list that has someone on it. Done by a duty."""
    today = timezone.localdate()
    listed = Place.objects.filter(state__in=(PlaceState.WAITING, PlaceState.RESERVE), activity__state__in=OPEN)
    listed = listed.filter(activity__starts_on__gt=today)
    due = Q(state=PlaceState.WAITING) | Q(activity__release_on__lte=today)
    keys = set(listed.filter(due).order_by().values_list("activity", flat=True))
    activities = hold_all(keys)
    return _release(actor, [one for one in activities if is_released(one, today)]) + serve_lists(
        actor, [one for one in activities if not is_released(one, today)]
    )


@verb("place.expire")
def expire_due(actor: Viewer) -> int:
    """End the offers nobody answered in time, and offer their places to the next. Done by a duty. Says how many ended."""
    late = Q(state=PlaceState.OFFERED, offer_ends_at__lte=timezone.now())
    activities = hold_all(set(Place.objects.filter(late).order_by().values_list("activity", flat=True)))
    # Under the lock they are looked at again: who accepted in the meantime keeps the place.
    ended = list(Place.objects.filter(late, activity__in=activities).select_related("activity", "person"))
    carry_out(
        actor,
        [Move(one, PlaceState.EXPIRED, _("No answer in time.")) for one in ended],
        activities={one.pk: one for one in activities},
    )
    serve_lists(actor, activities)
    return len(ended)


# The participant, or the contact point for them


def accept(actor: Viewer, *, place: Place) -> Place:
    """Take the place that is offered, in time. Raises Refused if the offer ended, or for anybody but those concerned."""
    return _accept(unnamed(actor, place.person), place=place, by=actor)


@verb("place.accept")
def _accept(actor: Viewer, *, place: Place, by: Viewer) -> Place:
    fresh = _own(by, place, _("Only the person, or who nominated them, takes a place."))
    if fresh.state != PlaceState.OFFERED:
        raise Refused(_("This place is not on offer (any more)."))
    if fresh.offer_ends_at is not None and fresh.offer_ends_at <= timezone.now():
        raise Refused(_("The time to answer has passed, and the place went to the next."))
    return _moved(actor, by, fresh, PlaceState.CONFIRMED, "")


def decline(actor: Viewer, *, place: Place, reason: str = "") -> Place:
    """Decline the place that is offered; it goes to the next."""
    return _decline(unnamed(actor, place.person), place=place, by=actor, reason=reason)


@verb("place.decline")
def _decline(actor: Viewer, *, place: Place, by: Viewer, reason: str) -> Place:
    fresh = _own(by, place, _("Only the person, or who nominated them, declines a place."))
    if fresh.state not in {PlaceState.OFFERED, PlaceState.SELECTED}:
        raise Refused(_("This place is not on offer (any more)."))
    return _moved(actor, by, fresh, PlaceState.DECLINED, reason)


def withdraw(actor: Viewer, *, place: Place, reason: str = "") -> Place:
    """Withdraw from an activity, or (the team) take a place back; the place goes to the next."""
    return _withdraw(unnamed(actor, place.person), place=place, by=actor, reason=reason)


@verb("place.withdraw")
def _withdraw(actor: Viewer, *, place: Place, by: Viewer, reason: str) -> Place:
    fresh = hold_place(place)
    if not speaks_for(by, fresh) and not is_team(by, fresh.activity):
        raise Refused(_("Only the person, who nominated them, or the team withdraws a place."))
    check_open(fresh.activity)
    if fresh.state not in LIVE:
        raise Refused(_("There is no place to withdraw from."))
    if not is_self(by, fresh.person) and not reason.strip():
        raise Refused(_("Say why. The reason is kept with the decision."))
    return _moved(actor, by, fresh, PlaceState.WITHDRAWN, reason)


def _own(by: Viewer, place: Place, otherwise: str) -> Place:
    fresh = hold_place(place)
    if not speaks_for(by, fresh):
        raise Refused(otherwise)
    check_open(fresh.activity)
    return fresh


def _moved(actor: Viewer, by: Viewer, place: Place, target: str, reason: str) -> Place:
    activity = place.activity
    carry_out(actor, [Move(place, target, reason.strip())], activities={activity.pk: activity})
    place.steps.filter(by=None, target=target).update(by=by.person)
    if target != PlaceState.CONFIRMED:
        serve_lists(actor, [activity])
    place.refresh_from_db()
    return place


@verb("place.tell-needs")
def _tell_needs(actor: Viewer, *, place: Place, by: Viewer, values: Mapping[str, str]) -> Place:
    fresh = _own(by, place, _("Only the person, or who nominated them, says what they need."))
    if fresh.state != PlaceState.CONFIRMED:
        raise Refused(_("Travel and special needs are asked once the place is confirmed, not before."))
    given = {name: values[name].strip() for name in ("travel", "special_needs") if name in values}
    changed = sorted(name for name, value in given.items() if getattr(fresh, name) != value)
    if changed:
        Place.objects.filter(pk=fresh.pk).update(**given)
        note(fresh, after={"changed": changed})
    fresh.refresh_from_db()
    return fresh


def tell_needs(actor: Viewer, *, place: Place, travel: str | None = None, special_needs: str | None = None) -> Place:
    """Say how one travels and what one needs, once the place is confirmed. History says that, not what. Raises Refused."""
    values = {"travel": travel, "special_needs": special_needs}
    given = {name: value for name, value in values.items() if value is not None}
    return _tell_needs(unnamed(actor, place.person), place=place, by=actor, values=given)
