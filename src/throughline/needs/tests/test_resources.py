"""Methods, exercises, positions and proposals through the tests every noun inherits."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from throughline.kernel.testing.resource_cases import ResourceCases, signed_in, text_of
from throughline.kernel.testing.worlds import World
from throughline.needs import services
from throughline.needs.models import Body, Exercise, Method, Position, Proposal
from throughline.needs.tests.making import (
    make_body,
    make_exercise,
    make_method,
    make_proposal,
    make_scales,
    open_to_all,
)


class TestMethod(ResourceCases):
    noun = "method"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {
        "code": "ours-1", "title": "Ours", "number": 1, "relevance_scale": "needs-relevance",
        "relevance_weights": "0, 1, 2, 3, 4", "urgency_scale": "needs-urgency", "urgency_weights": "0, 1, 2, 3, 4",
        "proficiency_scale": "proficiency",
    }  # fmt: skip
    changed: ClassVar[dict[str, Any]] = {"chain": "rate, demand, list"}
    wrong = ("relevance_weights", "heavy")
    queries: ClassVar[dict[str, int]] = {"list": 19, "record": 20}

    @pytest.fixture(autouse=True)
    def scales(self, world: World) -> None:
        make_scales()

    def make(self, world: World, number: int) -> Method:
        return make_method(world, number)

    def test_json_writes_the_cut_off_as_a_number(self, world: World) -> None:
        make_method(world, cutoff=Decimal("50.25"))
        sheet = text_of(signed_in(world, "sofia").get(self.url("export", "json")))
        assert [one["cutoff"] for one in json.loads(sheet)] == [50.25]


class TestBody(ResourceCases):
    noun = "body"
    reader = adder = changer = "sofia"
    refused = "alice"
    good: ClassVar[dict[str, Any]] = {
        "programme": "AVM", "code": "board", "title": "Board", "majority": "simple", "votes": 27,
    }  # fmt: skip
    changed: ClassVar[dict[str, Any]] = {"votes": 28}
    wrong = ("majority", "luck")
    queries: ClassVar[dict[str, int]] = {"list": 18, "record": 20}

    def make(self, world: World, number: int) -> Body:
        return make_body(world, number)


class TestExercise(ResourceCases):
    noun = "exercise"
    reader = adder = changer = "sofia"
    refused = "alice"
    good: ClassVar[dict[str, Any]] = {
        "title": "Needs 2027", "kind": "otna", "scope": "SEE-7", "method": "generic-1",
        "body": "forum-1", "results_from": "2027-01-01", "results_to": "2029-12-31",
    }  # fmt: skip
    changed: ClassVar[dict[str, Any]] = {"about": "Digital skills"}
    wrong = ("results_to", "in spring")
    queries: ClassVar[dict[str, int]] = {"list": 23, "record": 44}

    @pytest.fixture(autouse=True)
    def method(self, world: World) -> None:
        make_method(world)
        make_body(world)

    def make(self, world: World, number: int) -> Exercise:
        return make_exercise(world, title=f"Needs {number}")


class TestPosition(ResourceCases):
    noun = "position"
    good: ClassVar[dict[str, Any]] = {}
    changed: ClassVar[dict[str, Any]] = {}
    wrong = ("jurisdiction", "Atlantis")
    queries: ClassVar[dict[str, int]] = {"list": 25, "record": 49}

    def make(self, world: World, number: int) -> Position:
        exercise = open_to_all(world, make_exercise(world, title=f"Needs {number}"))
        made: Position = services.begin(
            world.viewer("sofia"), Position, programme=world.programme, owner_id=world.organisations["police-rs"].pk,
            exercise=exercise, jurisdiction=world.jurisdictions["RS"], handling="amber", state="proposed", private=False,
        )  # fmt: skip
        return made


class TestProposal(ResourceCases):
    noun = "proposal"
    good: ClassVar[dict[str, Any]] = {
        "title": "Crypto", "trigger": "An operation", "topic": "Virtual assets", "sector": "police",
        "urgency": "urgency-urgent", "proficiency": "practitioner", "mode": "online",
    }  # fmt: skip
    changed: ClassVar[dict[str, Any]] = {"officials": 25}
    wrong = ("urgency", "yesterday")
    queries: ClassVar[dict[str, int]] = {"list": 26, "record": 38}

    @pytest.fixture(autouse=True)
    def scales(self, world: World) -> None:
        make_scales()

    def make(self, world: World, number: int) -> Proposal:
        return make_proposal(world, title=f"Drones {number}", called_on=date(2026, 1, 1))
