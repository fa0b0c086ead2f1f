"""Two at the same moment: real threads, real transactions, real locks."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread
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
from throughline.training.services.selecting import Decision

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(acts: Sequence[Callable[[], Any]]) -> list[str]:
    """Do these at the same moment, each on its own connection; what became of each."""
    start, outcomes = Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            outcomes[number] = "done"
        except (Invalid, Refused) as answer:
            outcomes[number] = type(answer).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return outcomes


def nominated(world: World, activity: Activity, *numbers: int) -> list[Place]:
    people = [make_person(world, number=number) for number in numbers]
    return nominating.nominate(world.viewer("alice"), activity=activity, people=people)


def held(activity: Activity) -> int:
    return Place.objects.filter(activity=activity, state__in=HOLDS).count()


@pytest.mark.parametrize("_turn", range(TIMES))
def test_two_of_the_team_give_the_last_place_to_two_people(world: World, _turn: int) -> None:
    activity = make_activity(world, capacity=1)
    places = nominated(world, activity, 1, 2)
    team = [world.viewer("sofia"), world.viewer("simon")]

    def give(actor: Viewer, place: Place) -> Callable[[], Any]:
        decisions = [Decision(place.pk, "select", "x")]
        return lambda: selecting.decide(actor, activity=activity, decisions=decisions)

    outcomes = at_once([give(actor, place) for actor, place in zip(team, places, strict=True)])

    assert sorted(outcomes) == ["Invalid", "done"]
    assert held(activity) == 1


@pytest.mark.parametrize("_turn", range(TIMES))
def test_two_contact_points_take_the_last_released_place(world: World, _turn: int) -> None:
    activity = make_activity(world, capacity=1, release_on=timezone.localdate())
    here, there = make_person(world, "RS"), make_person(world, "AL")
    alice, charlie = world.viewer("alice"), world.viewer("charlie")

    outcomes = at_once([
        lambda: nominating.nominate(alice, activity=activity, people=[here]),
        lambda: nominating.nominate(charlie, activity=activity, people=[there]),
    ])  # fmt: skip

    assert outcomes == ["done", "done"]
    assert sorted(Place.objects.values_list("state", flat=True)) == ["offered", "waiting"]


@pytest.mark.parametrize("_turn", range(TIMES))
def test_an_offer_that_ends_while_it_is_accepted_ends_before_or_after(world: World, _turn: int) -> None:
    activity = make_activity(world, capacity=1)
    first, second = nominated(world, activity, 1, 2)
    sofia, alice = world.viewer("sofia"), world.viewer("alice")
    selecting.decide(
        sofia, activity=activity, decisions=[Decision(first.pk, "select", "x"), Decision(second.pk, "wait", "x")]
    )
    offers.invite(sofia, activity=activity)
    Place.objects.filter(pk=first.pk).update(offer_ends_at=timezone.now())

    outcomes = at_once([
        lambda: offers.accept(alice, place=first),
        lambda: offers.expire_due(Viewer.nobody()),
        lambda: offers.expire_due(Viewer.nobody()),
    ])  # fmt: skip

    assert outcomes == ["Refused", "done", "done"]
    assert list(Place.objects.order_by("order").values_list("state", flat=True)) == ["expired", "offered"]
    assert held(activity) == 1


@pytest.mark.parametrize("_turn", range(TIMES))
def test_a_moment_before_its_end_an_accepted_offer_is_kept(world: World, _turn: int) -> None:
    activity = make_activity(world, capacity=1)
    first, second = nominated(world, activity, 1, 2)
    sofia, alice = world.viewer("sofia"), world.viewer("alice")
    selecting.decide(
        sofia, activity=activity, decisions=[Decision(first.pk, "select", "x"), Decision(second.pk, "wait", "x")]
    )
    offers.invite(sofia, activity=activity)
    Place.objects.filter(pk=first.pk).update(offer_ends_at=timezone.now() + timedelta(milliseconds=60))

    accepted, _ended = at_once([
        lambda: offers.accept(alice, place=first),
        lambda: [offers.expire_due(Viewer.nobody()) for _look in range(15)],
    ])  # fmt: skip

    states = list(Place.objects.order_by("order").values_list("state", flat=True))
    # Whichever came first, they agree: kept by the first, or gone to the second, never both and never neither.
    assert states == (["confirmed", "waiting"] if accepted == "done" else ["expired", "offered"])
    assert held(activity) == 1
    assert verify_chain() is None


@pytest.mark.parametrize("_turn", range(TIMES))
def test_one_place_falls_free_twice_at_once_and_is_offered_once(world: World, _turn: int) -> None:
    activity = make_activity(world, capacity=2)
    first, second, third = nominated(world, activity, 1, 2, 3)
    sofia, alice = world.viewer("sofia"), world.viewer("alice")
    given = [Decision(one.pk, "select", "x") for one in (first, second)] + [Decision(third.pk, "wait", "x")]
    selecting.decide(sofia, activity=activity, decisions=given)
    offers.invite(sofia, activity=activity)

    outcomes = at_once([
        lambda: offers.decline(alice, place=first),
        lambda: offers.withdraw(sofia, place=first, reason="x"),
        lambda: offers.release_due(Viewer.nobody()),
    ])  # fmt: skip

    assert sorted(outcomes) == ["Refused", "done", "done"]
    assert held(activity) == 2
