"""Activities that are done, with many people in them, written many at once as a load would."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from throughline.kernel.ids import new_id
from throughline.kernel.measures.outbox import mark
from throughline.kernel.testing.training import make_activity, make_person, make_project
from throughline.kernel.testing.worlds import World
from throughline.results.choices import Kind, Origin
from throughline.results.services import DEFINITION, FRAMEWORK, INDICATOR, TARGET
from throughline.training.choices import ActivityState, PlaceState
from throughline.training.models import Activity, Person, Place, Project

NUMBERS = count(1)
Seat = tuple[str, str, str]  # jurisdiction, sex, sector


def cloned(record: Any, **given: Any) -> Any:
    """Another row like this one."""
    other = copy(record)
    other.pk, other.reference = new_id(), f"{record.reference}-{next(NUMBERS)}"
    for name, value in given.items():
        setattr(other, name, value)
    return other


def held(world: World, number: int = 1, *, state: str = ActivityState.DONE, **given: Any) -> list[Activity]:
    """So many activities alike, in this state."""
    first = make_activity(world, starts_on=date(2025, 3, 3), ends_on=date(2025, 3, 5), **given)
    rows = [cloned(first, state=state) for _each in range(number - 1)]
    Activity.objects.bulk_create(rows)
    Activity.objects.filter(pk=first.pk).update(state=state)
    mark("activity", [first.pk, *(one.pk for one in rows)])
    return [first, *rows]


def seated(
    world: World, activities: Sequence[Activity], seats: Iterable[Seat], *, state: str = "attended"
) -> list[Place]:
    """A new person in each seat, the seats dealt out over the activities."""
    first = make_person(world, number=next(NUMBERS) + 1000)
    people, places = [], []
    for number, (code, sex, sector) in enumerate(seats):
        where = world.jurisdictions[code]
        person = cloned(first, jurisdiction=where, sex=sex, sector=sector, email="")
        people.append(person)
        activity = activities[number % len(activities)]
        places.append(Place(activity=activity, person=person, organisation_id=person.owner_id, jurisdiction=where, sex=sex, sector=sector, state=PlaceState(state)))  # fmt: skip
    Person.objects.bulk_create(people)
    Place.objects.bulk_create(places)
    mark("activity", [one.pk for one in activities])
    return places


def project_with_targets(
    world: World, code: str = "WBP", *, activities: int = 67, participations: int = 1247
) -> Project:
    """A project that has ended, whose framework holds both targets, its indicators answered by the records."""
    project = make_project(world, code=code)
    project.ends_on = date(2025, 12, 31)
    sofia = world.viewer("sofia")
    framework = FRAMEWORK.create(
        sofia, values={"programme": world.programme, "code": code, "title": f"{code}: targets"}
    )
    for order, (measure, number) in enumerate(
        (("training-activities", activities), ("training-participations", participations)), start=1
    ):
        indicator = INDICATOR.create(
            sofia,
            values={"framework": framework, "code": f"{code}.{order}", "label": f"Target {order}", "order": order},
        )
        values = {"indicator": indicator, "number": 1, "title": measure, "kind": Kind.COUNT, "direction": "rise"}
        DEFINITION.create(
            sofia, values={**values, "origin": Origin.COMPUTED, "measure": measure, "where": f"project: {code}"}
        )
        TARGET.create(sofia, values={"indicator": indicator, "number": Decimal(number), "source": "As published."})
    project.framework = framework
    project.save()
    return project
