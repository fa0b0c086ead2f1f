"""Taking test records through their life by the real verbs."""

from typing import Any

from throughline.incidents import services
from throughline.incidents.models import Incident
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.worlds import World
from throughline.people.models import Membership

COLLEAGUE = {"alice": "bob", "charlie": "vera", "sofia": "simon", "simon": "sofia"}
PATHS: dict[str, tuple[tuple[str, bool], ...]] = {
    "draft": (),
    "sent": (("send", False),),
    "returned": (("send", False), ("return", True)),
    "verified": (("send", False), ("verify", True)),
}


def enter(world: World, by: str, values: dict[str, Any], lines: dict[str, Any], state: str) -> Incident:
    """Enter an incident and walk it to the state: the colleague of whoever wrote it checks it."""
    incident = services.create(world.viewer(by), programme=world.programme, values=values, lines=lines)
    for transition, by_colleague in PATHS[state]:
        who = COLLEAGUE[by] if by_colleague else by
        advance(world.viewer(who), record=incident, transition=transition, comment="Please look again.")
    return incident


def joined(world: World, name: str, organisation: str) -> None:
    """Let a person belong to one more organisation."""
    Membership.objects.create(user=world.user(name), organisation=world.organisations[organisation])
