"""What of a release everyone may read: two people decide, small numbers are withheld, and it can be taken back."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.suppression import interval
from throughline.kernel.testing.worlds import World
from throughline.publications.models import Release
from throughline.publications.public.cells import counted
from throughline.publications.public.models import CLOSED, OPEN, PROPOSED, PublicEdition
from throughline.publications.public.queries import open_editions, public_edition
from throughline.publications.public.services import close_to_public, open_to_public, propose
from throughline.publications.public.sums import system_of
from throughline.publications.public.tests.making import opened, quarter, released

WHY = "The quarter is complete."


@pytest.fixture
def release(world: World) -> Release:
    quarter(world)
    return released(world)


def test_two_people_open_it_and_one_closes_it(world: World, release: Release) -> None:
    made = propose(world.viewer("sofia"), release=release, reason=WHY)
    assert (made.state, list(open_editions()), public_edition(release.reference)) == (PROPOSED, [], None)
    with pytest.raises(Refused, match="Somebody else"):
        open_to_public(world.viewer("sofia"), edition=made, reason="Me again.")
    assert open_to_public(world.viewer("simon"), edition=made, reason="Checked.").state == OPEN
    assert list(open_editions()) == [made]
    assert close_to_public(world.viewer("sofia"), edition=made, reason="A mistake.").state == CLOSED
    assert list(open_editions()) == []
    written = Entry.objects.filter(verb__endswith="-public").order_by("pk").values_list("verb", "reason")
    assert [one for one in written if one[1]][-3:] == [
        ("release.propose-public", WHY),
        ("release.open-public", "Checked."),
        ("release.close-public", "A mistake."),
    ]
    again = propose(world.viewer("sofia"), release=release, reason="Corrected.")
    assert again.state == PROPOSED


@pytest.mark.parametrize("who", ["anna", "adam", "alice", "outsider"])
def test_others_may_not(world: World, release: Release, who: str) -> None:
    with pytest.raises(Refused):
        propose(world.viewer(who), release=release, reason=WHY)
    made = propose(world.viewer("sofia"), release=release, reason=WHY)
    with pytest.raises(Refused):
        open_to_public(world.viewer(who), edition=made, reason=WHY)
    with pytest.raises(Refused):
        close_to_public(world.viewer(who), edition=made, reason=WHY)


def test_only_clear_is_opened_and_never_without_a_reason_or_twice(world: World) -> None:
    quarter(world)
    with pytest.raises(Refused, match="CLEAR"):
        propose(world.viewer("sofia"), release=released(world, "green"), reason=WHY)
    clear = released(world)
    with pytest.raises(Invalid):
        propose(world.viewer("sofia"), release=clear, reason="  ")
    propose(world.viewer("sofia"), release=clear, reason=WHY)
    with pytest.raises(Conflict):
        propose(world.viewer("simon"), release=clear, reason=WHY)


def test_no_small_number_is_in_it_and_none_can_be_worked_out(world: World, release: Release) -> None:
    content = opened(world, release).content
    shown = {one["id"]: one["value"] for one in content["figures"] if one["status"] == "shown"}
    assert [value for value in shown.values() if 0 < value < 5] == []
    cells = counted(release.document)
    true = {str(one.key): one.value for one in cells if one.value is not None}
    system = system_of({one.key: one.value for one in cells if one.value is not None})
    known = {str(one.key): shown[one.id] for one in cells if one.id in shown}
    small = [name for name, value in true.items() if 0 < value < 5]
    assert small
    for name in small:
        low, high = interval(name, known, system.sums)
        assert (low, high >= 5) == (0, True), name


def test_it_never_changes(world: World, release: Release) -> None:
    made = opened(world, release)
    with pytest.raises(Refused):
        made.save()
    with pytest.raises(Refused):
        made.delete()
    table = PublicEdition._meta.db_table
    for command in (f"UPDATE {table} SET content = '{{}}'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(command)


def test_the_page_of_a_release_takes_it_through_all_steps(world: World, release: Release, client: Client) -> None:
    address = f"/releases/{release.reference}/public/"

    def step(who: str, name: str, reason: str = "Because.") -> Any:
        client.force_login(world.user(who))
        return client.post(address, {"step": name, "reason": reason})

    assert step("sofia", "propose", " ").status_code == 400
    assert step("alice", "propose").status_code == 403
    assert step("sofia", "propose").status_code == 302
    assert step("sofia", "open").status_code == 403
    page = client.get(address).text
    assert "Open to the public" not in page
    assert "withheld" in page
    assert step("simon", "open").status_code == 302
    assert client.get(f"/public/en/releases/{release.reference}/").status_code == 200
    assert "Open to everyone" in client.get(f"/releases/{release.reference}/").text
    assert step("sofia", "close").status_code == 302
    assert client.get(f"/public/en/releases/{release.reference}/").status_code == 410
    assert step("sofia", "close").status_code == 400
