"""The home page counts what the list behind the link shows, for the one who looks."""

import pytest
from django.test import Client

from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def page(client: Client, world: World, who: str, address: str) -> str:
    client.force_login(world.user(who))
    return client.get(address).content.decode()


def test_what_waits_stands_on_the_home_page_and_leads_to_its_list(client: Client, world: World) -> None:
    mine, other = make_incident(world, state="sent"), make_incident(world, "charlie", state="sent")
    home = page(client, world, "bob", "/")
    assert "Incidents to check" in home
    assert "/incidents/?waiting=sent" in home
    listed = page(client, world, "bob", "/incidents/?waiting=sent")
    assert (mine.reference in listed, other.reference in listed) == (True, False)


def test_nothing_waits_for_who_can_do_nothing(client: Client, world: World) -> None:
    incident = make_incident(world, state="sent")
    for who in ("alice", "rita", "outsider"):
        assert "Incidents to check" not in page(client, world, who, "/")
        assert incident.reference not in page(client, world, who, "/incidents/?waiting=sent")


def test_what_changed_lately_is_what_one_may_see(client: Client, world: World) -> None:
    seen, hidden = (
        make_incident(world, state="verified"),
        make_incident(world, state="verified", handling="amber+strict"),
    )
    home = page(client, world, "charlie", "/")
    assert (seen.reference in home, hidden.reference in home) == (True, False)
    assert hidden.reference in page(client, world, "alice", "/")


def test_a_state_that_does_not_wait_is_refused_in_words(client: Client, world: World) -> None:
    incident = make_incident(world, state="verified")
    answer = page(client, world, "bob", "/incidents/?waiting=nonsense")
    assert "Nothing waits in a state of that name." in answer
    assert incident.reference not in answer
