"""Organisations through the tests every noun inherits."""

from typing import Any, ClassVar

from throughline.kernel.testing.resource_cases import ResourceCases
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Organisation


class TestOrganisation(ResourceCases):
    noun = "organisation"
    adder = changer = "sofia"
    good: ClassVar[dict[str, Any]] = {"code": "customs-rs", "name": "Customs", "kind": "customs", "jurisdiction": "RS"}
    changed: ClassVar[dict[str, Any]] = {"name": "Customs administration"}
    wrong = ("kind", "a club")
    queries: ClassVar[dict[str, int]] = {"list": 18, "record": 20}

    def make(self, world: World, number: int) -> Organisation:
        return Organisation.objects.create(code=f"office-{number}", name=f"Office {number}", kind="other")
