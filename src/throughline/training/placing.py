"""Reading places: by name for those who may, as counts for everybody else.

A name is read where the person's record may be read (`Person.objects.visible_to`) **and** the reader stands to the activity
or to the person as the rule says at this moment: its team, the person's own organisation, or the person themselves.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.reference.models import Jurisdiction
from throughline.training.choices import HOLDS, TOOK_PART, PlaceState
from throughline.training.models import Activity, Person, Place, Quota
from throughline.training.team import CONTACT_ROLES, is_team

SHARED_STATES = (PlaceState.CONFIRMED, *TOOK_PART)


def places_for(viewer: Viewer, activity: Activity) -> QuerySet[Place]:
    """The places of an activity whose people this viewer may know by name."""
    named = Place.objects.filter(activity=activity, person__in=Person.objects.visible_to(viewer))
    if not is_team(viewer, activity):
        own = Q(organisation__in=viewer.organisations) | Q(person__owner__in=viewer.organisations)
        named = named.filter(own | Q(person__account=viewer.person, person__account__isnull=False))
    return named.select_related("activity", "person", "organisation", "jurisdiction")


def own_places(viewer: Viewer) -> QuerySet[Place]:
    """The viewer's own places, in all activities, next first."""
    found = Place.objects.past_the_wall("own")
    found = found.filter(person__account=viewer.person, person__account__isnull=False)
    return found.select_related("activity", "person", "organisation").order_by("-activity__starts_on")


def own_person(viewer: Viewer) -> Person | None:
    """What is kept of the viewer themselves."""
    if viewer.person is None:
        return None
    found: Person | None = Person.objects.visible_to(viewer).filter(account=viewer.person).first()
    return found


def fellows(viewer: Viewer, activity: Activity) -> list[str]:
    """Names of other participants who agreed to be shown, for someone who has a confirmed place themselves."""
    mine = own_places(viewer).filter(activity=activity, state__in=SHARED_STATES).first()
    if mine is None:
        return []
    others = Place.objects.past_the_wall("own").filter(
        activity=activity, state__in=SHARED_STATES, person__agreed_to_list=True
    )
    return list(others.exclude(pk=mine.pk).order_by("person__name").values_list("person__name", flat=True))


def people_for(viewer: Viewer) -> QuerySet[Person]:
    """The people of the viewer's own organisations, where they may nominate."""
    programmes = [programme for programme, role in viewer.roles if role in CONTACT_ROLES]
    found: QuerySet[Person] = Person.objects.visible_to(viewer).filter(
        owner__in=viewer.organisations, programme__in=programmes
    )
    return found.select_related("owner", "jurisdiction", "programme")


def nominable(viewer: Viewer, activity: Activity) -> QuerySet[Person]:
    """Whom the viewer could still nominate: own people who are not erased and have no live place there."""
    gone = ("withdrawn", "declined", "expired", "rejected")
    there = Place.objects.filter(activity=activity).exclude(state__in=gone)
    return (
        people_for(viewer)
        .filter(programme=activity.programme_id, erased_at=None)
        .exclude(pk__in=there.values("person"))
    )


def board(viewer: Viewer, activity: Activity) -> QuerySet[Place]:
    """Places as the selection and the waiting list show them: by jurisdiction, score, national order."""
    found = places_for(viewer, activity).prefetch_related("steps__by")
    return found.order_by(
        F("jurisdiction__order").asc(nulls_last=True), F("score").desc(nulls_last=True), "order", "pk"
    )


def waiting_list(viewer: Viewer, activity: Activity) -> QuerySet[Place]:
    """The one list, in the order in which it is served (`services.offers`)."""
    found = places_for(viewer, activity).filter(state=PlaceState.WAITING)
    return found.order_by(
        F("waiting_since").asc(nulls_last=True), F("score").desc(nulls_last=True), "order", "created_at", "pk"
    )


@dataclass
class Standing:
    """One jurisdiction (or what belongs to none) in numbers: everybody who sees the activity sees these."""

    label: str
    quota: int | None = None
    states: Counter[str] = field(default_factory=Counter)

    @property
    def held(self) -> int:
        return sum(self.states[state] for state in HOLDS)

    @property
    def left(self) -> int | None:
        return None if self.quota is None else max(self.quota - self.held, 0)

    @property
    def nominated(self) -> int:
        return self.states[PlaceState.NOMINATED]

    @property
    def reserve(self) -> int:
        return self.states[PlaceState.RESERVE]

    @property
    def waiting(self) -> int:
        return self.states[PlaceState.WAITING]

    def as_dict(self) -> dict[str, Any]:
        names = ("label", "quota", "held", "left", "nominated", "reserve", "waiting")
        return {name: getattr(self, name) for name in names}


def standings(activity: Activity) -> list[Standing]:
    """Quotas and counts by jurisdiction: no names, no persons; for everybody who may see the activity."""
    rows = Place.objects.filter(activity=activity).order_by().values_list("jurisdiction", "state")
    counts: dict[UUID | None, Counter[str]] = {}
    for jurisdiction, state, count in rows.annotate(count=Count("pk")):
        counts.setdefault(jurisdiction, Counter())[state] += count
    quotas = list(Quota.objects.filter(activity=activity).select_related("scope"))
    own = {one.jurisdiction_id: one.places for one in quotas if one.jurisdiction_id}
    found = [
        Standing(str(one), own.get(one.pk), counts.get(one.pk, Counter()))
        for one in Jurisdiction.objects.filter(pk__in={*own, *(key for key in counts if key)})
    ]
    if None in counts:
        found.append(Standing("", None, counts[None]))
    return found + [Standing(str(one.scope), one.places) for one in quotas if one.scope_id]


def totals(lines: Iterable[Standing]) -> Standing:
    """All of them together."""
    return Standing("", None, sum((one.states for one in lines), Counter()))
