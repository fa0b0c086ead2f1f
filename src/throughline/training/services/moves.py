"""What every verb on places shares: the lock, the book of an activity, the step with its reason.

Each verb first holds the activity (`hold`), so that two people who take the last place at the same moment come one
after the other, and an offer that ends while it is accepted ends before or after, never both. Several activities are
held in the order of their keys, so that two such verbs never wait for each other in a circle.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note_many
from throughline.kernel.measures.outbox import mark
from throughline.reference.models import ScopeMember
from throughline.training import waiting
from throughline.training.choices import HOLDS, ActivityState, PlaceState
from throughline.training.models import Activity, Place, PlaceStep, Quota

OPEN = (ActivityState.PLANNED, ActivityState.CONFIRMED)
# Who still may get a place; with those who hold one, these are the living.
HOPES = (PlaceState.NOMINATED, PlaceState.RESERVE, PlaceState.WAITING)
LIVE = (*HOPES, PlaceState.OFFERED, PlaceState.SELECTED, PlaceState.CONFIRMED)


def hold(activity: Activity) -> Activity:
    """The activity as it is now, held until the verb ends."""
    return hold_all([activity.pk])[0]


def hold_all(keys: Iterable[UUID]) -> list[Activity]:
    """The same for many, always in one order."""
    found = Activity.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(keys)).order_by("pk")
    return list(found)


def hold_place(place: Place) -> Place:
    """A place as it is now, with its activity held."""
    hold(place.activity)
    return Place.objects.select_related("activity", "person").get(pk=place.pk)


def check_open(activity: Activity) -> None:
    """Refuse to move places of what is over."""
    if activity.state == ActivityState.CANCELLED:
        raise Refused(_("This activity was cancelled."))
    if activity.state not in OPEN:
        raise Refused(_("This activity is done. Its places can no longer be changed here."))


def is_released(activity: Activity, today: date | None = None) -> bool:
    """Whether the day has come on which unfilled national places are for all."""
    return activity.release_on is not None and activity.release_on <= (today or timezone.localdate())


@dataclass
class Book:
    """Places of one activity in numbers, by quota: how many are held, and how many wait for a decision."""

    activity: Activity
    quotas: list[waiting.Quota] = field(default_factory=list)
    held: Counter[Any] = field(default_factory=Counter)
    undecided: Counter[Any] = field(default_factory=Counter)
    decided: set[Any] = field(default_factory=set)

    def pool(self, jurisdiction: UUID | None) -> waiting.Pool:
        return waiting.pool_of(jurisdiction, self.quotas) if jurisdiction else None

    @property
    def rooms(self) -> waiting.Rooms:
        """What is free for those whom the team selects."""
        released = is_released(self.activity)
        return waiting.rooms(self.activity.capacity, self.quotas, self.held, released=released)

    @property
    def offerable(self) -> waiting.Rooms:
        """What is free for the list, once nominations that nobody has looked at keep their claim."""
        return waiting.claimed(self.rooms, self.undecided)


def books(activities: Sequence[Activity]) -> dict[UUID, Book]:
    """The books of any number of activities, in three questions to the database."""
    found = {one.pk: Book(one) for one in activities}
    quotas = list(Quota.objects.filter(activity__in=found).order_by("pk"))
    members = _members({one.scope_id for one in quotas if one.scope_id})
    for quota in quotas:
        own = {quota.jurisdiction_id} if quota.jurisdiction_id else members.get(quota.scope_id, set())
        group = quota.scope_id is not None
        found[quota.activity_id].quotas.append(waiting.Quota(quota.pk, quota.places, frozenset(own), group=group))
    rows = Place.objects.filter(activity__in=found).order_by().values_list("activity", "jurisdiction", "state")
    for activity, jurisdiction, state, count in rows.annotate(count=Count("pk")):
        book = found[activity]
        pool = book.pool(jurisdiction)
        if state in HOLDS:
            book.held[pool] += count
        if state == PlaceState.NOMINATED:
            book.undecided[pool] += count
        elif state not in HOPES:
            book.decided.add(pool)
    return found


def book_of(activity: Activity) -> Book:
    return books([activity])[activity.pk]


def _members(scopes: Collection[UUID]) -> dict[Any, set[UUID]]:
    today = timezone.localdate()
    valid = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    valid &= Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    found: dict[Any, set[UUID]] = {}
    for scope, jurisdiction in ScopeMember.objects.filter(valid, scope__in=scopes).values_list("scope", "jurisdiction"):
        found.setdefault(scope, set()).add(jurisdiction)
    return found


@dataclass(frozen=True)
class Move:
    """A place on its way to another state, and why."""

    place: Place
    target: str
    reason: str = ""


def carry_out(actor: Viewer, moves: Sequence[Move], *, activities: Mapping[UUID, Activity]) -> None:
    """Write the moves: the states, a step with its reason for each, a line of history for each. Part of a verb, not one.

    The reason stands in the step alone, which erasing reaches; history, which nothing reaches, says from where to where.
    """
    now = timezone.now()
    by_target: dict[str, list[Place]] = {}
    for move in moves:
        by_target.setdefault(move.target, []).append(move.place)
    for target, places in by_target.items():
        _set_state(places, target, now, activities)
    steps = [
        PlaceStep(place=one.place, source=one.place.state, target=one.target, reason=one.reason, by_id=actor.person)
        for one in moves
    ]
    PlaceStep.objects.bulk_create(steps)
    note_many((one.place, {"state": one.place.state}, {"state": one.target}) for one in moves)
    for one in moves:
        one.place.state = one.target
    tell_facts(moves)


def tell_facts(moves: Sequence[Move]) -> None:
    """Mark what changed for the figures: the record behind places is their activity."""
    mark("activity", {one.place.activity_id for one in moves})


def _set_state(places: Sequence[Place], target: str, now: datetime, activities: Mapping[UUID, Activity]) -> None:
    rows = Place.objects.filter(pk__in=[one.pk for one in places])
    if target == PlaceState.OFFERED:
        by_activity: dict[UUID, list[UUID]] = {}
        for one in places:
            by_activity.setdefault(one.activity_id, []).append(one.pk)
        for activity, keys in by_activity.items():
            ends = offer_end(activities[activity], now)
            rows.filter(pk__in=keys).update(state=target, offer_ends_at=ends, version=F("version") + 1)
        return
    since = now if target == PlaceState.WAITING else None
    rows.update(state=target, offer_ends_at=None, waiting_since=since, version=F("version") + 1)


def offer_end(activity: Activity, now: datetime) -> datetime:
    """When an offer made now ends: after the hours to answer, and at the latest when the activity begins."""
    begins = timezone.make_aware(datetime.combine(activity.starts_on, time.min))
    return min(now + timedelta(hours=activity.offer_hours), max(begins, now))
