"""Two at the same moment: real threads, real transactions, real locks.

The first is halted in the middle, after it has read what is free and before it writes; the second then tries the same.
Without the lock on the activity every one of these tests fails, each time: tried by taking the lock out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World, make_world
from throughline.training.choices import HOLDS
from throughline.training.models import Activity, Place
from throughline.training.services import nominating, offers, selecting
from throughline.training.services.moves import carry_out
from throughline.training.services.selecting import Decision

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], Any]
# How long the second is given to overtake. It needs a few hundredths of a second where nothing holds it.
HALT, AT_MOST = 0.6, 30.0


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@dataclass
class Meeting:
    """Two acts, the first halted where it begins to write; what became of each, and whether the second went ahead."""

    monkeypatch: pytest.MonkeyPatch
    outcomes: list[str] = field(default_factory=lambda: ["", ""])
    overtook: bool = False

    def of(self, first: Act, second: Act, *, halted_in: ModuleType) -> list[str]:
        reached, go_on = Event(), Event()
        ahead = Thread(target=self._run, args=(0, first))
        behind = Thread(target=self._run, args=(1, second))

        def halting(*args: Any, **kwargs: Any) -> None:
            if not reached.is_set():
                reached.set()
                go_on.wait(AT_MOST)
            carry_out(*args, **kwargs)

        self.monkeypatch.setattr(halted_in, "carry_out", halting)
        ahead.start()
        assert reached.wait(AT_MOST)
        behind.start()
        behind.join(HALT)
        self.overtook = not behind.is_alive()
        go_on.set()
        for one in (ahead, behind):
            one.join(AT_MOST)
        return self.outcomes

    def _run(self, number: int, act: Act) -> None:
        try:
            act()
            self.outcomes[number] = "done"
        except (Invalid, Refused) as answer:
            self.outcomes[number] = type(answer).__name__
        finally:
            connection.close()


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    return Meeting(monkeypatch)


def nominated(world: World, activity: Activity, *numbers: int) -> list[Place]:
    people = [make_person(world, number=number) for number in numbers]
    return nominating.nominate(world.viewer("alice"), activity=activity, people=people)


def offered(world: World, *numbers: int, capacity: int, lasting: timedelta | None = None) -> list[Place]:
    """The room is full of offers, and the last of these people waits."""
    activity = make_activity(world, capacity=capacity)
    places = nominated(world, activity, *numbers)
    what = ["select"] * capacity + ["wait"]
    decisions = [Decision(place.pk, one, "x") for place, one in zip(places, what, strict=True)]
    selecting.decide(world.viewer("sofia"), activity=activity, decisions=decisions)
    offers.invite(world.viewer("sofia"), activity=activity)
    if lasting is not None:
        Place.objects.filter(pk=places[0].pk).update(offer_ends_at=timezone.now() + lasting)
    return places


def states() -> list[str]:
    return list(Place.objects.order_by("order", "created_at").values_list("state", flat=True))


def held() -> int:
    return Place.objects.filter(state__in=HOLDS).count()


def test_two_of_the_team_give_the_last_place_to_two_people(world: World, meeting: Meeting) -> None:
    activity = make_activity(world, capacity=1)
    first, second = nominated(world, activity, 1, 2)

    def give(who: str, place: Place) -> Act:
        decisions = [Decision(place.pk, "select", "x")]
        return lambda: selecting.decide(world.viewer(who), activity=activity, decisions=decisions)

    outcomes = meeting.of(give("sofia", first), give("simon", second), halted_in=selecting)

    assert (outcomes, meeting.overtook) == (["done", "Invalid"], False)
    assert (states(), held()) == (["selected", "nominated"], 1)


def test_two_contact_points_take_the_last_released_place(world: World, meeting: Meeting) -> None:
    activity = make_activity(world, capacity=1, release_on=timezone.localdate())
    here, there = make_person(world, "RS"), make_person(world, "AL")

    outcomes = meeting.of(
        lambda: nominating.nominate(world.viewer("alice"), activity=activity, people=[here]),
        lambda: nominating.nominate(world.viewer("charlie"), activity=activity, people=[there]),
        halted_in=offers,
    )

    assert (outcomes, meeting.overtook) == (["done", "done"], False)
    assert (sorted(states()), held()) == (["offered", "waiting"], 1)


def test_an_offer_that_ends_while_it_is_accepted_stays_accepted(world: World, meeting: Meeting) -> None:
    """It was in time when it was looked at; its end passes before it is written."""
    first, _second = offered(world, 1, 2, capacity=1, lasting=timedelta(seconds=HALT / 3))

    def end_it() -> None:
        Event().wait(HALT / 2)
        offers.expire_due(Viewer.nobody())

    outcomes = meeting.of(lambda: offers.accept(world.viewer("alice"), place=first), end_it, halted_in=offers)

    assert (outcomes, meeting.overtook) == (["done", "done"], False)
    assert (states(), held()) == (["confirmed", "waiting"], 1)
    assert verify_chain() is None


def test_an_offer_accepted_while_it_ends_has_ended(world: World, meeting: Meeting) -> None:
    """The clock of who accepts still says in time; the place went to the next."""
    first, _second = offered(world, 1, 2, capacity=1, lasting=timedelta(0))

    def accept() -> None:
        Place.objects.filter(pk=first.pk, state="offered").update(offer_ends_at=timezone.now() + timedelta(hours=1))
        offers.accept(world.viewer("alice"), place=first)

    outcomes = meeting.of(lambda: offers.expire_due(Viewer.nobody()), accept, halted_in=offers)

    assert (outcomes, meeting.overtook) == (["done", "Refused"], False)
    assert (states(), held()) == (["expired", "offered"], 1)


def test_one_place_falls_free_twice_at_once_and_is_offered_once(world: World, meeting: Meeting) -> None:
    first, _second, _third = offered(world, 1, 2, 3, capacity=2)

    outcomes = meeting.of(
        lambda: offers.decline(world.viewer("alice"), place=first),
        lambda: offers.withdraw(world.viewer("sofia"), place=first, reason="x"),
        halted_in=offers,
    )

    assert (outcomes, meeting.overtook) == (["done", "Refused"], False)
    assert (states(), held()) == (["declined", "offered", "offered"], 2)


def test_two_duties_end_one_offer_once(world: World, meeting: Meeting) -> None:
    offered(world, 1, 2, capacity=1, lasting=timedelta(0))

    outcomes = meeting.of(
        lambda: offers.expire_due(Viewer.nobody()), lambda: offers.expire_due(Viewer.nobody()), halted_in=offers
    )

    assert (outcomes, meeting.overtook) == (["done", "done"], False)
    assert (states(), held()) == (["expired", "offered"], 1)
