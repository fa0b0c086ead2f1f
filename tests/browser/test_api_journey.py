"""A programmer does over the documented API, with a key made on the page, what the others do in the pages."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Sound
from tests.browser.walking import field
from throughline.incidents.models import Incident
from throughline.kernel.testing.worlds import World
from throughline.publications.models import Release
from throughline.publications.tests.making import BRIEF

pytestmark = pytest.mark.journey

SHEET = "Number;Date;Jurisdiction;Type;Place;Killed\nA-1;7.3.2024;Serbia;Public dispute;Niš;2\nA-2;8.3.2024;Serbia;Other;Pirot;0\n"
ENTERED = {
    "jurisdiction": "RS",
    "occurred_on": "2024-02-17",
    "kind": "domestic-violence",
    "place": "Čačak",
    "narrative": "Пуцано је после свађе.",
    "sources": [{"title": "Bulletin of the day"}],
    "weapons": [{"weapon": "handgun"}],
    "people": [{"side": "victim", "sex": "women", "outcome": "killed"}],
}


@dataclass(frozen=True)
class Program:
    """A program of somebody's, with their key."""

    address: str
    key: str

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body).encode()
        return self._send(method, path, content, "application/json")

    def send_file(self, path: str, text: str, **parts: str) -> tuple[int, Any]:
        """A form with a file, as a browser or curl would send it."""
        lines = [
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in parts.items()
        ]
        file = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="cases.csv"\r\n\r\n{text}'
        content = "\r\n".join([*lines, file, "--edge--\r\n"]).encode()
        return self._send("POST", path, content, "multipart/form-data; boundary=edge")

    def fetch(self, path: str) -> bytes:
        with urllib.request.urlopen(self._request("GET", path), timeout=60) as answer:
            content: bytes = answer.read()
        return content

    def _send(self, method: str, path: str, content: bytes | None, kind: str) -> tuple[int, Any]:
        request = self._request(method, path)
        request.data = content
        request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def _request(self, method: str, path: str) -> urllib.request.Request:
        headers = {"Authorization": f"Bearer {self.key}"}
        return urllib.request.Request(f"{self.address}/api/v1{path}", method=method, headers=headers)


@pytest.fixture
def program(served: str, sign_in: Callable[[Any], Page], world: World, sound: Sound) -> Callable[[str], Program]:
    def make(name: str) -> Program:
        page = sign_in(world.user(name))
        page.goto(f"{served}/account/tokens/")
        field(page, "Name").fill("Nightly sheet")
        page.get_by_role("button", name="Make the key").click()
        key = page.get_by_role("status").get_by_role("code").inner_text()
        sound()
        return Program(served, key)

    return make


def test_a_program_enters_brings_in_asks_and_reports(program: Callable[[str], Program], complaints: list[str]) -> None:
    alice, bob, sofia, simon = (program(name) for name in ("alice", "bob", "sofia", "simon"))
    enters_and_has_it_checked(alice, bob)
    brings_a_file_in_and_takes_it_back(alice, bob)
    asks(sofia)
    reports(sofia, simon)
    assert alice.call("GET", "/releases/")[1]["count"] == 1
    assert Program(alice.address, "no-such-key").call("GET", "/incidents/")[0] == 401
    assert complaints == []


def enters_and_has_it_checked(alice: Program, bob: Program) -> None:
    status, wrong = alice.call("POST", "/incidents/", {**ENTERED, "occurred_on": "2031-02-03"})
    assert (status, [one["field"] for one in wrong["problems"]]) == (422, ["occurred_on"])
    status, made = alice.call("POST", "/incidents/", ENTERED)
    assert (status, made["reference"]) == (201, "AV-2024-000001")
    steps = f"/incidents/{made['reference']}/transitions"
    assert alice.call("POST", steps, {"transition": "send"})[1]["state"] == "sent"
    assert alice.call("POST", steps, {"transition": "verify"})[0] == 403
    assert bob.call("POST", steps, {"transition": "verify", "comment": "Two sources agree."})[1]["state"] == "verified"
    incident = Incident.objects.get()
    assert (incident.state, incident.people.get().outcome) == ("verified", "killed")


def brings_a_file_in_and_takes_it_back(alice: Program, bob: Program) -> None:
    given = {"noun": "incident", "set": "owner=police-rs"}
    status, judged = alice.send_file("/imports", SHEET, **given, dry_run="yes")
    assert (status, judged["counts"]["new"], Incident.objects.count()) == (200, 2, 1)
    status, done = alice.send_file("/imports", SHEET, **given)
    assert (status, Incident.objects.count()) == (201, 3)
    brought = Incident.objects.get(place="Niš")
    assert list(brought.people.values_list("side", "outcome")) == [("victim", "killed")] * 2
    status, wrong = alice.send_file("/imports", SHEET.replace("8.3.2024", "31.2.2024"), **given)
    assert (status, [(one["row"], one["value"]) for one in wrong["problems"]]) == (422, [(3, "31.2.2024")])
    undo = f"/batches/{done['batch']['id']}/undo"
    assert bob.call("POST", undo, {"reason": "Mine?"})[0] in {403, 404}
    assert alice.call("POST", undo, {"reason": "It was last year's sheet."})[1]["state"] == "undone"
    assert Incident.objects.count() == 1


def asks(sofia: Program) -> None:
    question = "measure=people-killed&by=quarter,jurisdiction&period=2024-Q1&scope=SEE-7&compare=previous,last-year"
    status, told = sofia.call("GET", f"/ask?{question}")
    assert (status, told["total"]["value"], told["base"]) == (200, 1, "from 1 verified record")
    behind = sofia.call("GET", "/ask/records?measure=people-killed&by=jurisdiction&period=2024-Q1&scope=SEE-7&key=RS")[
        1
    ]
    assert [one["reference"] for one in behind["items"]] == ["AV-2024-000001"]


def reports(sofia: Program, simon: Program) -> None:
    asked = {"template": BRIEF.id, "period": "2024-Q1", "scope": "SEE-7"}
    status, report = sofia.call("POST", "/reports/build", asked)
    assert (status, report["state"]) == (201, "draft")
    address = f"/reports/{report['reference']}"
    assert sofia.call("POST", f"{address}/transitions", {"transition": "send"})[1]["state"] == "ready"
    assert sofia.call("POST", f"{address}/transitions", {"transition": "sign"})[0] == 403
    assert simon.call("POST", f"{address}/transitions", {"transition": "sign"})[1]["state"] == "signed"
    status, released = sofia.call("POST", f"{address}/release")
    assert (status, sorted(one["format"] for one in released["files"])) == (
        201,
        ["docx", "html", "pdf", "pptx", "xlsx"],
    )
    document = docx.Document(BytesIO(sofia.fetch(f"/releases/{released['reference']}/download.docx")))
    assert any("Incidents verified in South East Europe: 1" in one.text for one in document.paragraphs)
    assert Release.objects.get().report.state == "released"
