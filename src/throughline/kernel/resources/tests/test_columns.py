"""Each person's own columns: which, in which order, back to the usual ones; and files with just these."""

import csv
import io
import json

import pytest
from django.urls import resolve

from throughline.kernel.resources import registry
from throughline.kernel.resources.models import ColumnChoice
from throughline.kernel.resources.preferences import moved
from throughline.kernel.resources.views.lists import choose_columns
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
PAGE = "/incidents/columns/"


def heads(world: World, name: str, address: str = "/incidents/") -> list[str]:
    context = signed_in(world, name).get(address).context
    return [one["name"] for one in context["columns"]]


def test_no_other_page_takes_the_address_of_a_lists_columns() -> None:
    for resource in registry.all():
        assert resolve(f"/{resource.plural}/columns/").func is choose_columns


def test_columns_are_put_in_order_step_by_step_without_script(world: World) -> None:
    make_incident(world)
    client = signed_in(world, "alice")
    usual = heads(world, "alice")
    page = client.get(PAGE)
    assert [one.name for one in page.context["shown"]] == usual
    names = usual
    for step in ("add:region", "up:region", "remove:owner"):
        answer = client.post(PAGE, {"column": names, "order": "1", "step": step})
        names = [one.name for one in answer.context["shown"]]
    assert not ColumnChoice.objects.exists()
    answer = client.post(
        PAGE, {"column": names, "order": "1", "step": "", "next": "/incidents/?sort=-killed&columns=place"}
    )
    assert answer.headers["Location"] == "/incidents/?sort=-killed"
    assert heads(world, "alice") == names
    assert names[-2:] == ["region", usual[-1]]
    # Each person has their own, each noun too.
    assert heads(world, "bob") == usual
    client.post(PAGE, {"column": names, "order": "1", "step": "reset"})
    assert heads(world, "alice") == usual


def test_the_boxes_below_a_list_keep_the_order(world: World) -> None:
    client = signed_in(world, "alice")
    client.post(PAGE, {"column": ["killed", "place"], "order": "1", "step": ""})
    client.post(PAGE, {"column": ["place", "region", "killed"]})
    assert heads(world, "alice") == ["killed", "place", "region"]


def test_only_declared_fields_are_columns(world: World) -> None:
    client = signed_in(world, "alice")
    client.post(PAGE, {"column": ["search_text", "place", "audience", "place"], "order": "1", "step": ""})
    assert ColumnChoice.objects.get().columns == ["place"]
    assert (
        client.post(PAGE, {"column": ["place"], "next": "https://elsewhere.example/"}).headers["Location"]
        == "/incidents/"
    )


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("up:place", ["place", "killed", "kind"]),
        ("up:killed", ["killed", "place", "kind"]),
        ("down:kind", ["killed", "place", "kind"]),
        ("down:killed", ["place", "killed", "kind"]),
        ("add:region", ["killed", "place", "kind", "region"]),
        ("add:place", ["killed", "place", "kind"]),
        ("add:nothing", ["killed", "place", "kind"]),
        ("remove:place", ["killed", "kind"]),
        ("fly:place", ["killed", "place", "kind"]),
        ("", ["killed", "place", "kind"]),
    ],
)
def test_one_step(step: str, expected: list[str]) -> None:
    assert moved(["killed", "place", "kind"], step, registry.get("incident")) == expected


def test_the_last_column_stays() -> None:
    assert moved(["place"], "remove:place", registry.get("incident")) == ["place"]


def test_a_file_follows_the_columns_if_asked_and_is_whole_otherwise(world: World) -> None:
    make_incident(world, place="Novi Grad")
    client = signed_in(world, "alice")
    client.post(PAGE, {"column": ["killed", "place"], "order": "1", "step": ""})
    page = client.get("/incidents/?jurisdiction=RS&columns=place").content.decode()
    assert "/incidents/export.csv?jurisdiction=RS&amp;columns=place" in page
    assert 'href="/incidents/export.csv?jurisdiction=RS"' in page
    narrow = text_of(client.get("/incidents/export.csv?columns=killed,place,search_text"))
    assert list(csv.reader(io.StringIO(narrow))) == [["Killed", "Place"], ["0", "Novi Grad"]]
    (row,) = json.loads(text_of(client.get("/incidents/export.json?columns=place")))
    assert set(row) == {"id", "place"}
    whole = text_of(client.get("/incidents/export.csv"))
    assert len(next(csv.reader(io.StringIO(whole)))) == len(registry.get("incident").columns)
