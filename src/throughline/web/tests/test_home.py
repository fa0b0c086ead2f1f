"""The home page: what waits for me, and what changed, never more than I may see."""

import pytest
from django.test import Client

from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.ui.waiting import changes_for, waiting_for

pytestmark = pytest.mark.django_db


def waits(world: World, name: str) -> dict[str, int]:
    return {str(item.label): item.count for item in waiting_for(world.viewer(name))["collect"]}


def test_a_colleague_has_it_to_check_and_its_author_does_not(world: World) -> None:
    make_incident(world, "alice", state="sent")
    assert waits(world, "bob") == {"Incidents to check": 1}
    assert waits(world, "sofia") == {"Incidents to check": 1}
    assert waits(world, "alice") == {}


def test_nobody_elsewhere_has_it_to_check(world: World) -> None:
    make_incident(world, "alice", state="sent")
    assert waits(world, "vera") == {}
    assert waits(world, "outsider") == {}


def test_a_verifier_who_wrote_it_is_not_told_to_check_it(world: World) -> None:
    make_incident(world, "sofia", state="sent")
    assert waits(world, "sofia") == {}
    assert waits(world, "simon") == {"Incidents to check": 1}


def test_a_returned_incident_and_a_draft_wait_for_their_author_alone(world: World) -> None:
    make_incident(world, "alice", state="returned")
    make_incident(world, "alice", state="draft")
    assert waits(world, "alice") == {"Incidents returned to you": 1, "Your drafts to send": 1}
    assert waits(world, "bob") == {}


def test_what_changed_is_told_once_a_record_newest_first(world: World) -> None:
    first, second = make_incident(world, "alice", state="verified"), make_incident(world, "alice", state="sent")
    changes = [change for change in changes_for(world.viewer("bob")) if change.url.startswith("/incidents/")]
    assert [(change.label, change.about) for change in changes] == [
        (second.reference, "sent for checking"),
        (first.reference, "verified"),
    ]


def test_a_draft_is_no_news_to_another_organisation(world: World) -> None:
    draft = make_incident(world, "alice", state="draft")
    assert f"/incidents/{draft.reference}/" in {change.url for change in changes_for(world.viewer("bob"))}
    for name in ("charlie", "sofia", "outsider"):
        assert f"/incidents/{draft.reference}/" not in {change.url for change in changes_for(world.viewer(name))}


def test_the_page_shows_both(world: World, client: Client) -> None:
    incident = make_incident(world, "alice", state="sent")
    client.force_login(world.user("bob"))
    html = client.get("/").content.decode()
    assert "Incidents to check" in html
    assert incident.reference in html
    client.force_login(world.user("outsider"))
    html = client.get("/").content.decode()
    assert "Incidents to check" not in html
    assert incident.reference not in html


def test_without_signing_in_one_is_asked_to(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/"


def test_an_illustrative_programme_says_so_on_every_page(world: World, client: Client) -> None:
    client.force_login(world.user("bob"))
    assert "Illustrative data" not in client.get("/").content.decode()
    world.programme.illustrative = True
    world.programme.save()
    assert "Illustrative data" in client.get("/").content.decode()
    assert world.programme.name in client.get("/").content.decode()
