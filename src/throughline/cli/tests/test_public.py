"""Opening a release to everyone, and early warning, by a program and on the command line: the same rules at each door."""

import json
from datetime import date
from typing import Any

import pytest

from throughline.cli.tests.conftest import Call
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.watch import queries, services
from throughline.kernel.watch.models import Flag, Subscription
from throughline.kernel.watch.tests.test_watch import TODAY, copies, months
from throughline.publications.models import Release
from throughline.publications.public.models import CLOSED, OPEN, PROPOSED, PublicEdition
from throughline.publications.public.tests.making import quarter, released

pytestmark = pytest.mark.django_db
WHY = "The quarter is complete."


@pytest.fixture
def release(world: World) -> Release:
    quarter(world)
    return released(world)


def test_two_programs_open_a_release_and_one_closes_it(world: World, release: Release) -> None:
    address = f"/api/v1/releases/{release.reference}/public"
    sofia, simon, alice = (Program(world, name) for name in ("sofia", "simon", "alice"))

    def step(who: Program, name: str, reason: str = WHY) -> Any:
        return who.send("POST", address, {"step": name, "reason": reason})

    assert sofia.get(address).json() == {"release": release.reference, "state": "", "figures": [], "editions": []}
    assert step(sofia, "open").status_code == 409
    assert step(sofia, "propose", " ").status_code == 422
    assert step(alice, "propose").status_code == 403
    proposed = step(sofia, "propose").json()
    assert proposed["state"] == PROPOSED
    assert {one["status"] for one in proposed["figures"]} >= {"shown", "withheld"}
    assert all(one["value"] is None for one in proposed["figures"] if one["status"] == "withheld")
    assert step(sofia, "open").status_code == 403
    assert step(simon, "open").json()["state"] == OPEN
    assert step(simon, "shout").status_code == 422
    assert step(sofia, "close", "A mistake.").json()["state"] == ""
    (told,) = sofia.get("/api/v1/public-editions").json()["items"]
    assert (told["state"], told["opened"]["reason"], told["closed"]["reason"]) == (CLOSED, WHY, "A mistake.")


def test_who_may_not_read_the_release_reads_nothing_of_its_public_edition(world: World) -> None:
    quarter(world)
    amber = released(world, "amber")
    charlie = Program(world, "outsider")
    assert charlie.get(f"/api/v1/releases/{amber.reference}/public").status_code == 404
    assert charlie.get("/api/v1/public-editions").json() == {"items": []}


def test_on_the_command_line(world: World, release: Release, call: Call) -> None:
    sofia, simon = world.user("sofia").email, world.user("simon").email

    def public(*words: str, who: str = sofia) -> Any:
        return call("public", *words, "--as", who)

    assert public("open", release.reference, "--reason", WHY).exit_code == 3
    assert public("propose", release.reference, "--reason", WHY).exit_code == 0
    assert public("open", release.reference, "--reason", WHY).exit_code == 4
    said = public("open", release.reference, "--reason", WHY, who=simon)
    assert said.exit_code == 0, said.output
    assert f"/public/en/releases/{release.reference}/" in said.output
    (row,) = json.loads(public("list", "--format", "json").stdout)
    assert (row["reference"], row["state"], row["withheld"] > 0) == (release.reference, OPEN, True)
    assert public("close", release.reference, "--reason", "A mistake.").exit_code == 0
    assert PublicEdition.objects.get().state == CLOSED


@pytest.fixture
def burst(world: World) -> Flag:
    """Two years of three disputes a month in Serbia, and fifteen in the last."""
    one = make_incident(world, state="verified", handling="green", occurred_on=date(2024, 3, 1))
    copies(one, [day for day in months(24) for _number in range(3)])
    copies(one, [date(2024, 3, 7)] * 14)
    services.look(world.viewer("anna"), today=TODAY)
    return queries.flags(world.viewer("anna")).get()


def test_a_program_reads_and_acknowledges_an_unusual_count(world: World, burst: Flag) -> None:
    anna, outsider = Program(world, "anna"), Program(world, "outsider")
    (told,) = anna.get("/api/v1/warnings").json()["items"]
    assert (told["jurisdiction"], told["type"], told["month"], told["count"]) == ("RS", "public-dispute", "2024-03", 15)
    assert outsider.get("/api/v1/warnings").json() == {"items": []}
    assert outsider.get(f"/api/v1/warnings/{burst.pk}").status_code == 404
    assert anna.send("POST", f"/api/v1/warnings/{burst.pk}/acknowledge", {"reason": " "}).status_code == 422
    done = anna.send("POST", f"/api/v1/warnings/{burst.pk}/acknowledge", {"reason": "One operation."}).json()
    assert (done["reason"], bool(done["acknowledged_at"])) == ("One operation.", True)
    made = anna.send("POST", "/api/v1/warnings/subscriptions", {"programme": "AVM", "jurisdiction": "RS"})
    assert made.status_code == 201
    assert len(anna.get("/api/v1/warnings/subscriptions").json()["items"]) == 1
    assert anna.send("DELETE", f"/api/v1/warnings/subscriptions/{made.json()['id']}", {}).status_code == 200
    assert not Subscription.objects.exists()


def test_unusual_counts_on_the_command_line(world: World, burst: Flag, call: Call) -> None:
    anna = world.user("anna").email

    def warnings(*words: str, who: str = anna) -> Any:
        return call("warnings", *words, "--as", who)

    (row,) = json.loads(warnings("--format", "json").stdout)
    assert (row["id"], row["count"], row["state"]) == (str(burst.pk), 15, "waits")
    assert warnings("--acknowledge", str(burst.pk)).exit_code == 3
    assert warnings("--acknowledge", str(burst.pk), "--reason", "No.", who=world.user("outsider").email).exit_code != 0
    assert warnings("--acknowledge", str(burst.pk), "--reason", "One operation.").exit_code == 0
    assert json.loads(warnings("--format", "json").stdout) == []
    assert len(json.loads(warnings("--all", "--format", "json").stdout)) == 1
    assert warnings("--subscribe", "AVM", "--jurisdiction", "rs").exit_code == 0
    (mine,) = json.loads(warnings("--subscriptions", "--format", "json").stdout)
    assert (mine["programme"], mine["jurisdiction"]) == ("AVM", "RS")
    assert warnings("--unsubscribe", mine["id"]).exit_code == 0
    assert not Subscription.objects.exists()
    assert warnings("--subscribe", "NONE").exit_code != 0
