"""The ways a list stays quick among many rows find what the plain ways find."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from throughline.incidents.models import Incident
from throughline.kernel.resources import expressions, filters, registry
from throughline.kernel.resources.listing import Asked
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
PLACES = ("Novi Sad", "novi pazar", "Čačak", "Чачак", "100 % sure", "a_b", "back\\slash", "")


def found(world: World, question: str) -> list[str]:
    asked = Asked.read(registry.get("incident"), QueryDict(question), world.viewer("sofia"))
    assert not asked.problems
    return sorted(asked.rows.values_list("reference", flat=True))


@pytest.fixture
def places(world: World) -> World:
    for place in PLACES:
        make_incident(world, "sofia", place=place)
    return world


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="NOVIovinČča%_\\ 1ЧА", min_size=1, max_size=4))
@example("%")
@example("_")
@example("\\")
def test_a_text_filter_finds_what_holds_the_text(places: World, text: str) -> None:
    params = QueryDict(mutable=True)
    params["place"] = text
    plain = Incident.objects.filter(place__icontains=text.strip()) if text.strip() else Incident.objects.all()
    assert found(places, params.urlencode()) == sorted(plain.values_list("reference", flat=True))


def test_more_values_than_are_looked_at_are_found_row_by_row(places: World, monkeypatch: pytest.MonkeyPatch) -> None:
    few = found(places, "place=ovi")
    assert len(few) == 2
    monkeypatch.setattr(filters, "MOST_VALUES", 3)
    assert found(places, "place=ovi") == few
    monkeypatch.setattr(filters, "MOST_VALUES", 5_000)
    monkeypatch.setattr(filters, "MOST_HELD", 1)
    assert found(places, "place=ovi") == few


def killed(count: int) -> list[dict[str, Any]]:
    return [{"side": "victim", "sex": "men", "outcome": "killed"} for _one in range(count)]


@pytest.mark.parametrize("most", [0, 10_000])
def test_counted_lines_are_found_whether_many_or_few(world: World, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    made = [make_incident(world, "sofia", people=killed(count)).reference for count in range(4)]
    monkeypatch.setattr(expressions, "MOST_KEYS", most)
    assert found(world, "killed.min=1") == made[1:]
    assert found(world, "killed.min=2") == made[2:]
    assert found(world, "killed.min=0") == made
    assert found(world, "killed.max=1") == made[:2]
    assert found(world, "killed=3") == made[3:]
    assert found(world, "killed=0") == made[:1]
    assert found(world, "killed.min=4") == []


def test_who_reads_nothing_finds_nothing_by_value_or_count(places: World) -> None:
    asked = Asked.read(registry.get("incident"), QueryDict("place=ovi&killed.min=0"), places.viewer("charlie"))
    assert list(asked.rows) == []
