"""A small training programme for tests, built through the verbs as people would."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from throughline.kernel.access.choices import Handling
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.worlds import World
from throughline.people.models import User
from throughline.reference.models import Scope, Taxonomy, Term
from throughline.training.models import Activity, Component, Entry, Person, Project
from throughline.training.services import activities, catalogue
from throughline.training.services.records import begun

TERMS = {
    "training-priority": ("drugs-trafficking", "cyber-attacks", "high-risk-criminal-networks"),
    "proficiency": ("awareness", "practitioner", "advanced-practitioner"),
}
STEPS = {
    "planned": (),
    "confirmed": ("confirm",),
    "done": ("confirm", "finish"),
    "cancelled": ("cancel",),
}


def training_terms(world: World) -> None:
    """The terms of training, put into `world.terms` where they are missing."""
    for code, terms in TERMS.items():
        if terms[0] in world.terms:
            continue
        taxonomy, _new = Taxonomy.objects.get_or_create(code=code, defaults={"name": code})
        for order, one in enumerate(terms):
            label = one.replace("-", " ").capitalize()
            world.terms[one], _new = Term.objects.get_or_create(
                taxonomy=taxonomy, code=one, defaults={"label": label, "order": order}
            )


def make_project(world: World, *, code: str = "WBP", components: Sequence[str] = ("Training portfolio",)) -> Project:
    """A project of the world's programme for the Western Balkans, with components."""
    sofia = world.viewer("sofia")
    project = catalogue.create_project(
        sofia,
        values={
            "programme": world.programme,
            "code": code,
            "title": f"Project {code}",
            "starts_on": date(2024, 1, 1),
            "ends_on": date(2027, 12, 31),
            "scope": Scope.objects.get(code="WB-6"),
        },
    )
    for number, title in enumerate(components, start=1):
        catalogue.create_component(
            sofia, values={"project": project, "number": number, "code": f"{code}-{number}", "title": title}
        )
    return project


def component_of(project: Project, number: int = 1) -> Component:
    """One of its components."""
    return project.components.get(number=number)


def make_entry(world: World, by: str = "sofia", *, state: str = "agreed", **given: Any) -> Entry:
    """An entry of the catalogue, complete enough to be agreed."""
    training_terms(world)
    values = {
        "title": "Financial investigations",
        "aim": "To follow the money.",
        "outcomes": "Participants can open a parallel financial investigation.",
        "target_group": "Investigators.",
        "assessment": "A case worked on in groups.",
        "languages": "en",
        "priority": world.term("drugs-trafficking"),
        **given,
    }
    entry = catalogue.create_entry(world.viewer(by), programme=world.programme, values=values)
    if state in {"agreed", "retired"}:
        advance(world.viewer("sofia"), record=entry, transition="agree")
    if state == "retired":
        advance(world.viewer("sofia"), record=entry, transition="retire", comment="Superseded.")
    return entry


def make_activity(
    world: World, by: str = "sofia", *, state: str = "planned", sessions: int = 0, lines: Any = None, **given: Any
) -> Activity:
    """An activity of three days, in the near future unless it is to be done already.

    `sessions` makes that many, one a day from nine to twelve; `lines` gives sessions and quotas as the verb takes them.
    """
    training_terms(world)
    away = -30 if state == "done" else 60
    starts = given.pop("starts_on", timezone.localdate() + timedelta(days=away))
    ends = given.pop("ends_on", starts + timedelta(days=max(sessions, 3) - 1))
    values = {
        "title": "Financial investigations, basic course",
        "starts_on": starts,
        "ends_on": ends,
        "venue": "Tirana",
        "venue_jurisdiction": world.jurisdictions["AL"],
        "languages": "en",
        "capacity": 20,
        "manager": world.user("sofia"),
        **given,
    }
    told = dict(lines or {})
    if sessions:
        told["sessions"] = [
            session_on(starts + timedelta(days=number), f"Day {number + 1}") for number in range(sessions)
        ]
    activity = activities.create(world.viewer(by), programme=world.programme, values=values, lines=told)
    for step in STEPS[state]:
        advance(world.viewer(by), record=activity, transition=step, comment="For the test.")
    activity.refresh_from_db()
    return activity


def session_on(day: date, title: str = "") -> dict[str, Any]:
    """A morning from nine to twelve."""
    start = timezone.make_aware(datetime.combine(day, time(9)))
    return {"title": title, "starts_at": start, "ends_at": start + timedelta(hours=3)}


def make_person(
    world: World, code: str = "RS", *, account: str = "", number: int = 1, of: str = "", **given: Any
) -> Person:
    """Someone of the police of a jurisdiction (or the organisation `of`), whose record belongs to it.

    `account` names a user of the world.
    """
    owner = world.organisations[of or f"police-{code.lower()}"]
    by = User.objects.filter(memberships__organisation=owner).order_by("email").first() or world.user("sofia")
    values = {
        "name": f"Officer {code} {number}",
        "email": f"officer{number}.{code.lower()}@example.org",
        "sex": "women" if number % 2 else "men",
        "sector": "police",
        "jurisdiction": world.jurisdictions[code],
        "account": world.user(account) if account else None,
        **given,
    }
    viewer = world.viewer(by.email.partition("@")[0])
    return begun(viewer, Person, programme=world.programme, owner=owner.pk, values=values, handling=Handling.STRICT)
