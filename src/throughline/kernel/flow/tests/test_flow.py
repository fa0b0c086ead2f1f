"""Walking a record through its states: who, a second person, a comment, a deadline, a message."""

from datetime import timedelta

import pytest
from django.utils import timezone

from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.queries import actionable, open_to, steps_of, waiting_for
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def names(world: World, who: str, incident: object) -> list[str]:
    return [way.name for way in open_to(world.viewer(who), incident)]  # type: ignore[arg-type]


def test_a_colleague_checks_what_an_officer_sends(world: World) -> None:
    incident = make_incident(world, "alice")
    assert names(world, "alice", incident) == ["send"]
    advance(world.viewer("alice"), record=incident, transition="send")
    assert (incident.state, incident.private) == ("sent", False)
    assert names(world, "bob", incident) == ["verify", "return", "withdraw"]
    advance(world.viewer("bob"), record=incident, transition="verify", comment="Two sources agree.")
    assert incident.state == "verified"
    assert list(steps_of(incident).values_list("transition", "by__name", "comment")) == [
        ("verify", "Bob", "Two sources agree."),
        ("send", "Alice", ""),
    ]


def test_a_draft_that_is_withdrawn_stays_private(world: World) -> None:
    incident = make_incident(world, "alice", handling="green")
    advance(world.viewer("bob"), record=incident, transition="withdraw", comment="Entered twice.")
    assert (incident.state, incident.private) == ("withdrawn", True)
    assert not Incident.objects.visible_to(world.viewer("charlie")).filter(pk=incident.pk).exists()
    sent = make_incident(world, "alice", state="sent", handling="green")
    advance(world.viewer("bob"), record=sent, transition="withdraw", comment="Entered twice.")
    assert (sent.state, sent.private) == ("withdrawn", False)


def test_the_author_may_not_check(world: World) -> None:
    incident = make_incident(world, "sofia", state="sent")
    assert "verify" not in names(world, "sofia", incident)
    with pytest.raises(Refused, match="second person"):
        advance(world.viewer("sofia"), record=incident, transition="verify")
    assert names(world, "simon", incident) == ["verify", "return", "withdraw"]


@pytest.mark.parametrize("who", ["charlie", "vera", "rita", "anna", "adam", "outsider"])
def test_others_may_not_check(world: World, who: str) -> None:
    incident = make_incident(world, "alice", state="sent")
    assert names(world, who, incident) == []
    with pytest.raises(Refused):
        advance(world.viewer(who), record=incident, transition="verify")
    incident.refresh_from_db()
    assert incident.state == "sent"


def test_returning_needs_a_comment(world: World) -> None:
    incident = make_incident(world, "alice", state="sent")
    with pytest.raises(Invalid) as caught:
        advance(world.viewer("bob"), record=incident, transition="return", comment="  ")
    assert [problem.field for problem in caught.value.problems] == ["comment"]
    advance(world.viewer("bob"), record=incident, transition="return", comment="Which street?")
    assert incident.state == "returned"


def test_unknown_steps_and_stale_versions_are_said(world: World) -> None:
    incident = make_incident(world, "alice", state="sent")
    with pytest.raises(Invalid):
        advance(world.viewer("bob"), record=incident, transition="fly")
    with pytest.raises(Conflict):
        advance(world.viewer("bob"), record=incident, transition="verify", version=incident.version - 1)


def test_what_waits_and_what_is_overdue(world: World) -> None:
    incident = make_incident(world, "alice", state="sent")
    flow = flow_for(type(incident))
    assert flow is not None
    today = timezone.localdate()
    assert Step.objects.get(object_id=incident.pk).due_on == today + timedelta(days=7)
    bob = world.viewer("bob")
    assert list(waiting_for(bob, flow, "sent")) == [incident]
    assert list(waiting_for(bob, flow, "sent", overdue_on=today)) == []
    assert list(waiting_for(bob, flow, "sent", overdue_on=today + timedelta(days=8))) == [incident]
    assert list(waiting_for(world.viewer("outsider"), flow, "sent")) == []


def test_what_waits_for_whom(world: World) -> None:
    flow = flow_for(type(make_incident(world)))
    assert flow is not None
    sent, returned = make_incident(world, state="sent"), make_incident(world, state="returned")
    of_simon = make_incident(world, "simon", state="sent")
    waits = {
        who: {
            state: set(actionable(world.viewer(who), flow, state).values_list("reference", flat=True))
            for state in ("draft", "sent", "returned")
        }
        for who in ("alice", "bob", "charlie", "simon", "sofia", "outsider")
    }
    nothing: dict[str, set[str]] = {"draft": set(), "sent": set(), "returned": set()}
    assert waits == {
        "alice": {"draft": {"AV-2024-000001"}, "sent": set(), "returned": {returned.reference}},
        "bob": {**nothing, "sent": {sent.reference}},
        "charlie": nothing,
        "simon": {**nothing, "sent": {sent.reference}},
        "sofia": {**nothing, "sent": {sent.reference, of_simon.reference}},
        "outsider": nothing,
    }
