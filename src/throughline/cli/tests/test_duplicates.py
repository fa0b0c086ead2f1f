"""Duplicates by the API, from the command line, in the preview of a file, as work in the background, and two people at once."""

import json
from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from throughline.cli.tests.conftest import Call
from throughline.incidents.duplicates import DUPLICATES
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Refused
from throughline.kernel.duplicates.models import Merge, Pair
from throughline.kernel.duplicates.services import merge
from throughline.kernel.duplicates.sweeping import sweep
from throughline.kernel.duplicates.tasks import SWEEP
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.jobs.worker import run_next
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.worlds import World, make_incident, make_world

API = "/api/v1/duplicates/incident"
FILE = """Nr,Date,Type,Place,Narrative
N-1,07.03.2024,Public dispute,Novi Sad,Shots were fired after a quarrel.
N-2,11.09.2024,Suicide,Kanjiža,Found at home.
N-3,11.09.2024,Suicide,Kanjiza,Found at home.
"""


def twice(world: World, **given: Any) -> tuple[Incident, Incident]:
    return make_incident(world, state="sent", **given), make_incident(
        world, state="sent", occurred_on=date(2024, 3, 8), **given
    )


# By the API


def test_a_program_lists_merges_and_undoes(world: World) -> None:
    one, other = twice(world, place="Novi Sad")
    sweep(DUPLICATES)
    alice = Program(world, "alice")

    (pair,) = alice.get(API).json()["items"]
    made = alice.send("POST", f"{API}/merge", {"winner": one.reference, "loser": other.reference, "reason": "Same."})
    closed = alice.get(f"/api/v1/incidents/{other.reference}").json()
    undone = alice.send("POST", f"{API}/{other.reference}/undo", {})

    assert {pair["one"], pair["other"]} == {one.reference, other.reference}
    assert (made.status_code, made.json()["winner"]) == (201, one.reference)
    assert (closed["state"], closed["merged_into"]) == ("closed", one.reference)
    assert undone.json() == {"undone": made.json()["merge"], "winner": one.reference, "loser": other.reference}
    assert Incident.objects.get(pk=other.pk).state == "sent"


def test_charlie_gets_no_pair_and_merges_nothing(world: World) -> None:
    one, other = twice(world, handling=Handling.STRICT)
    sweep(DUPLICATES)
    charlie = Program(world, "charlie")

    asked = charlie.send("POST", f"{API}/merge", {"winner": one.reference, "loser": other.reference})
    never = charlie.send("POST", f"{API}/merge", {"winner": "AV-2024-999998", "loser": "AV-2024-999999"})

    assert charlie.get(API).json()["items"] == []
    # A pair of somebody else's is answered as one there is not.
    assert (asked.status_code, never.status_code) == (404, 404)
    assert {name: value for name, value in asked.json().items() if name != "instance"} == {
        name: value for name, value in never.json().items() if name != "instance"
    }
    assert not Merge.objects.exists()


@pytest.mark.parametrize(
    ("path", "more", "field"),
    [
        ("merge", {"take": "narrative"}, "take"),
        ("merge", {"take": ["no-such-field"]}, "take"),
        ("merge", {"keep": {"people": ["not a number"]}}, "keep"),
    ],
)
def test_what_makes_no_sense_names_the_field(world: World, path: str, more: dict[str, Any], field: str) -> None:
    one, other = twice(world)

    answer = Program(world, "alice").send(
        "POST", f"{API}/{path}", {"winner": one.reference, "loser": other.reference, **more}
    )

    assert (answer.status_code, [problem["field"] for problem in answer.json()["problems"]]) == (422, [field])
    assert not Merge.objects.exists()


def test_a_program_looks_before_it_sends_and_declares_two_different(world: World) -> None:
    one, other = twice(world)
    bob = Program(world, "bob")
    body = {
        "jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "public-dispute", "place": one.place,
        "narrative": one.narrative,
    }  # fmt: skip

    alike = {item["reference"] for item in bob.send("POST", f"{API}/look", body).json()["items"]}
    parted = bob.send("POST", f"{API}/different", {"one": one.reference, "other": other.reference, "reason": "Two."})
    sweep(DUPLICATES)

    assert alike == {one.reference, other.reference}
    assert parted.json()["state"] == "different"
    assert bob.get(API).json()["items"] == []
    assert len(bob.get(f"{API}?state=different").json()["items"]) == 1
    assert bob.get("/api/v1/duplicates/notice").status_code == 404


# From the command line


def test_the_whole_of_it_from_the_command_line(call: Call, world: World) -> None:
    one, other = twice(world, place="Novi Sad")
    as_alice = ("--as", world.user("alice").email, "--format", "json")

    def said(*arguments: str) -> Any:
        result = call("duplicates", *arguments, *as_alice)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert said("sweep", "incident")[0]["pairs you may read"] == 1
    (pair,) = said("list", "incident")
    assert {pair["one"], pair["other"]} == {one.reference, other.reference}
    said("merge", "incident", one.reference, other.reference, "--reason", "Same report")
    assert said("where", "incident", other.reference) == {"merged": other.reference, "into": one.reference}
    said("undo", "incident", other.reference)
    said("different", "incident", one.reference, other.reference)
    assert said("list", "incident") == []
    assert len(said("list", "incident", "--state", "different")) == 1


def test_the_command_line_refuses_as_the_page_does(call: Call, world: World) -> None:
    one, other = twice(world, handling=Handling.GREEN)
    hidden, _too = twice(world, handling=Handling.STRICT)

    def code(who: str, *arguments: str) -> int:
        return call("duplicates", *arguments, "--as", world.user(who).email).exit_code

    assert code("charlie", "merge", "incident", one.reference, other.reference) == 4
    assert code("charlie", "merge", "incident", one.reference, hidden.reference) == 3
    assert code("charlie", "where", "incident", hidden.reference) == 3
    assert code("alice", "undo", "incident", one.reference) == 3
    assert code("alice", "list", "no-such-noun") == 3
    assert not Merge.objects.exists()


# In the preview of a file


def preview(call: Call, world: World, file: Path, who: str) -> dict[str, Any]:
    meant = ("Nr=external_key", "Date=occurred_on", "Type=kind", "Place=place", "Narrative=narrative")
    maps = [part for one in meant for part in ("--map", one)]
    result = call(
        "import", "incident", str(file), *maps, "--constant", "jurisdiction=RS", "--dry-run", "--format", "json", "--as",
        world.user(who).email,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def test_the_preview_says_what_new_rows_look_like(call: Call, world: World, tmp_path: Path) -> None:
    known = make_incident(world, state="sent", place="Novi Sad")
    file = tmp_path / "new.csv"
    file.write_text(FILE)

    told = preview(call, world, file, "alice")

    assert told["counts"]["new"] == 3
    assert [(one["row"], one["record"], one["like_row"]) for one in sorted(told["alike"], key=lambda one: one["row"])] == [
        (2, known.reference, None),
        (4, "", 3),
    ]  # fmt: skip


def test_the_preview_is_silent_on_what_one_may_not_read(call: Call, world: World, tmp_path: Path) -> None:
    make_incident(world, "charlie", state="sent", place="Novi Sad", handling=Handling.STRICT)
    file = tmp_path / "new.csv"
    file.write_text(FILE)

    assert [one["row"] for one in preview(call, world, file, "alice")["alike"]] == [4]


# As work in the background


def test_asked_for_on_the_page_the_sweep_runs_and_tells_what_this_person_may_read(world: World, client: Client) -> None:
    twice(world)
    twice(world, handling=Handling.STRICT)
    for who, seen in (("alice", 6), ("charlie", 1)):
        job = enqueue(world.viewer(who), task=SWEEP, arguments={"noun": "incident"})
        run_next()
        job.refresh_from_db()
        assert (job.state, job.result) == ("done", {"pairs": seen})
    client.force_login(world.user("alice"))

    asked = client.post("/duplicates/incident/sweep/")

    assert asked.status_code == 302
    client.force_login(world.user("outsider"))
    assert client.post("/duplicates/incident/sweep/").status_code == 403


# Two people at once


@pytest.fixture
def lasting(transactional_db: None) -> World:
    return make_world()


def test_two_people_merge_the_same_two_each_way_at_once(lasting: World) -> None:
    """One merges, the other is told; never a circle, never two."""
    one, other = twice(lasting)
    ready, outcomes = Barrier(2), []

    def act(who: str, winner: Incident, loser: Incident) -> None:
        viewer = lasting.viewer(who)
        ready.wait()
        try:
            merge(viewer, winner=winner, loser=loser)
            outcomes.append("merged")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=act, args=("alice", one, other)), Thread(target=act, args=("bob", other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["merged", "refused"]
    assert sorted(Incident.objects.values_list("state", flat=True)) == ["closed", "sent"]
    assert Merge.objects.count() == 1
    assert Pair.objects.get().state == "merged"
