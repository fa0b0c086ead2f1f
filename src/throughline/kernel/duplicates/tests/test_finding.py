"""Which pairs are found: at entry, by the sweep; and to whom they are shown."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.incidents.duplicates import DUPLICATES
from throughline.kernel.access.choices import Handling
from throughline.kernel.duplicates import queries
from throughline.kernel.duplicates.blocking import alike
from throughline.kernel.duplicates.models import Pair, Sweep
from throughline.kernel.duplicates.services import declare_different
from throughline.kernel.duplicates.sweeping import catch_up, in_use, sweep
from throughline.kernel.testing.worlds import World, make_incident


def two(world: World, **given: Any) -> tuple[Any, Any]:
    """The same thing entered twice: a day apart, the place spelt in another script."""
    first = make_incident(world, state="sent", place="Novi Sad", **given)
    second = make_incident(world, state="sent", place="Нови Сад", occurred_on=date(2024, 3, 8), **given)
    return first, second


def found(world: World, name: str) -> list[set[Any]]:
    return [{pair.left_id, pair.right_id} for pair in queries.pairs_for(world.viewer(name), DUPLICATES)]


def test_the_sweep_finds_what_was_entered_twice_and_says_why(world: World) -> None:
    one, other = two(world)
    make_incident(
        world, state="sent", place="Niš", kind="suicide", occurred_on=date(2024, 9, 1), narrative="Found dead."
    )

    done = sweep(DUPLICATES)

    pair = Pair.objects.get()
    assert {pair.left_id, pair.right_id} == {one.pk, other.pk}
    assert {piece["part"] for piece in pair.evidence} == {"jurisdiction", "date", "type", "place", "text"}
    assert pair.points == round(sum(piece["points"] for piece in pair.evidence), 1)
    assert (done.records, done.found, pair.version) == (3, 1, DUPLICATES.version)


def test_catching_up_finds_the_same_and_forgets_what_was_put_right(world: World) -> None:
    first, second = two(world)
    sweep(DUPLICATES)
    Pair.objects.all().delete()

    assert catch_up(DUPLICATES).found == 1
    type(first).objects.filter(pk=second.pk).update(
        place="Kragujevac", occurred_on=date(2023, 1, 1), narrative="Other words."
    )
    catch_up(DUPLICATES)

    assert Pair.objects.count() == 0
    assert Sweep.objects.get().records == 2


def test_a_pair_declared_different_is_never_proposed_again(world: World) -> None:
    one, other = two(world)
    sweep(DUPLICATES)

    declare_different(world.viewer("alice"), one=one, other=other, reason="two quarrels")
    sweep(DUPLICATES)
    catch_up(DUPLICATES)

    assert found(world, "alice") == []
    assert Pair.objects.get().state == "different"


def test_a_pair_is_shown_to_those_alone_who_may_read_both(world: World) -> None:
    one = make_incident(world, state="sent", handling=Handling.GREEN)
    other = make_incident(world, state="sent", handling=Handling.STRICT)
    sweep(DUPLICATES)

    assert found(world, "alice") == found(world, "bob") == [{one.pk, other.pk}]
    assert found(world, "charlie") == found(world, "sofia") == found(world, "outsider") == []


def test_the_page_of_pairs_costs_the_same_for_one_pair_and_ten(world: World, client: Client) -> None:
    client.force_login(world.user("alice"))
    two(world)
    sweep(DUPLICATES)
    client.get(reverse("duplicates"))
    with CaptureQueriesContext(connection) as once:
        client.get(reverse("duplicates"))
    for number in range(5):
        two(world, narrative=f"Shots were fired in street {number} after a quarrel.")
    sweep(DUPLICATES)

    with CaptureQueriesContext(connection) as often:
        page = client.get(reverse("duplicates"))

    assert page.status_code == 200
    assert Pair.objects.count() > 5
    assert len(often) == len(once)


@pytest.mark.parametrize(("name", "seen"), [("alice", True), ("bob", True), ("charlie", False), ("outsider", False)])
def test_side_by_side_is_not_found_for_who_may_not_read_both(
    world: World, client: Client, name: str, *, seen: bool
) -> None:
    one = make_incident(world, state="sent", handling=Handling.GREEN)
    other = make_incident(world, state="sent", handling=Handling.STRICT)
    client.force_login(world.user(name))

    page = client.get(reverse("duplicates-compare", args=["incident", one.reference, other.reference]))

    assert page.status_code == (200 if seen else 404)
    # 'Not found' repeats the address that was asked for, and nothing else of either record.
    assert (other.narrative in page.content.decode()) is seen


def typed(world: World, **more: str) -> dict[str, str]:
    return {
        "jurisdiction": "RS", "occurred_on": "7.3.2024", "kind": "public-dispute", "place": "Novi Grad",
        "narrative": "Shots were fired after a quarrel.", **more,
    }  # fmt: skip


def test_while_it_is_typed_the_form_shows_what_looks_alike_and_saving_is_not_stopped(
    world: World, client: Client
) -> None:
    known = make_incident(world, state="sent")
    client.force_login(world.user("alice"))

    shown = client.post(reverse("duplicates-look", args=["incident"]), typed(world)).content.decode()
    saved = client.post(reverse("incident-add"), {**typed(world), "_do": "save", "owner": "police-rs"})

    assert known.reference in shown
    assert saved.status_code == 302
    assert type(known).objects.count() == 2


def test_what_one_may_not_read_is_not_shown_while_typing(world: World, client: Client) -> None:
    make_incident(world, state="sent", handling=Handling.STRICT)
    client.force_login(world.user("charlie"))

    shown = client.post(reverse("duplicates-look", args=["incident"]), typed(world))

    assert shown.status_code == 200
    assert shown.content.decode().strip() == ""


def test_half_a_form_is_looked_at_in_peace(world: World, client: Client) -> None:
    client.force_login(world.user("alice"))

    shown = client.post(reverse("duplicates-look", args=["incident"]), {"occurred_on": "31.2.2024", "kind": "nonsense"})

    assert (shown.status_code, shown.content.decode().strip()) == (200, "")


def test_the_stored_and_the_typed_give_the_same_points(world: World) -> None:
    one, other = two(world, people=[{"side": "victim", "outcome": "killed", "sex": "men"}])
    rows = in_use(DUPLICATES)

    ((_one, _other, points),) = alike(DUPLICATES, list(DUPLICATES.profiles(rows)))
    raw = {"jurisdiction": "RS", "occurred_on": "2024-03-08", "kind": "public-dispute", "place": "Нови Сад",
           "narrative": other.narrative, "people": [{"side": "victim", "outcome": "killed", "sex": "men"}]}  # fmt: skip
    resource = queries.resource_of(DUPLICATES)
    (first, *_rest) = [
        one_ for one_ in queries.candidates_for_input(world.viewer("alice"), resource, raw) if one_.record.pk == one.pk
    ]

    assert first.score == points
