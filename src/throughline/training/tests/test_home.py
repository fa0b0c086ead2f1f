"""What waits at home, and the calendar of somebody who has a place and no role."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.training.home import to_do
from throughline.training.models import Activity, Place
from throughline.training.services import nominating, offers, people
from throughline.training.services import selecting as choosing
from throughline.training.services.selecting import Decision

pytestmark = pytest.mark.django_db


def waiting(world: World, name: str) -> list[tuple[str, int]]:
    return [(str(one.label), one.count) for one in to_do(world.viewer(name)) if one.count]


@pytest.fixture
def invited(world: World) -> Activity:
    """Somebody without a role and a colleague without an account are nominated, and both are offered a place."""
    activity = make_activity(world, title="Surveillance", sessions=1)
    both = [make_person(world, email="outsider@example.org"), make_person(world, number=2)]
    nominating.nominate(world.viewer("alice"), activity=activity, people=both)
    people.claim(world.viewer("outsider"))
    return activity


def offered(world: World, activity: Activity) -> None:
    sofia, places = world.viewer("sofia"), activity.places.values_list("pk", flat=True)
    choosing.decide(sofia, activity=activity, decisions=[Decision(one, "select", "x") for one in places])
    offers.invite(sofia, activity=activity)


def test_the_team_is_told_what_to_decide_and_others_are_not(world: World, invited: Activity) -> None:
    assert waiting(world, "sofia") == [("Nominations to decide: Surveillance", 2)]
    assert [waiting(world, name) for name in ("alice", "charlie", "adam", "outsider")] == [[], [], [], []]


def test_a_participant_is_told_of_their_invitation_and_the_contact_point_of_those_without_account(
    world: World, invited: Activity
) -> None:
    offered(world, invited)

    assert waiting(world, "outsider") == [("Invitations to answer", 1)]
    assert waiting(world, "alice") == [("Places to answer for your people: Surveillance", 1)]
    assert (waiting(world, "sofia"), waiting(world, "charlie")) == ([], [])


def test_the_contact_point_is_told_who_asks_to_be_erased(world: World, invited: Activity) -> None:
    people.ask_erasure(world.viewer("outsider"), person=Place.objects.get(person__account__isnull=False).person)

    assert waiting(world, "bob") == [("People who ask to be erased", 1)]
    assert waiting(world, "charlie") == []


def test_who_has_a_place_and_no_role_finds_it_in_the_own_calendar(
    world: World, invited: Activity, client: Client
) -> None:
    offered(world, invited)
    client.force_login(world.user("outsider"))
    month = f"{invited.starts_on:%Y-%m}"

    mine = client.get(reverse("calendar"), {"mine": "1", "on": month}).content.decode()
    everything = client.get(reverse("calendar"), {"on": month}).content.decode()
    file = client.get(reverse("calendar-file"), {"mine": "1", "view": "list", "on": str(invited.starts_on.year)})

    assert ("Surveillance" in mine, "Surveillance" in everything) == (True, False)
    assert f'<a href="{reverse("training-mine")}">Surveillance</a>' in mine
    assert file.content.decode().count("BEGIN:VEVENT") == 1
    assert reverse("activity-detail", args=[invited.reference]) not in file.content.decode()


def test_who_has_no_place_finds_nothing_there(world: World, invited: Activity, client: Client) -> None:
    client.force_login(world.user("outsider"))

    answer = client.get(reverse("calendar"), {"mine": "1", "on": f"{timezone.localdate():%Y}", "view": "list"})

    assert "Surveillance" not in answer.content.decode()
