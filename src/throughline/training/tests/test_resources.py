"""The catalogue, activities, projects and components through the tests every noun inherits."""

from typing import Any, ClassVar

import pytest

from throughline.kernel.testing.resource_cases import ResourceCases, signed_in, text_of
from throughline.kernel.testing.training import (
    component_of,
    make_activity,
    make_entry,
    make_project,
    training_terms,
)
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Component, Entry, Project
from throughline.training.services import catalogue


class TestEntry(ResourceCases):
    noun = "entry"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {
        "title": "Financial investigations",
        "kind": "course",
        "aim": "To follow the money.",
        "languages": "en, sq",
    }
    changed: ClassVar[dict[str, Any]] = {"title": "Parallel financial investigations", "cycle": "2026-2028"}
    wrong = ("languages", "English please")
    queries: ClassVar[dict[str, int]] = {"list": 23, "record": 43}

    @pytest.fixture(autouse=True)
    def terms(self, world: World) -> None:
        training_terms(world)

    def make(self, world: World, number: int) -> Entry:
        return make_entry(world, title=f"Course {number}")


class TestActivity(ResourceCases):
    noun = "activity"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {
        "title": "Cash couriers",
        "starts_on": "7.9.2026",
        "ends_on": "11.9.2026",
        "venue": "Durrës",
        "capacity": "20",
    }
    changed: ClassVar[dict[str, Any]] = {"venue": "Vlorë", "kind": "workshop"}
    wrong = ("capacity", "twenty or so")
    queries: ClassVar[dict[str, int]] = {"list": 31, "record": 50}

    def make(self, world: World, number: int) -> Activity:
        quotas = [{"jurisdiction": world.jurisdictions[code], "scope": None, "places": 2} for code in ("RS", "AL")]
        return make_activity(
            world,
            title=f"Course {number}",
            sessions=2,
            lines={"quotas": quotas},
            entry=make_entry(world),
            component=component_of(make_project(world, code=f"P{number}")),
        )


class TestProject(ResourceCases):
    noun = "project"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {
        "programme": "AVM",
        "code": "WBP2",
        "title": "The second project",
        "starts_on": "1.10.2024",
        "ends_on": "30.9.2028",
        "scope": "WB-6",
    }
    changed: ClassVar[dict[str, Any]] = {"title": "The second project, revised"}
    wrong = ("ends_on", "in four years")
    queries: ClassVar[dict[str, int]] = {"list": 20, "record": 22}

    def make(self, world: World, number: int) -> Project:
        return make_project(world, code=f"P{number}")


class TestComponent(ResourceCases):
    noun = "component"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {"project": "WBP", "number": "7", "title": "OTNA", "code": "WBP-7"}
    changed: ClassVar[dict[str, Any]] = {"title": "OTNA 2026"}
    wrong = ("number", "seven")
    queries: ClassVar[dict[str, int]] = {"list": 19, "record": 21}

    @pytest.fixture(autouse=True)
    def project(self, world: World) -> Project:
        return make_project(world, components=())

    def make(self, world: World, number: int) -> Component:
        return catalogue.create_component(
            world.viewer("sofia"),
            values={
                "project": Project.objects.get(code="WBP"),
                "number": 10 + number,
                "title": f"Part {number}",
                "code": f"WBP-{10 + number}",
            },
        )


def test_projects_of_other_programmes_are_not_shown(world: World) -> None:
    project = make_project(world)
    for noun in ("projects", "components"):
        told = signed_in(world, "outsider").get(f"/{noun}/").content.decode()
        assert project.code not in told
        assert project.code not in text_of(signed_in(world, "outsider").get(f"/{noun}/export.csv"))
    assert signed_in(world, "outsider").get(f"/projects/{project.code}/").status_code == 404
    assert signed_in(world, "alice").get(f"/projects/{project.code}/").status_code == 200


def test_a_project_counts_its_activities_by_component_and_state(world: World) -> None:
    project = make_project(world, components=("Portfolio", "Exchanges"))
    make_activity(world, component=component_of(project, 1))
    make_activity(world, component=component_of(project, 1), state="done")
    make_activity(world, component=component_of(project, 2), state="cancelled")
    told = signed_in(world, "alice").get("/projects/WBP/").content.decode()
    table = told.partition("by component and state")[2].partition("</table>")[0]
    numbers = [cell.partition("</td>")[0] for cell in table.split('<td class="number')[1:]]
    assert [one.partition(">")[2] for one in numbers] == [
        *("1", "0", "1", "0", "2"),
        *("0", "0", "0", "1", "1"),
        *("1", "0", "1", "1", "3"),
    ]


def test_the_line_of_an_activity_leads_to_its_entry_and_component(world: World) -> None:
    activity = make_activity(world, entry=make_entry(world), component=component_of(make_project(world)))
    told = signed_in(world, "alice").get(f"/activities/{activity.reference}/").content.decode()
    assert f'href="/entries/{activity.entry.reference}/"' in told
    assert 'href="/components/WBP-1/"' in told


def test_an_activity_is_found_whatever_the_script(world: World) -> None:
    made = make_activity(world, title="Đakovica: финансијске истраге")
    for words in ("djakovica", "Finansijske istrage", made.reference):
        assert made.title in signed_in(world, "alice").get("/activities/", {"q": words}).content.decode()
    assert made.title not in signed_in(world, "alice").get("/activities/", {"q": "border"}).content.decode()
