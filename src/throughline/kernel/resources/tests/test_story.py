"""Whom history tells what: what was written while fewer could read the record stays with those who could."""

from typing import Any

import pytest

from throughline.incidents.models import Incident
from throughline.incidents.services import change
from throughline.kernel.access.choices import Right
from throughline.kernel.access.services import grant, mark
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.resource_cases import Program, signed_in
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db

SECRET = "Told by the neighbour."


def told(world: World, who: str, incident: Incident) -> tuple[bool, bool, int]:
    """Whether page and API say the secret, and how many entries there are."""
    page = signed_in(world, who).get(f"/incidents/{incident.reference}/history/").content.decode()
    items: list[dict[str, Any]] = (
        Program(world, who).get(f"/api/v1/incidents/{incident.reference}/history").json()["items"]
    )
    return SECRET in page, SECRET in str(items), len(items)


def test_what_a_draft_said_is_not_told_to_those_it_was_sent_to(world: World) -> None:
    incident = make_incident(world, narrative=SECRET, handling="green")
    change(world.viewer("alice"), incident=incident, values={"narrative": "A quarrel."})
    advance(world.viewer("alice"), record=incident, transition="send")
    assert told(world, "charlie", incident) == (False, False, 3)
    for owner in ("alice", "bob"):
        assert told(world, owner, incident) == (True, True, 3)
    change(world.viewer("alice"), incident=incident, values={"narrative": f"A quarrel. {SECRET}"})
    assert told(world, "charlie", incident) == (True, True, 4)


def test_what_a_red_record_said_stays_with_its_author(world: World) -> None:
    incident = make_incident(world, "bob", state="sent", narrative=SECRET, handling="red")
    change(world.viewer("bob"), incident=incident, values={"narrative": "A quarrel."})
    mark(world.viewer("bob"), record=incident, handling="green", reason="Nothing in it names anybody.")
    seen = {who: told(world, who, incident)[:2] for who in ("bob", "alice", "charlie")}
    assert seen == {"bob": (True, True), "alice": (False, False), "charlie": (False, False)}


def test_a_hidden_grant_is_told_to_the_owner_and_to_whom_it_names(world: World) -> None:
    incident = make_incident(world, state="sent", handling="green")
    grant(world.viewer("alice"), record=incident, to=world.user("charlie"), right=Right.READ, hidden=True)
    address = f"/api/v1/incidents/{incident.reference}/grants"
    seen = {who: len(Program(world, who).get(address).json()["items"]) for who in ("rita", "charlie", "vera", "sofia")}
    assert seen == {"rita": 1, "charlie": 1, "vera": 0, "sofia": 0}
