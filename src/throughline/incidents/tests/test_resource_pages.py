"""Incidents and sources through the tests every noun inherits."""

from typing import Any, ClassVar

from throughline.incidents.models import Incident, Source
from throughline.kernel.testing.resource_cases import ResourceCases
from throughline.kernel.testing.worlds import World, make_incident


class TestIncident(ResourceCases):
    noun = "incident"
    good: ClassVar[dict[str, Any]] = {
        "jurisdiction": "RS",
        "occurred_on": "7.3.2024",
        "kind": "domestic-violence",
        "place": "Novi Grad",
        "narrative": "A quarrel.",
    }
    changed: ClassVar[dict[str, Any]] = {"place": "Stari Grad", "region": "North"}
    wrong = ("occurred_on", "the 31st")
    queries: ClassVar[dict[str, int]] = {"list": 25, "record": 41}

    def make(self, world: World, number: int) -> Incident:
        return make_incident(
            world,
            place=f"Village {number}",
            weapons=[{"weapon": world.term("handgun"), "quantity": 2}],
            people=[{"side": "victim", "sex": "women", "outcome": "killed"}, {"side": "perpetrator", "sex": "men"}],
        )


class TestSource(ResourceCases):
    noun = "source"
    changer = "bob"
    good: ClassVar[dict[str, Any]] = {"code": "gazette", "name": "Official gazette", "kind": "official"}
    changed: ClassVar[dict[str, Any]] = {"name": "The official gazette"}
    wrong = ("kind", "a rumour")
    queries: ClassVar[dict[str, int]] = {"list": 17, "record": 20}

    def make(self, world: World, number: int) -> Source:
        return Source.objects.create(code=f"paper-{number}", name=f"Paper {number}")
