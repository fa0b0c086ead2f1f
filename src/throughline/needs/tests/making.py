"""Scales, a method, an exercise, answers and proposals for tests, built through the verbs as people would."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.models import Return
from throughline.kernel.testing.rounds import make_institution
from throughline.kernel.testing.worlds import World
from throughline.needs import bodies, methods, rapid, services
from throughline.needs.models import Body, Exercise, Method, Position, Proposal
from throughline.people.models import Membership, RoleGiven, User
from throughline.reference.models import Taxonomy, Term

SCALES = {
    "needs-relevance": ("relevance-1", "relevance-2", "relevance-3", "relevance-4", "relevance-5"),
    "needs-urgency": ("urgency-low", "urgency-secondary", "urgency-moderate", "urgency-urgent", "urgency-crucial"),
    "proficiency": ("awareness", "practitioner", "advanced-practitioner", "expert", "train-the-trainer"),
    "training-priority": ("cyber-attacks", "counter-terrorism"),
}
TOPICS: tuple[Mapping[str, Any], ...] = (
    {"code": "investigations", "title": "Digital investigations"},
    {"code": "darknet", "title": "Darknet", "part_of": "investigations"},
    {"code": "forensics", "title": "Digital forensics"},
    {"code": "disinformation", "title": "Disinformation", "added": True},
)
PROFILES = ({"code": "investigators", "title": "Investigators"}, {"code": "prosecutors", "title": "Prosecutors"})
# Two police forces and the Serbian border police: topic -> relevance, urgency, proficiency, numbers, national training.
SAID: dict[str, dict[str, tuple[Any, ...]]] = {
    "RS": {
        "investigations": (5, 4, 2, {"investigators": 40, "prosecutors": 10}, "yes"),
        "forensics": (4, 5, 3, {"investigators": 12}, "no"),
        "disinformation": (1, 0, 0, {}, ""),
    },
    "RS border": {
        "investigations": (3, 2, 2, {"investigators": 5}, "no"),
        "forensics": (4, 5, 3, {"investigators": 3}, "no"),
        "disinformation": (0, 0, 0, {}, ""),
    },
    "AL": {
        "investigations": (4, 4, 2, {"investigators": 20}, "no"),
        "forensics": (3, 3, 3, {"investigators": 6}, ""),
        "disinformation": (2, 0, 0, {}, ""),
    },
}


def make_scales() -> dict[str, Taxonomy]:
    """The scales, where they are missing."""
    made = {}
    for code, terms in SCALES.items():
        made[code], _new = Taxonomy.objects.get_or_create(code=code, defaults={"name": code, "to_be_verified": True})
        for order, term in enumerate(terms):
            label = term.replace("-", " ").capitalize()
            Term.objects.get_or_create(taxonomy=made[code], code=term, defaults={"label": label, "order": order})
    return made


def make_method(world: World, number: int = 1, **given: Any) -> Method:
    scales = make_scales()
    values = {
        "code": f"generic-{number}", "title": "Generic method", "number": number, "cutoff": 50,
        "relevance_scale": scales["needs-relevance"], "relevance_weights": "0, 1, 2, 3, 4",
        "urgency_scale": scales["needs-urgency"], "urgency_weights": "0, 1, 2, 3, 4",
        "proficiency_scale": scales["proficiency"], "asked_from": 3, "chain": "rate, urgency, demand, list",
        "decimals": 1, "alternatives": "1, 2, 3, 4, 5\n0, 1, 4, 9, 16", "estimate": "median", "to_be_verified": True,
        **given,
    }  # fmt: skip
    return methods.create_method(world.viewer("sofia"), values=values)


def make_body(world: World, number: int = 1, **given: Any) -> Body:
    """The forum of the programme: 27 votes, two thirds carry."""
    values = {
        "programme": world.programme, "code": f"forum-{number}", "title": "Strategic Cooperation Forum",
        "majority": "two-thirds", "votes": 27, **given,
    }  # fmt: skip
    return bodies.create_body(world.viewer("sofia"), values=values)


def make_exercise(world: World, *, title: str = "Needs 2026", topics: Any = TOPICS, **given: Any) -> Exercise:
    """A draft, as the secretariat prepares it."""
    values = {
        "title": title, "method": Method.objects.first() or make_method(world), "scope": world.programme.scope,
        "body": Body.objects.first() or make_body(world), "baseline": "EU SOCTA 2025",
        "about": "Needs in the digital field.", "results_from": date(2026, 1, 1), "results_to": date(2028, 12, 31),
        **given,
    }  # fmt: skip
    contacts = [{"organisation": world.organisations["police-rs"]}]
    lines = {"topics": list(topics), "profiles": list(PROFILES), "contacts": contacts}
    return services.create(world.viewer("sofia"), programme=world.programme, values=values, lines=lines)


def open_to_all(world: World, exercise: Exercise | None = None) -> Exercise:
    """An exercise that asks the police of Serbia and Albania and the Serbian border police."""
    exercise = exercise or make_exercise(world)
    border = world.organisations.get("border-rs") or _border(world)
    asked = [world.organisations["police-rs"], border, world.organisations["police-al"]]
    due = timezone.localdate() + timedelta(days=30)
    return services.open_exercise(world.viewer("sofia"), exercise=exercise, due_on=due, asked=asked)


def _border(world: World) -> Any:
    """The border police with Boris, who may submit."""
    made = make_institution(world)
    RoleGiven.objects.create(user=world.users["boris"], programme=world.programme, role="verifier")
    return made


def answers_of(exercise: Exercise, who: str, said: Mapping[str, tuple[Any, ...]] | None = None) -> dict[str, str]:
    """What this institution says, as answers at their places in the form."""
    order = {one.code: one.order for one in exercise.topics.all()}
    found = {}
    for code, (relevance, urgency, level, numbers, national) in (said or SAID[who]).items():
        group = f"topic_{order[code]}"
        place = {name: f"{group}/{name}_{order[code]}" for name in ("relevance", "urgency", "proficiency", "national")}
        found[place["relevance"]] = f"relevance-{relevance}" if relevance else "dont-know"
        if relevance >= 3:
            found[place["urgency"]] = SCALES["needs-urgency"][urgency - 1]
            found[place["proficiency"]] = SCALES["proficiency"][level - 1]
            found |= {f"{group}/number_{profile}_{order[code]}": str(number) for profile, number in numbers.items()}
            if national:
                found[place["national"]] = national
    return found


WRITERS = {"RS": ("police-rs", "bob"), "RS border": ("border-rs", "boris"), "AL": ("police-al", "vera")}


def answer(world: World, exercise: Exercise, who: str, *, accepted: bool = True, said: Any = None) -> Return:
    """Write, submit and accept the return of an institution."""
    organisation, name = WRITERS[who]
    ret = Return._default_manager.select_related("round__edition", "owner", "sheet").get(
        round=exercise.round, owner=world.organisations[organisation]
    )
    writer: Viewer = world.viewer(name)
    changes = {place: ("", value) for place, value in answers_of(exercise, who, said).items()}
    rounds.save(writer, holder=ret, changes=changes)
    rounds.submit(writer, ret=ret)
    if accepted:
        rounds.accept(world.viewer("simon"), ret=ret)
    ret.refresh_from_db()
    return ret


STEPS: Sequence[str] = ("open", "closed", "consolidated", "analysed", "reviewed", "validated", "published")


def taken_to(world: World, state: str, exercise: Exercise | None = None) -> Exercise:
    """An exercise taken as far as a state, with the answers of all three institutions."""
    sofia = world.viewer("sofia")
    exercise = open_to_all(world, exercise)
    for who in SAID:
        answer(world, exercise, who)
    steps: tuple[tuple[str, Any], ...] = (
        ("closed", lambda: services.close(sofia, exercise=exercise)),
        ("consolidated", lambda: services.consolidate(sofia, exercise=exercise)),
        ("analysed", lambda: services.analyse(sofia, exercise=exercise)),
        ("reviewed", lambda: reviewed(world, exercise)),
        ("validated", lambda: decided(world, exercise)),
        ("published", lambda: services.publish(sofia, exercise=exercise)),
    )
    for name, step in steps:
        if STEPS.index(name) <= STEPS.index(state):
            step()
    exercise.refresh_from_db()
    return exercise


def reviewed(world: World, exercise: Exercise) -> Any:
    return services.review(
        world.viewer("sofia"), exercise=exercise, experts="Expert group", on=timezone.localdate(), text="Sound."
    )


def decided(world: World, exercise: Exercise, outcome: str = "validated", **given: Any) -> Any:
    today = timezone.localdate()
    values = {
        "meeting": "4th meeting",
        "on": today,
        "outcome": outcome,
        "text": "As discussed.",
        "votes_for": 18,
        **given,
    }
    return services.validate(world.viewer("sofia"), exercise=exercise, **values)


def position_of(exercise: Exercise, code: str) -> Position:
    return exercise.positions.select_related("exercise__method", "jurisdiction", "owner").get(jurisdiction__code=code)


def make_proposal(world: World, by: str = "alice", *, state: str = "draft", **given: Any) -> Proposal:
    """A proposal of the Serbian police, taken to a state."""
    make_scales()
    values = {
        "title": "Drones at the border", "trigger": "Joint action day in May", "topic": "Drones",
        "urgency": Term.objects.get(code="urgency-urgent"), "proficiency": Term.objects.get(code="practitioner"),
        **given,
    }  # fmt: skip
    made = rapid.create(world.viewer(by), programme=world.programme, values=values)
    sofia = world.viewer("sofia")
    steps = (
        ("submitted", lambda: advance(world.viewer(by), record=made, transition="submit")),
        ("screened", lambda: advance(sofia, record=made, transition="screen")),
        ("empact-checked", lambda: rapid.check_empact(sofia, proposal=made, consistency="consistent", text="Fits.")),
        ("assessed", lambda: rapid.assess(
            sofia, proposal=made, urgency=made.urgency, proficiency=made.proficiency, findings="Pressing."
        )),
        ("presented", lambda: advance(sofia, record=made, transition="present")),
        ("agreed", lambda: advance(sofia, record=made, transition="agree", comment="3rd forum")),
        ("in-development", lambda: advance(sofia, record=made, transition="develop")),
    )  # fmt: skip
    order = ["draft", *(name for name, _step in steps)]
    for name, step in steps:
        if order.index(name) <= order.index(state):
            step()
    made.refresh_from_db()
    return made


def also_member(world: World, name: str, organisation: str) -> User:
    """Put a person of the world into one more organisation."""
    Membership.objects.create(user=world.users[name], organisation=world.organisations[organisation])
    return world.users[name]


def problems_of(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    """The fields that were refused."""
    return [one.field for one in error.value.problems]
