"""Comments, proposed changes and following from the command line."""

import json

import pytest
from click.testing import Result

from throughline.cli.tests.conftest import Call
from throughline.kernel.following.models import Following
from throughline.kernel.proposing.models import ProposedChange
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def items(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def test_writing_answering_and_resolving(world: World, call: Call) -> None:
    incident = make_incident(world, "alice", state="verified", handling="green")
    about = ("comments", "incident", incident.reference)
    as_ = ("--as", world.user("charlie").email)
    assert call(*about, "--write", "Is the place right?", *as_).exit_code == 0
    [first] = items(call(*about, "--format", "json", *as_))
    call(*about, "--answer", first["id"], "It is.", "--as", world.user("alice").email)
    call(*about, "--settle", first["id"], *as_)
    rows = items(call(*about, "--format", "json", *as_))
    assert [(one["kind"], one["state"], one["text"]) for one in rows] == [
        ("comment", "resolved", "Is the place right?"),
        ("answer", "", "It is."),
    ]


def test_what_may_not_be_read_is_not_there(world: World, call: Call) -> None:
    incident = make_incident(world, "alice", state="verified", handling="amber+strict")
    assert call("comments", "incident", incident.reference, "--as", world.user("charlie").email).exit_code == 3


def test_proposing_and_accepting_a_field(world: World, call: Call) -> None:
    incident = make_incident(world, "alice", state="verified", handling="green")
    charlie, alice = world.user("charlie").email, world.user("alice").email
    given = ("--set", "place=Zemun", "--set", "region=Zemun", "--as", charlie)
    assert call("proposals", "--propose", "incident", incident.reference, *given).exit_code == 0
    made = ProposedChange.objects.get()
    assert call("proposals", "--accept", str(made.pk), "--as", charlie).exit_code == 4
    assert call("proposals", "--accept", str(made.pk), "--field", "place", "--as", alice).exit_code == 0
    incident.refresh_from_db()
    assert (incident.place, incident.region == "Zemun") == ("Zemun", False)
    assert {one["state"] for one in items(call("proposals", "--format", "json", "--as", alice))} == {"part"}


def test_following_and_ending(world: World, call: Call) -> None:
    as_ = ("--as", world.user("anna").email)
    assert call("following", "--follow", "/incidents/?state=verified", "--every", "day", *as_).exit_code == 0
    [one] = items(call("following", "--format", "json", *as_))
    assert (one["what"], one["every"], one["address"]) == ("list", "day", "/incidents/?state=verified")
    assert call("following", "--end", one["id"], *as_).exit_code == 0
    assert not Following.objects.exists()
    assert call("following", "--follow", "/nowhere/", *as_).exit_code == 3
