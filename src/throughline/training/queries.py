"""Reading the catalogue and the calendar: always from what the viewer may see.

What a participant reads of themselves starts from their own person, found by the account they signed in with: they have
a right to it, role or not. Standings are counted and say no name.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.text import fold
from throughline.training.choices import HOLDS, TOOK_PART, Kind
from throughline.training.models import (
    Activity,
    Cascade,
    Component,
    Entry,
    Pairing,
    Person,
    Place,
    Project,
    Trainer,
)


def activities(viewer: Viewer) -> QuerySet[Activity]:
    """Activities the viewer may read, with what a list or a calendar shows of them."""
    found: QuerySet[Activity] = Activity.objects.visible_to(viewer).select_related(
        "project", "component", "priority", "venue_jurisdiction", "owner", "programme"
    )
    return found


def own_activities(viewer: Viewer) -> QuerySet[Activity]:
    """The activities one has a place in, or manages. Whoever has a place may know in what, role or not."""
    there = Place.objects.filter(person__account=viewer.person, person__account__isnull=False, state__in=HOLDS)
    readable = activities(viewer)
    managed = Q(manager=viewer.person, pk__in=readable.values("pk"))
    return (
        Activity.objects.past_the_wall("own")
        .filter(managed | Q(pk__in=there.values("activity")))
        .select_related("project", "component", "priority", "venue_jurisdiction", "owner", "programme")
        .annotate(opens=Exists(readable.filter(pk=OuterRef("pk"))))
    )


def entries(viewer: Viewer) -> QuerySet[Entry]:
    """Entries of the catalogue the viewer may read."""
    found: QuerySet[Entry] = Entry.objects.visible_to(viewer).select_related("priority", "level", "owner", "programme")
    return found


def projects(viewer: Viewer) -> QuerySet[Project]:
    """The projects of the programmes the viewer works in."""
    return Project.objects.filter(programme__in=viewer.programmes).select_related("programme", "scope", "framework")


def components(viewer: Viewer) -> QuerySet[Component]:
    """The parts of those projects."""
    return Component.objects.filter(project__programme__in=viewer.programmes).select_related("project")


def search_text(activity: Any) -> str:
    """What a search looks into: folded, so script and diacritics do not matter."""
    parts = [
        activity.reference,
        activity.title,
        activity.venue,
        activity.external_key,
        str(activity.priority or ""),
        str(activity.venue_jurisdiction or ""),
        str(activity.project or ""),
    ]
    words = fold(" ".join(part for part in parts if part))
    # Without marks between them, '2026-000012' is two numbers and not one and a negative one.
    return " ".join("".join(letter if letter.isalnum() else " " for letter in words).split())


# One's own


def attended(person: Person) -> QuerySet[Activity]:
    """Trainings of trainers this person attended."""
    found: QuerySet[Activity] = Activity.objects.past_the_wall("own").filter(
        kind=Kind.TRAIN_THE_TRAINER, places__person=person, places__state__in=TOOK_PART
    )
    return found.distinct()


def own_trainer(person: Person | None) -> Trainer | None:
    """This person in the pool of trainers."""
    mine = Trainer.objects.past_the_wall("own").filter(person=person).select_related("person")
    found: Trainer | None = mine.first() if person else None
    return found


def own_sessions(trainer: Trainer) -> QuerySet[Cascade]:
    """What a trainer reported."""
    found: QuerySet[Cascade] = Cascade.objects.past_the_wall("own").filter(trainer=trainer).select_related("activity")
    return found


def own_pairs(person: Person) -> QuerySet[Pairing]:
    """The pairs this person is one of."""
    pairs: QuerySet[Pairing] = Pairing.objects.past_the_wall("own").filter(Q(host=person) | Q(guest=person))
    return pairs.select_related("host__owner", "guest__owner").prefetch_related("contacts")


def asked_of(people: Collection[Person]) -> QuerySet[Pairing]:
    """Pairs that wait for an answer for one of these people, whom the reader speaks for."""
    host, guest = Q(host__in=people, host_said_yes=None), Q(guest__in=people, guest_said_yes=None)
    found: QuerySet[Pairing] = Pairing.objects.past_the_wall("own").filter(host | guest, state=Pairing.States.PROPOSED)
    return found.select_related("host__owner", "guest__owner").order_by("starts_on")


# Counted


def standings(activities: Iterable[UUID]) -> dict[UUID, tuple[str, date | None]]:
    """State in the pool, and ready since when, of those who attended. Trainers marked RED are nobody's to count."""
    comers = Place.objects.filter(activity__in=activities, state__in=TOOK_PART).values("person")
    rows = Trainer.objects.past_the_wall("counted").filter(person__in=comers).exclude(handling=Handling.RED)
    return {person: (state, ready) for person, state, ready in rows.values_list("person", "state", "ready_on")}
