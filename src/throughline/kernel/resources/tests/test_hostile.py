"""Addresses and bodies nobody sends by accident: answered, never a fault of the program."""

import base64
import json

import pytest

from throughline.kernel.testing.resource_cases import Program, signed_in
from throughline.kernel.testing.worlds import World, make_incident

UUID = "01a1ffff-3668-7190-a1eb-cd7cc9310770"


def key(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, UUID]).encode()).decode().rstrip("=")


ADDRESSES = [
    "q=%00",
    "q=%27%20OR%201=1%20--",
    "q=" + "a" * 5000,
    "q=:*%20&%20!(|)",
    "place=%00x",
    "place=%25%5F",
    "jurisdiction=%00",
    "occurred_on=9999",
    "occurred_on=0000-00-00",
    "occurred_on.from=99999999999999-01-01",
    "killed.min=1e400",
    "killed.min=1e30",
    "killed=99999999999999999999999",
    "killed.max=-1",
    "bbox=nan,nan,nan,nan",
    "bbox=1e999,0,0,0",
    "limit=99999999999999999999",
    "limit=-1",
    "sort=jurisdiction__code",
    "sort=owner__password",
    "sort=--occurred_on",
    "columns=password,audience",
    *(f"after={key(value)}" for value in ("x", 1, [1], {"a": 1}, None, "\x00", "2024-13-99", 10**40)),
    *(f"sort=killed&after={key(value)}" for value in ("x", 10**40, [1], None)),
    *(f"sort=place&before={key(value)}" for value in ("\x00", 5, [1])),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_odd_addresses_are_answered(world: World, address: str) -> None:
    make_incident(world)
    alice = signed_in(world, "alice")
    assert alice.get(f"/incidents/?{address}").status_code == 200
    assert Program(world, "alice").get(f"/api/v1/incidents/?{address}").status_code in (200, 422)


@pytest.mark.parametrize("key", ["%00", "..", "%2e%2e", "' OR 1=1", "x" * 3000, "AV-2024-999999", "%F0%9F%92%A3"])
def test_odd_keys_are_not_found(world: World, key: str) -> None:
    assert signed_in(world, "alice").get(f"/incidents/{key}/").status_code in (404, 301)
    assert Program(world, "alice").get(f"/api/v1/incidents/{key}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"place": "\ud800"},
        {"place": "a\x00b"},
        {"weapons": [{"weapon": "handgun", "quantity": 10**20}]},
        {"people": [{"side": "victim", "age": 10**9}]},
        {"people": [[1, 2]]},
        {"people": {"0": {}}},
        {"people.².sex": "men"},
        {"people.*.sex": "²::men"},
        {"people.*.sex": "9" * 5000 + "::men"},
        {"latitude": 1e308, "longitude": True},
        {"occurred_on": 20240307},
        {"occurred_on": None},
        {"kind": {"code": "other"}},
        {"kind": 7},
        {"version": "x"},
        {"owner": ["police-rs"], "handling": 5},
        {"programme": {"a": 1}},
        {"property_damage": []},
        {"sources": [{"address": "javascript:alert(1)"}]},
    ],
)
def test_odd_bodies_are_taken_or_refused_with_a_reason(world: World, body: dict[str, object]) -> None:
    good = {"jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "other"}
    answer = Program(world, "alice").send("POST", "/api/v1/incidents/", {**good, **body})
    assert answer.status_code in (201, 403, 422)
    assert answer.status_code == 201 or answer.json()["status"] == answer.status_code


def test_a_source_line_leads_to_web_pages_only(world: World) -> None:
    good = {"jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "other"}
    bad = {**good, "sources": [{"title": "x", "address": "javascript:alert(1)"}]}
    assert Program(world, "alice").send("POST", "/api/v1/incidents/", bad).status_code == 422
