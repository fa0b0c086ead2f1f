"""Lists: filters, search, sorting and pages, all of it in the address."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict

from throughline.incidents.models import Incident
from throughline.kernel.resources import registry
from throughline.kernel.resources.listing import Asked, neighbours, page_of
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident


def asked(world: World, address: str, who: str = "alice") -> Asked:
    return Asked.read(registry.get("incident"), QueryDict(address), world.viewer(who))


def places(world: World, address: str) -> list[str]:
    return [one.place for one in page_of(asked(world, address)).rows]


@pytest.fixture
def incidents(world: World) -> list[Incident]:
    def one(place: str, day: date, kind: str, **more: Any) -> Incident:
        return make_incident(world, place=place, occurred_on=day, kind=kind, **more)

    dead = {"side": "victim", "sex": "women", "outcome": "killed"}
    return [
        one("Ниш", date(2023, 5, 1), "armed-robbery", people=[dead, dead], latitude=43.32, longitude=21.9),
        one("Đurđevo", date(2023, 11, 2), "criminal-context", jurisdiction=world.jurisdictions["ME"]),
        one("Šid", date(2024, 2, 3), "public-dispute", people=[dead], place_kind="street", setting="rural"),
    ]


@pytest.mark.usefixtures("incidents")
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ["Šid", "Đurđevo", "Ниш"]),
        ("kind=criminal-context", ["Đurđevo", "Ниш"]),
        ("kind=armed-robbery", ["Ниш"]),
        ("kind=armed-robbery&kind=public-dispute", ["Šid", "Ниш"]),
        ("jurisdiction=ME", ["Đurđevo"]),
        ("jurisdiction=Serbia", ["Šid", "Ниш"]),
        ("occurred_on=2023", ["Đurđevo", "Ниш"]),
        ("occurred_on=2023-Q4", ["Đurđevo"]),
        ("occurred_on=3.2.2024", ["Šid"]),
        ("occurred_on.from=2023-11-02&occurred_on.to=31.12.2023", ["Đurđevo"]),
        ("killed.min=1", ["Šid", "Ниш"]),
        ("killed=2", ["Ниш"]),
        ("killed.max=1", ["Šid", "Đurđevo"]),
        ("setting=rural", ["Šid"]),
        ("place_kind=-", ["Đurđevo", "Ниш"]),
        ("property_damage=no", ["Šid", "Đurđevo", "Ниш"]),
        ("state=verified", []),
        ("q=nis", ["Ниш"]),
        ("q=НИШ", ["Ниш"]),
        ("q=djurdj", ["Đurđevo"]),
        ("q=sid+quarrel", ["Šid"]),
        ("q=sid+nothing", []),
        ("bbox=21,43,22,44", ["Ниш"]),
        ("sort=place", ["Đurđevo", "Šid", "Ниш"]),
        ("sort=-killed", ["Ниш", "Šid", "Đurđevo"]),
        ("sort=jurisdiction", ["Đurđevo", "Ниш", "Šid"]),
    ],
)
def test_the_address_holds_the_question(world: World, address: str, expected: list[str]) -> None:
    found = places(world, address)
    assert sorted(found) == sorted(expected)
    assert not address.startswith(("sort=-", "sort=j")) or found == expected


@pytest.mark.usefixtures("incidents")
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("kind=nonsense", "kind"),
        ("occurred_on=soon", "occurred_on"),
        ("killed.min=many", "killed.min"),
        ("bbox=1,2", "bbox"),
        ("state=new", "state"),
        ("sort=password", "sort"),
    ],
)
def test_what_is_not_understood_finds_nothing_and_is_said(world: World, address: str, field: str) -> None:
    question = asked(world, address)
    assert [problem.field for problem in question.problems] == [field]
    assert page_of(question).rows == []


@pytest.mark.usefixtures("incidents")
def test_the_question_in_words(world: World) -> None:
    question = asked(world, "jurisdiction=RS&occurred_on=2023&killed.min=1&q=nis")
    assert question.words == ["Serbia", "2023", "killed ≥ 1", "“nis”"]


@pytest.mark.parametrize(
    "sort", ["occurred_on", "-occurred_on", "place_kind", "-place_kind", "killed", "-jurisdiction"]
)
def test_pages_show_every_row_once_both_ways(world: World, sort: str) -> None:
    for number in range(7):
        make_incident(
            world,
            occurred_on=date(2024, 1, 1 + number % 3),
            **({"place_kind": "street"} if number % 3 == 1 else {}),
            people=[{"side": "victim", "outcome": "killed"}] * (number % 2),
        )
    whole = [one.pk for one in page_of(asked(world, f"sort={sort}")).rows]
    address = f"sort={sort}&limit=3"
    forward: list[list[UUID]] = []
    backward: list[list[UUID]] = []
    while address:
        page = page_of(asked(world, address))
        forward.append([one.pk for one in page.rows])
        last, address = address, neighbours(asked(world, address), page)["older"].lstrip("?")
    while last:
        page = page_of(asked(world, last))
        backward.insert(0, [one.pk for one in page.rows])
        last = neighbours(asked(world, last), page)["newer"].lstrip("?")
    assert sum(forward, []) == whole  # noqa: RUF017 - reason: three short lists
    assert backward == forward
    assert [len(page) for page in forward] == [3, 3, 1]


def test_a_made_up_key_starts_from_the_beginning(world: World) -> None:
    make_incident(world)
    for key in ("nonsense", "W10", "e30", "WzEsIDJd"):
        assert len(page_of(asked(world, f"after={key}")).rows) == 1


def test_columns_are_remembered_for_the_person(world: World) -> None:
    make_incident(world, region="Banat")
    client = signed_in(world, "alice")
    client.post("/incidents/columns/", {"column": ["reference", "region"], "next": "/incidents/"})
    page = client.get("/incidents/").content.decode()
    assert ("Banat" in page, "Novi Grad" in page) == (True, False)
    assert "Novi Grad" in client.get("/incidents/?columns=reference,place").content.decode()


def test_next_is_one_of_our_own_pages(world: World) -> None:
    answer = signed_in(world, "alice").post("/incidents/columns/", {"column": [], "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/incidents/"


def test_the_map_holds_what_has_a_position(world: World) -> None:
    make_incident(world, latitude=44.8, longitude=20.4)
    hidden = make_incident(world, "charlie", latitude=41.3, longitude=19.8)
    page = signed_in(world, "alice").get("/incidents/map/", headers={"HX-Request": "true"}).content.decode()
    assert ("20.4" in page, hidden.reference in page) == (True, False)
    assert signed_in(world, "alice").get("/sources/map/").status_code == 404
