"""Activities that are over, as rows of the database: many at once, with sessions, people, places and attendance.

People have no name: they stand there as erased, with what figures need and nothing else.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from throughline.demo.pact.generator import Planned, Seat, Someone
from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Record
from throughline.kernel.access.references import take
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.models import Step
from throughline.kernel.history.unit import note_many, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.statistics import refresh_statistics
from throughline.people.models import User
from throughline.reference.models import Jurisdiction, Organisation, Term
from throughline.training.attendance import Mark, tally
from throughline.training.choices import ActivityState
from throughline.training.models import Activity, Attendance, Entry, Person, Place, PlaceStep, Project, Session
from throughline.training.queries import search_text

CHUNK = 2000
NEEDED = 80
# Who took part was erased a year after their last activity, as the activities ask: figures stay, and nobody is left to nominate.
KEPT_DAYS = 365
HOURS = (time(9), time(16))
MODELS = (Activity, Session, Person, Place, PlaceStep, Attendance, Step)


@dataclass
class Desk:
    """What every row refers to, looked up once. Owners and authors are those who nominate, by jurisdiction."""

    project: Project
    office: User
    owners: dict[str, Organisation]
    authors: dict[str, User]
    jurisdictions: dict[str, Jurisdiction]
    priorities: dict[str, Term]
    entries: dict[str, Entry] = field(default_factory=dict)
    audiences: dict[tuple[Any, Any], int] = field(default_factory=dict)

    def stamped(self, model: type[Record], owner: Organisation, author: User, handling: str) -> dict[str, Any]:
        """What a record of any kind holds about itself."""
        if (model, owner.pk) not in self.audiences:
            tokens = tokens_for(
                handling=handling, owner=owner.pk, programme=self.project.programme_id, author=author.pk, private=False
            )
            self.audiences[model, owner.pk] = audience_id(tokens)
        return {
            "programme": self.project.programme,
            "owner": owner,
            "handling": handling,
            "audience_id": self.audiences[model, owner.pk],
            "private": False,
            "illustrative": True,
            "created_by": author,
            "changed_by": author,
        }


@verb("demo.training")
def load(actor: Viewer, *, desk: Desk, planned: list[Planned]) -> int:
    """The activities that are missing, in one transaction; says how many.

    Order: activities with sessions; people; places with attendance; one line of history each; facts; the database looks
    at what came.
    """
    there = set(Activity.objects.filter(project=desk.project).values_list("external_key", flat=True))
    wanted = [one for one in planned if one.key not in there]
    if not wanted:
        return 0
    activities = write_activities(wanted, desk)
    people = write_people(wanted, desk)
    places = write_places(wanted, activities, people, desk)
    refresh_statistics(*MODELS)
    tell(activities.values(), people.values(), places)
    return len(wanted)


def tell(activities: Iterable[Activity], people: Iterable[Person], places: list[Place]) -> None:
    planned = list(activities)
    for records in (planned, list(people), places):
        note_many((one, None, {"state": one.state, "illustrative": True}) for one in records)
    mark("activity", [one.pk for one in planned])


def numbered(prefix: str, years: Iterable[int]) -> Iterator[str]:
    """A reference for each, of its year, in the order given."""
    ordered = list(years)
    taken = {year: iter(take(f"{prefix}-{year}", number)) for year, number in sorted(Counter(ordered).items())}
    for year in ordered:
        yield next(taken[year])


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def write_activities(wanted: list[Planned], desk: Desk) -> dict[str, Activity]:
    references = numbered(Activity.reference_prefix, (one.starts_on.year for one in wanted))
    shared = desk.stamped(Activity, desk.project.programme.secretariat, desk.office, Handling.GREEN)
    found = {
        one.key: activity_of(one, reference, shared, desk) for one, reference in zip(wanted, references, strict=True)
    }
    Activity.objects.bulk_create(found.values())
    Session.objects.bulk_create(
        Session(
            activity=found[one.key],
            title=f"Day {number}",
            starts_at=moment(day, HOURS[0]),
            ends_at=moment(day, HOURS[1]),
        )
        for one in wanted
        for number, day in enumerate(one.days, start=1)
    )
    ways = {
        ActivityState.DONE: (("confirm", "planned", "confirmed"), ("finish", "confirmed", "done")),
        ActivityState.CANCELLED: (("cancel", "planned", "cancelled"),),
    }
    Step.objects.bulk_create(
        Step(noun="activity", object_id=one.pk, transition=name, source=source, target=target, by=desk.office,
             comment=one.cancelled_because if name == "cancel" else "")
        for one in found.values()
        for name, source, target in ways[ActivityState(one.state)]
    )  # fmt: skip
    return found


def activity_of(one: Planned, reference: str, shared: dict[str, Any], desk: Desk) -> Activity:
    activity = Activity(
        reference=reference,
        state=ActivityState.CANCELLED if one.cancelled_because else ActivityState.DONE,
        title=one.title,
        entry=desk.entries.get(one.course.key),
        project=desk.project,
        kind=one.course.kind,
        mode=one.mode,
        priority=desk.priorities.get(one.course.priority),
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        venue=one.venue,
        venue_jurisdiction=desk.jurisdictions.get(one.jurisdiction),
        languages="en",
        capacity=one.capacity or None,
        attendance_needed=NEEDED,
        retention_days=KEPT_DAYS,
        cancelled_because=one.cancelled_because,
        external_key=one.key,
        **shared,
    )
    activity.search_text = search_text(activity)
    return activity


def write_people(wanted: list[Planned], desk: Desk) -> dict[str, Person]:
    """Each person once, numbered by the year they first came."""
    first: dict[str, tuple[Someone, int]] = {}
    last: dict[str, date] = {}
    for one in wanted:
        for seat in one.seats:
            first.setdefault(seat.person.key, (seat.person, one.starts_on.year))
            last[seat.person.key] = one.ends_on
    references = numbered(Person.reference_prefix, (year for _who, year in first.values()))
    found = {}
    for (key, (who, _year)), reference in zip(first.items(), references, strict=True):
        owner, author = desk.owners[who.jurisdiction], desk.authors[who.jurisdiction]
        found[key] = Person(
            reference=reference,
            state="kept",
            sex=who.sex,
            sector=who.sector,
            jurisdiction=desk.jurisdictions[who.jurisdiction],
            erased_at=moment(last[key] + timedelta(KEPT_DAYS + 1), time(3)),
            **desk.stamped(Person, owner, author, Handling.STRICT),
        )
    Person.objects.bulk_create(found.values(), batch_size=CHUNK)
    return found


def write_places(
    wanted: list[Planned], activities: dict[str, Activity], people: dict[str, Person], desk: Desk
) -> list[Place]:
    sessions: dict[Any, list[Session]] = {}
    for session in Session.objects.filter(activity__in=activities.values()).order_by("starts_at"):
        sessions.setdefault(session.activity_id, []).append(session)
    places, attended = [], []
    for one in wanted:
        activity, orders = activities[one.key], Counter[str]()
        for seat in one.seats:
            orders[seat.person.jurisdiction] += 1
            place = place_of(seat, activity, people[seat.person.key], desk)
            place.order = orders[seat.person.jurisdiction]
            places.append(place)
            attended += [
                Attendance(place=place, session=session, percent=percent, by=desk.office, at=session.ends_at)
                for session, percent in zip(sessions[activity.pk], shown(seat, one), strict=True)
            ]
    Place.objects.bulk_create(places, batch_size=CHUNK)
    PlaceStep.objects.bulk_create(
        [PlaceStep(place=one, source="", target=one.state, by=desk.office) for one in places],
        batch_size=CHUNK,
    )
    Attendance.objects.bulk_create(attended, batch_size=CHUNK)
    return places


def shown(seat: Seat, one: Planned) -> tuple[int, ...]:
    """The percent of each session; nought for who never came."""
    return seat.percents or (0,) * len(one.days)


def place_of(seat: Seat, activity: Activity, person: Person, desk: Desk) -> Place:
    """The place as closing the activity would have left it."""
    days = (activity.ends_on - activity.starts_on).days + 1
    percents = seat.percents or (0,) * days
    counted = tally(range(days), {number: Mark(percent) for number, percent in enumerate(percents)})
    return Place(
        activity=activity,
        person=person,
        organisation=person.owner,
        jurisdiction=person.jurisdiction,
        sex=person.sex,
        sector=person.sector,
        state=counted.standing(NEEDED),
        attended=counted.percent,
        nominated_by=person.created_by,
    )
