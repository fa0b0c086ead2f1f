"""A course that took place, with people in it, for the tests of delivery."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import unit_of_work
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.training.attendance import Mark
from throughline.training.models import Activity, Place, Session
from throughline.training.services import teams
from throughline.training.services.attendance import Entry, take


def make_course(world: World, *, people: tuple[str, ...] = ("RS", "RS", "AL"), days: int = 2, **given: Any) -> Activity:
    """A course of the secretariat that ended yesterday, one session a day, with confirmed people."""
    last = timezone.localdate() - timedelta(days=1)
    activity = make_activity(
        world, state="confirmed", sessions=days, starts_on=last - timedelta(days=days - 1), ends_on=last, **given
    )
    join(world, activity, people)
    return activity


def join(world: World, activity: Activity, people: tuple[str, ...], **given: Any) -> list[Place]:
    """Confirmed places for so many people of these jurisdictions; the team may read their names."""
    found = []
    for number, code in enumerate(people, start=1):
        person = make_person(world, code, number=number, **given)
        with unit_of_work(Viewer.nobody(), "test"):
            teams.let_team_read(activity, [person])
        found.append(
            Place.objects.create(
                activity=activity, person=person, organisation=person.owner, jurisdiction=person.jurisdiction,
                sex=person.sex, sector=person.sector, state="confirmed", order=number,
            )
        )  # fmt: skip
    return found


def entry(place: Place, session: Session, percent: int | None, *, excused: bool = False, **given: Any) -> Entry:
    mark = None if percent is None else Mark(percent, excused)
    return Entry(place.pk, session.pk, mark, **given)


def attend(world: World, activity: Activity, *percents: tuple[int, ...]) -> None:
    """Write attendance: a row a person, a number a session."""
    entries = [
        entry(place, session, percent)
        for place, row in zip(activity.places.order_by("order"), percents, strict=True)
        for session, percent in zip(activity.sessions.all(), row, strict=True)
    ]
    take(world.viewer("sofia"), activity=activity, entries=entries)


def states(activity: Activity) -> list[tuple[str, str]]:
    rows = activity.places.order_by("order").values_list("state", "attended")
    return [(state, str(attended)) for state, attended in rows]


def keys(activity: Activity) -> list[UUID]:
    return list(activity.places.order_by("order").values_list("pk", flat=True))
