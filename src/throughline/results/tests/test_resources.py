"""What is laid down, through the tests every noun inherits."""

from decimal import Decimal
from typing import Any, ClassVar

import pytest

from throughline.kernel.testing.resource_cases import ResourceCases
from throughline.kernel.testing.worlds import World
from throughline.results.models import Framework, Goal, Indicator, IndicatorVersion, Target


def framework(world: World, code: str = "PLAN") -> Framework:
    made, _new = Framework.objects.get_or_create(
        code=code, defaults={"title": f"The {code}", "programme": world.programme}
    )
    return made


def indicator(world: World, number: int = 1) -> Indicator:
    made, _new = Indicator.objects.get_or_create(
        code=f"PLAN.KPI-{number}", defaults={"framework": framework(world), "label": f"KPI {number}", "order": number}
    )
    return made


class TestFramework(ResourceCases):
    noun = "framework"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {
        "code": "PLAN-2030", "title": "The plan", "programme": "AVM", "baseline_period": "2018",
        "statuses": "begun: Begun\ndone: Done",
    }  # fmt: skip
    changed: ClassVar[dict[str, Any]] = {"title": "The other plan"}
    wrong = ("baseline_period", "last summer")
    queries: ClassVar[dict[str, int]] = {"list": 18, "record": 20}

    def make(self, world: World, number: int) -> Framework:
        return framework(world, f"PLAN-{number}")


class OfThePlan(ResourceCases):
    """What belongs to a framework that stands already."""

    adder = changer = "sofia"

    @pytest.fixture(autouse=True)
    def stands(self, world: World) -> None:
        indicator(world, 1)


class TestGoal(OfThePlan):
    noun = "goal"
    good: ClassVar[dict[str, Any]] = {"framework": "PLAN", "code": "PLAN.G9", "number": 9, "title": "Peace"}
    changed: ClassVar[dict[str, Any]] = {"title": "Lasting peace"}
    wrong = ("number", "nine")
    queries: ClassVar[dict[str, int]] = {"list": 18, "record": 20}

    def make(self, world: World, number: int) -> Goal:
        return Goal.objects.create(
            framework=framework(world), code=f"PLAN.G{number}", number=number, title=f"Goal {number}"
        )


class TestDefinition(OfThePlan):
    noun = "definition"
    good: ClassVar[dict[str, Any]] = {
        "indicator": "PLAN.KPI-1", "number": 2, "title": "Arms traced", "kind": "ratio", "direction": "rise",
        "across_places": "ratio", "across_periods": "sum", "answered_by": "authority", "origin": "reported",
    }  # fmt: skip
    changed: ClassVar[dict[str, Any]] = {"title": "Arms traced or established"}
    wrong = ("number", "two")
    queries: ClassVar[dict[str, int]] = {"list": 20, "record": 20}

    def make(self, world: World, number: int) -> IndicatorVersion:
        return IndicatorVersion.objects.create(
            indicator=indicator(world),
            number=number + 1,
            code=f"PLAN.KPI-1.v{number + 1}",
            title=f"Definition {number}",
        )


class TestTarget(OfThePlan):
    noun = "target"
    good: ClassVar[dict[str, Any]] = {"indicator": "PLAN.KPI-1", "jurisdiction": "RS", "period": "2023", "number": "12"}
    changed: ClassVar[dict[str, Any]] = {"text": "Twelve sites."}
    wrong = ("number", "twelve")
    queries: ClassVar[dict[str, int]] = {"list": 22, "record": 20}

    def make(self, world: World, number: int) -> Target:
        return Target.objects.create(
            indicator=indicator(world),
            jurisdiction=world.jurisdictions["RS"],
            period=str(2022 + number),
            code=f"PLAN.KPI-1.target.RS.{2022 + number}",
            number=Decimal(number),
        )

    def test_outsider_does_not_read_targets(self, world: World) -> None:
        self.make(world, 1)
        assert self.resource.visible(world.viewer("outsider")).count() == 0
