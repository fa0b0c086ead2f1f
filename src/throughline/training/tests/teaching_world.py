"""A training of trainers that took place, a trainer of it, and people who apply to be paired."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from throughline.kernel.flow.services import advance
from throughline.kernel.testing.training import make_person, training_terms
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Application, Cascade, Pairing, Person, Trainer
from throughline.training.services import cascades, pairing, trainers
from throughline.training.tests.delivering import attend, make_course

TOPICS = ("drugs-trafficking", "cyber-attacks")


def make_training(world: World, *, people: tuple[str, ...] = ("RS", "RS", "AL"), **given: Any) -> Activity:
    """A training of trainers that all these people attended, closed as done yesterday."""
    course = make_course(world, people=people, kind="train-the-trainer", **given)
    attend(world, course, *[(100, 100)] * len(people))
    advance(world.viewer("sofia"), record=course, transition="finish")
    course.refresh_from_db()
    return course


def comer(course: Activity, number: int = 1) -> Person:
    """The so-many-th who attended it."""
    found: Person = course.places.get(order=number).person
    return found


def make_trainer(world: World, course: Activity, number: int = 1, *, by: str = "alice", **given: Any) -> Trainer:
    """One of its participants in the pool, proposed by their contact point."""
    training_terms(world)
    values = {"person": comer(course, number), "through": course, "languages": "en, sr", **given}
    areas = [{"area": world.term(code)} for code in TOPICS]
    return trainers.create(world.viewer(by), programme=world.programme, values=values, areas=areas)


def make_session(
    world: World, trainer: Trainer, *, by: str = "alice", state: str = "reported", number: int = 1, **given: Any
) -> Cascade:
    """A session the trainer held today."""
    values = {
        "activity": trainer.through,
        "trainer": trainer,
        "title": f"Cash couriers {number}",
        "held_on": timezone.localdate(),
        "women": 4,
        "men": 6,
        "sex_not_reported": 1,
        **given,
    }
    made = cascades.report(world.viewer(by), values=values)
    if state == "confirmed":
        advance(world.viewer("sofia"), record=made, transition="confirm")
    made.refresh_from_db()
    return made


def make_application(world: World, person: Person, *, by: str = "alice", **given: Any) -> Application:
    """Someone wishes to be paired."""
    training_terms(world)
    areas = [world.term(code) for code in given.pop("areas", TOPICS)]
    values = {"kind": "exchange", "side": "host", "languages": "en", "named": "", "wish": "", **given}
    return pairing.apply(world.viewer(by), person=person, values=values, areas=areas)


def make_pair(
    world: World,
    number: int = 1,
    *,
    state: str = "proposed",
    guests: str = "police-al",
    by: str = "charlie",
    **given: Any,
) -> Pairing:
    """An officer of Serbia hosts one of Albania (or of the organisation `guests`) for a week; both applied."""
    host = make_person(world, number=10 * number)
    guest = make_person(world, guests[-2:].upper(), of=guests, number=10 * number + 1)
    make_application(world, host, kind=given.get("kind", "exchange"))
    make_application(world, guest, by=by, side="guest", kind=given.get("kind", "exchange"))
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday() + 7)
    values = {
        "kind": "exchange", "host": host, "guest": guest, "starts_on": monday, "ends_on": monday + timedelta(days=4),
        **given,
    }  # fmt: skip
    made = pairing.propose(world.viewer("sofia"), programme=world.programme, values=values)
    if state != "proposed":
        pairing.answer(world.viewer("alice"), pairing=made, side="host", yes=True)
        pairing.answer(world.viewer(by), pairing=made, side="guest", yes=True)
    made.refresh_from_db()
    if state == "under-way":
        advance(world.viewer("sofia"), record=made, transition="start")
    made.refresh_from_db()
    return made
