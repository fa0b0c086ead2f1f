"""Views, search and many at once over the API and the command line: the same rules as in the pages."""

import csv
import io
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from throughline.cli.main import cli
from throughline.incidents.models import Incident
from throughline.kernel.bulk.models import BulkChange
from throughline.kernel.desk.models import SavedView, UsualView
from throughline.kernel.testing.resource_cases import Program, signed_in
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def call(world: World, name: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env={"THROUGHLINE_AS": world.user(name).email})


class Caller(Program):
    """A program of one person that sends JSON."""

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        given = {"data": json.dumps(body or {}), "content_type": "application/json", "headers": self.headers}
        return getattr(self.client, method)(f"{V1}{path}", **given)

    def read(self, path: str) -> Any:
        return self.client.get(f"{V1}{path}", headers=self.headers)


def test_views_over_the_api(world: World) -> None:
    alice, bob, charlie = (Caller(world, name) for name in ("alice", "bob", "charlie"))
    body = {"noun": "incident", "name": "Ours", "question": "?jurisdiction=RS", "shared": "organisation:police-rs"}
    made = alice.send("post", "/views", body)
    assert made.status_code == 201
    view = made.json()
    assert (view["question"], view["shared"], view["usual"]) == ("jurisdiction=RS", "organisation:police-rs", False)
    assert [one["name"] for one in bob.read("/views?noun=incident").json()["items"]] == ["Ours"]
    assert charlie.read("/views").json()["items"] == []
    path = f"/views/{view['id']}"
    assert [one.read(path).status_code for one in (alice, bob, charlie)] == [200, 200, 404]
    assert [one.send("patch", path, {"name": "X"}).status_code for one in (charlie, bob, alice)] == [404, 403, 200]
    assert bob.send("post", f"{path}/copy").json()["shared"] == "mine"
    assert bob.send("put", "/views/usual/incident", {"view": view["id"]}).json() == {
        "noun": "incident",
        "view": view["id"],
    }
    assert UsualView.objects.get().person_id == world.user("bob").pk
    assert charlie.send("put", "/views/usual/incident", {"view": view["id"]}).status_code == 404
    assert bob.send("put", "/views/usual/source", {"view": view["id"]}).status_code == 422
    assert bob.send("put", "/views/usual/incident").json()["view"] is None
    assert [one.send("delete", path).status_code for one in (charlie, bob, alice)] == [404, 403, 200]
    for wrong in ({"name": "A"}, {"noun": "incident"}, {"noun": "incident", "name": "A", "shared": "organisation:police-al"}, {"noun": "incident", "name": "A", "shared": "all"}, {"noun": "incident", "name": "A", "question": "kind=nothing"}):  # fmt: skip
        assert alice.send("post", "/views", wrong).status_code in {404, 422}


def test_search_over_the_api_and_the_command_line(world: World) -> None:
    record = make_incident(world, place="Đurđevac")
    found = Caller(world, "alice").read("/search?q=ђурђевац").json()
    assert [item["id"] for group in found["groups"] if group["kind"] == "incident" for item in group["items"]] == [
        str(record.pk)
    ]
    assert Caller(world, "charlie").read("/search?q=djurdjevac").json()["groups"] == []
    assert Caller(world, "alice").read("/search?q=a&kind=nothing").status_code == 422
    told = json.loads(call(world, "alice", "search", "djurdjevca", "--format", "json").stdout)
    assert [(row["kind"], row["address"]) for row in told] == [("incident", f"/incidents/{record.reference}/")]
    assert json.loads(call(world, "charlie", "search", "djurdjevac", "--format", "json").stdout) == []
    assert call(world, "alice", "search", "x", "--kind", "nothing").exit_code == 3


def test_many_at_once_over_the_api(world: World) -> None:
    first, second = make_incident(world), make_incident(world)
    alice = Caller(world, "alice")
    order = {"records": [first.reference, str(second.pk)], "set": {"place": "Stari Grad"}}
    plan = alice.send("post", "/bulk/incident", order).json()
    assert [(line["record"], line["before"]["place"], line["after"]["place"]) for line in plan["changing"]] == [
        (one.reference, "Novi Grad", "Stari Grad") for one in (first, second)
    ]
    assert set(Incident.objects.values_list("place", flat=True)) == {"Novi Grad"}
    assert Caller(world, "charlie").send("post", "/bulk/incident", order).status_code == 422
    made = alice.send("post", "/bulk/incident", {**order, "apply": True, "mark": plan["mark"], "reason": "Renamed"})
    assert (made.status_code, made.json()["count"]) == (201, 2)
    path = f"/bulk/changes/{made.json()['id']}"
    assert alice.read(path).json()["records"] == [str(first), str(second)]
    assert Caller(world, "bob").read(path).status_code == 404
    assert alice.send("post", "/bulk/incident", {**order, "apply": True, "mark": plan["mark"]}).status_code == 409
    assert alice.send("post", f"{path}/undo").json()["state"] == "undone"
    assert set(Incident.objects.values_list("place", flat=True)) == {"Novi Grad"}
    assert alice.send("post", f"{path}/undo").status_code == 403
    for wrong in ({}, {"records": "all"}, {"records": [first.reference], "set": []}, {"records": [first.reference], "set": {"place": ["x"]}}, {"question": "kind=nothing", "set": {"place": "x"}}):  # fmt: skip
        assert alice.send("post", "/bulk/incident", wrong).status_code == 422


def test_many_at_once_on_the_command_line(world: World) -> None:
    record = make_incident(world, state="sent")
    preview = call(world, "bob", "bulk", "change", "incident", "--where", "state=sent", "--step", "verify")
    assert "1 would change, 0 stay, 0 cannot be changed." in preview.stderr
    record.refresh_from_db()
    assert record.state == "sent"
    assert (
        call(world, "bob", "bulk", "change", "incident", record.reference, "--step", "verify", "--apply").exit_code == 0
    )
    record.refresh_from_db()
    assert record.state == "verified"
    key = str(BulkChange.objects.get().pk)
    assert call(world, "alice", "bulk", "undo", key).exit_code == 3
    assert call(world, "bob", "bulk", "undo", key).exit_code == 0
    record.refresh_from_db()
    assert record.state == "sent"
    assert (
        call(world, "alice", "bulk", "change", "incident", record.reference, "--step", "verify", "--apply").exit_code
        == 3
    )
    assert call(world, "bob", "bulk", "change", "incident", "--step", "verify").exit_code == 2
    assert key in call(world, "bob", "bulk", "list", "--format", "json").stdout


def test_views_on_the_command_line_and_exports_by_view_and_columns(world: World) -> None:
    make_incident(world, place="A")
    make_incident(world, place="B")
    saved = call(
        world,
        "alice",
        "views",
        "save",
        "incident",
        "Place A",
        "--where",
        "place=A",
        "--share",
        "organisation:police-rs",
    )
    assert saved.exit_code == 0, saved.output
    listed = json.loads(call(world, "bob", "views", "list", "--format", "json").stdout)
    assert [(one["name"], one["question"]) for one in listed] == [("Place A", "place=A")]
    assert call(world, "charlie", "export", "incident", "--view", "Place A").exit_code == 3
    out = call(world, "bob", "export", "incident", "--view", "Place A", "--columns", "place,killed").stdout
    assert list(csv.reader(io.StringIO(out.lstrip("\ufeff")))) == [["Place", "Killed"], ["A", "0"]]
    assert call(world, "bob", "export", "incident", "--columns", "nothing").exit_code == 3
    assert call(world, "bob", "views", "usual", "incident", "Place A").exit_code == 0
    assert signed_in(world, "bob").get("/incidents/").status_code == 302
    assert call(world, "bob", "views", "usual", "incident").exit_code == 0
    assert call(world, "bob", "views", "copy", "incident", "Place A").exit_code == 0
    assert call(world, "bob", "views", "delete", "incident", "Place A").exit_code == 4
    assert (
        call(
            world, "alice", "views", "change", "incident", "Place A", "--name", "Place of A", "--share", "mine"
        ).exit_code
        == 0
    )
    assert call(world, "alice", "views", "delete", "incident", "Place of A").exit_code == 0
    assert [one.name for one in SavedView.objects.all()] == ["Place A (copy)"]
