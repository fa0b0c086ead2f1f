"""What was opened lately: mine alone, and never more than I may still read."""

import pytest

from throughline.kernel.access.choices import Handling
from throughline.kernel.desk import queries, services
from throughline.kernel.desk.models import Opened
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def urls(world: World, name: str) -> list[str]:
    return [one.url for one in queries.recent_for(world.viewer(name))]


def test_what_i_open_is_listed_newest_first_and_once(world: World) -> None:
    first, second = make_incident(world), make_incident(world)
    client = signed_in(world, "alice")
    for record in (first, second, first):
        client.get(f"/incidents/{record.reference}/")
    assert urls(world, "alice") == [f"/incidents/{one.reference}/" for one in (first, second)]
    page = client.get("/recent/").content.decode()
    assert page.index(first.reference) < page.index(second.reference)
    assert first.reference in client.get("/recent/", headers={"HX-Request": "true"}).content.decode()
    assert Opened.objects.count() == 2


def test_it_is_mine_alone_and_forgotten_when_i_say(world: World) -> None:
    record = make_incident(world)
    signed_in(world, "alice").get(f"/incidents/{record.reference}/")
    for name in ("bob", "adam", "outsider"):
        assert urls(world, name) == []
    signed_in(world, "bob").get(f"/incidents/{record.reference}/")
    signed_in(world, "alice").post("/recent/forget/")
    assert (urls(world, "alice"), len(urls(world, "bob"))) == ([], 1)


def test_what_was_refused_is_not_remembered_and_what_was_closed_is_not_shown(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling=Handling.GREEN)
    client = signed_in(world, "charlie")
    client.get(f"/incidents/{record.reference}/")
    assert len(urls(world, "charlie")) == 1
    record.handling = Handling.RED
    record.save()
    from throughline.kernel.access.services import settle  # reason: the test closes it behind the verbs' back

    settle(record)
    assert urls(world, "charlie") == []
    assert record.reference not in client.get("/recent/").content.decode()
    Opened.objects.all().delete()
    client.get(f"/incidents/{record.reference}/")
    assert not Opened.objects.exists()


def test_only_so_many_are_kept(world: World) -> None:
    viewer = world.viewer("alice")
    for number in range(3):
        Opened.objects.create(
            person_id=viewer.key, noun="incident", object_id=make_incident(world, place=f"P{number}").pk
        )
    services.forget_opened(viewer, but=2)
    assert Opened.objects.count() == 2
