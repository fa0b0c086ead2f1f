"""WB PaCT II as it stands around the day of loading: planned, nominated for, offered, delivered, certified.

By the verbs people use, but for one thing: nobody can be nominated for what is over, so those who were there are put
into their places by a verb of the demonstration (`demo.places`), as their nomination and confirmation would have left them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from throughline.demo.cast_of_people import DOMAIN
from throughline.demo.pact.cast import HOME, Cast
from throughline.demo.tables import rows
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.training import papers, sittings
from throughline.training.attendance import Mark
from throughline.training.choices import PlaceState
from throughline.training.models import Activity, Component, Entry, Person, Place, PlaceStep, Project
from throughline.training.services import activities, attendance, certificates, nominating, offers, selecting, teams
from throughline.training.services import people as keeping
from throughline.training.services.attendance import Entry as Marked

HOURS = "09:00-12:30 Morning\n13:30-16:30 Afternoon"
WEEKDAYS = range(7)
TRAINEE, TRAINER = "trainee", "trainer"
OFFER_HOURS = 480
WROTE = "Illustrative: entered as part of the demonstration."
WHY = "Leads such cases and can pass on what is taught. Illustrative."
CLASHES = "Called to court in that week. Illustrative."
CALLED_OFF = "The host cannot receive us in that week; a new date is looked for. Illustrative."
GOES_AHEAD = "All jurisdictions take part. Illustrative."
# Who had a place in what is over, and who is nominated now: numbers of the table of people, in order.
WERE_THERE = {"OLD": (9, 10), "TOT": (1, 2), "DONE": (3, 4, 5), "RAPID": (5, 12), "LAST": (6, 7, 8)}
ALSO_THERE = {"OLD": TRAINEE, "TOT": TRAINER}
NOMINATED = {"AL": (3, 10, 6, 12), "BA": (3, 6, 10), "ME": (6, 3), "MK": (10, 3, 6, 7), "RS": (3, 10, 6, 7)}
SCORED = {"AL": (82, 74, 61, None), "BA": (77, 69, None), "MK": (88, 80, 71, None)}


@dataclass
class Stage:
    """What is played on: the project, its catalogue, the people by jurisdiction and number, the activities by key."""

    cast: Cast
    project: Project
    entries: dict[str, Entry]
    monday: date
    people: dict[tuple[str, int | str], Person] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)

    @property
    def office(self) -> Viewer:
        return self.cast.office

    def of(self, code: str, numbers: Iterable[int | str]) -> list[Person]:
        return [self.people[code, number] for number in numbers]


def load_underway(cast: Cast, project: Project, entries: dict[str, Entry]) -> Stage:
    """People and activities that are missing; each activity with all that happened to it, whole or not at all."""
    today = timezone.localdate()
    stage = Stage(cast, project, entries, today - timedelta(today.weekday()))
    with transaction.atomic():
        keep_people(stage)
    there = {one.external_key: one for one in Activity.objects.filter(project=project)}
    for row in rows("pact/activities"):
        key = f"PACT2-{row['key']}"
        if key in there:
            stage.activities[row["key"]] = there[key]
            continue
        with transaction.atomic():
            activity = stage.activities[row["key"]] = planned(stage, row, key)
            PLAYS[row["becomes"]](stage, row["key"], activity)
            activity.refresh_from_db()
    return stage


def keep_people(stage: Stage) -> None:
    """A dozen in each jurisdiction, kept by their contact point: functions and numbers, never names.

    One participant and one trainer have accounts, so their own pages have something on them.
    """
    for code, jurisdiction in stage.cast.jurisdictions.items():
        kept = {one.name: one for one in Person.objects.filter(owner=stage.cast.point(code)).exclude(name="")}
        for row in rows("pact/people"):
            name = f"Participant {row['number']}, {jurisdiction} (illustrative)"
            values = {one: row[one] for one in ("function", "unit", "sector", "sex", "languages")}
            values["email"] = f"participant{row['number']}.{code.lower()}@{DOMAIN}"
            stage.people[code, int(row["number"])] = kept.get(name) or add(stage, code, name, values)
        for who in (TRAINEE, TRAINER) if code == HOME else ():
            name = f"{who.capitalize()}, {jurisdiction} (illustrative)"
            values = {"email": f"{who}.{code.lower()}@{DOMAIN}", "sector": "police", "function": "Investigator"}
            stage.people[code, who] = kept.get(name) or add(stage, code, name, values | {"languages": "en, sr"})


def add(stage: Stage, code: str, name: str, values: dict[str, str]) -> Person:
    cast = stage.cast
    return keeping.add(cast.contact(code), programme=cast.programme, values={"name": name, **values})


def planned(stage: Stage, row: dict[str, str], key: str) -> Activity:
    """The activity as the office planned it."""
    entry = stage.entries.get(row["course"])
    starts = stage.monday + timedelta(7 * int(row["week"]))
    ends = starts + timedelta(int(row["days"]) - 1)
    quotas = [
        {"jurisdiction": one, "places": int(row["quota"])} for one in stage.cast.jurisdictions.values() if row["quota"]
    ]
    values: dict[str, Any] = {
        "title": row["title"] or (entry.title if entry else ""),
        "entry": entry,
        "project": stage.project,
        "component": Component.objects.get(project=stage.project, number=row["component"]),
        "kind": row["kind"] or (entry.kind if entry else ""),
        "mode": row["mode"] or (entry.mode if entry else ""),
        "starts_on": starts,
        "ends_on": ends,
        "venue": row["venue"],
        "venue_jurisdiction": stage.cast.jurisdictions.get(row["place"]),
        "languages": "en",
        "capacity": int(row["capacity"]) if row["capacity"] else None,
        "nominate_by": friday(stage, row["closes"]),
        "release_on": friday(stage, row["releases"]),
        "offer_hours": OFFER_HOURS,
        "manager": stage.cast.users["secretariat"],
        "multiplies": stage.activities["TOT"] if row["key"] == "MULTIPLY" else None,
        "external_key": key,
    }
    lines = {"quotas": quotas, "sessions": sittings.from_days(starts, ends, WEEKDAYS, HOURS)}
    return activities.create(stage.office, programme=stage.cast.programme, values=values, lines=lines)


def friday(stage: Stage, week: str) -> date | None:
    """The Friday of a week from now, or today: after the closing day nobody could be nominated but as a reserve."""
    return max(stage.monday + timedelta(7 * int(week) + 4), timezone.localdate()) if week else None


# What becomes of them


def stays_planned(stage: Stage, key: str, activity: Activity) -> None:
    """Nothing yet."""


def confirmed(stage: Stage, key: str, activity: Activity) -> None:
    advance(stage.office, record=activity, transition="confirm", comment=GOES_AHEAD)


def cancelled(stage: Stage, key: str, activity: Activity) -> None:
    advance(stage.office, record=activity, transition="cancel", comment=CALLED_OFF)


def registered(stage: Stage, key: str, activity: Activity) -> None:
    """Open to all; one contact point registered three together."""
    nominating.nominate(
        stage.cast.contact("AL"), activity=activity, people=stage.of("AL", (4, 10, 11)), together=True, motive=WHY
    )
    nominating.nominate(stage.cast.contact("ME"), activity=activity, people=stage.of("ME", (10,)), motive=WHY)


def nominated(stage: Stage, key: str, activity: Activity) -> None:
    """Five of six have nominated, the last of each in reserve; some are scored; nothing is decided."""
    for code, numbers in NOMINATED.items():
        people, contact = stage.of(code, numbers), stage.cast.contact(code)
        first = people if len(people) < 4 else people[:-1]
        nominating.nominate(contact, activity=activity, people=first, motive=WHY)
        if last := people[len(first) :]:
            nominating.nominate(contact, activity=activity, people=last, reserve=True, motive=WHY)
        scores = zip(people, SCORED.get(code, ()), strict=False)
        given = {one.pk: Decimal(number) for one, number in scores if number is not None}
        places = dict(Place.objects.filter(activity=activity, person__in=given).values_list("pk", "person"))
        selecting.score(
            stage.office, activity=activity, scores={place: given[person] for place, person in places.items()}
        )


def offered(stage: Stage, key: str, activity: Activity) -> None:
    """Selected by the rule, invited; most have accepted, one declined and the next was offered; one has to answer."""
    for code in stage.cast.jurisdictions:
        numbers: tuple[int | str, ...] = (TRAINEE, 4, 5, 11) if code == HOME else (4, 5, 11)
        nominating.nominate(stage.cast.contact(code), activity=activity, people=stage.of(code, numbers), motive=WHY)
    selecting.select_by_rule(stage.office, activities=[activity])
    advance(stage.office, record=activity, transition="confirm", comment=GOES_AHEAD)
    offers.invite(stage.office, activity=activity)
    points = {stage.cast.point(code).pk: stage.cast.contact(code) for code in stage.cast.jurisdictions}
    declines = stage.people["ME", 5]
    for place in Place.objects.filter(activity=activity, state=PlaceState.OFFERED).select_related("person", "activity"):
        contact = points[place.person.owner_id]
        if place.person == declines:
            offers.decline(contact, place=place, reason=CLASHES)
        elif place.person.account_id is None:
            offers.accept(contact, place=place)


def attended(stage: Stage, key: str, activity: Activity) -> None:
    """Over, with attendance taken but for the last day: to be looked through and closed."""
    there = were_there(stage, key, activity)
    advance(stage.office, record=activity, transition="confirm", comment=GOES_AHEAD)
    take(stage, activity, there, leave_out=2)


def done(stage: Stage, key: str, activity: Activity) -> None:
    """Over and closed; who has earned a certificate waits for approval."""
    there = were_there(stage, key, activity)
    advance(stage.office, record=activity, transition="confirm", comment=GOES_AHEAD)
    take(stage, activity, there)
    advance(stage.office, record=activity, transition="finish")


def certified(stage: Stage, key: str, activity: Activity) -> None:
    """The same, with the certificates issued."""
    done(stage, key, activity)
    activity.refresh_from_db()
    earned = [one.place.pk for one in certificates.proposed(activity)]
    with papers.press(papers.CERTIFICATE) as press:
        certificates.issue(stage.office, activity=activity, places=earned, press=press)


PLAYS = {
    "planned": stays_planned,
    "confirmed": confirmed,
    "cancelled": cancelled,
    "registered": registered,
    "nominated": nominated,
    "offered": offered,
    "attended": attended,
    "done": done,
    "certified": certified,
}


def were_there(stage: Stage, key: str, activity: Activity) -> list[Place]:
    people = [one for code in stage.cast.jurisdictions for one in stage.of(code, WERE_THERE[key])]
    people += stage.of(HOME, [ALSO_THERE[key]]) if key in ALSO_THERE else []
    return put_in_places(stage.office, activity=activity, people=people)


@verb("demo.places")
def put_in_places(actor: Viewer, *, activity: Activity, people: Sequence[Person]) -> list[Place]:
    """Confirmed places in what is over, each with the step that says where it comes from."""
    places = Place.objects.bulk_create(
        Place(
            activity=activity,
            person=one,
            organisation_id=one.owner_id,
            jurisdiction_id=one.jurisdiction_id,
            sex=one.sex,
            sector=one.sector,
            state=PlaceState.CONFIRMED,
            order=number,
            nominated_by_id=one.created_by_id,
        )
        for number, one in enumerate(people, start=1)
    )
    PlaceStep.objects.bulk_create(
        [PlaceStep(place=one, source="", target=one.state, reason=WROTE, by_id=actor.person) for one in places]
    )
    teams.let_team_read(activity, people)
    note(activity, after={"places": len(places)})
    mark("activity", [activity.pk])
    return places


def take(stage: Stage, activity: Activity, places: Sequence[Place], leave_out: int = 0) -> None:
    """Attendance by hand: the last but one missed half of a day, the last came to one morning; the others to all."""
    held = list(activity.sessions.all())
    held = held[: len(held) - leave_out]
    some = {places[-2].pk: len(held) - 1, places[-3].pk: 1}
    entries = [
        Marked(place.pk, session.pk, Mark(0 if number >= some.get(place.pk, len(held)) else 100))
        for place in places
        for number, session in enumerate(held)
    ]
    attendance.take(stage.office, activity=activity, entries=entries)
