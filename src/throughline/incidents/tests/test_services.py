"""Entering and changing incidents, at the service."""

from datetime import date

import pytest

from throughline.incidents.models import Incident, PersonLine
from throughline.incidents.services import change, create
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.history.queries import entries_for
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
VICTIM = {"side": "victim", "sex": "women", "outcome": "injured"}


def test_an_officer_enters_an_incident_with_its_lines(world: World) -> None:
    weapon = world.term("handgun")
    incident = make_incident(
        world, people=[VICTIM], weapons=[{"weapon": weapon, "quantity": 2}], sources=[{"title": "Нови Град"}]
    )
    assert (incident.reference, incident.state, incident.private) == ("AV-2024-000001", "draft", True)
    assert incident.owner == world.organisations["police-rs"]
    assert [str(line) for line in incident.people.all()] == ["Victim, Women, Injured"]
    assert [str(line) for line in incident.weapons.all()] == ["Handgun x 2"]
    assert "novi grad" in incident.search_text


@pytest.mark.parametrize("who", ["rita", "anna", "adam", "outsider"])
def test_only_those_who_contribute_enter(world: World, who: str) -> None:
    with pytest.raises(Refused):
        make_incident(world, who)
    assert Incident.objects.count() == 0


def test_a_record_belongs_to_the_own_organisation(world: World) -> None:
    with pytest.raises(Refused):
        create(
            world.viewer("alice"),
            programme=world.programme,
            owner=world.organisations["police-al"],
            values={
                "jurisdiction": world.jurisdictions["RS"],
                "occurred_on": date(2024, 1, 1),
                "kind": world.term("other"),
            },
        )


def test_a_seizure_has_no_victim(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        make_incident(world, kind="weapon-seizure", people=[VICTIM])
    assert [problem.field for problem in caught.value.problems] == ["people.0.side"]
    assert Incident.objects.count() == 0
    assert PersonLine.objects.count() == 0


def test_changing_says_before_and_after_and_asks_for_checking_again(world: World) -> None:
    incident = make_incident(world, state="verified", people=[VICTIM])
    killed = {**VICTIM, "outcome": "killed"}
    changed = change(
        world.viewer("alice"),
        incident=incident,
        values={"place": "Stari Grad"},
        lines={"people": [killed]},
        reason="Died later.",
    )
    assert (changed.state, changed.place) == ("sent", "Stari Grad")
    last = entries_for(world.viewer("alice"), incident)[0]
    assert (last.before, last.after, last.reason) == (
        {"place": "Novi Grad", "people": [{"side": "victim", "sex": "women", "outcome": "injured"}]},
        {"place": "Stari Grad", "people": [{"side": "victim", "sex": "women", "outcome": "killed"}]},
        "Died later.",
    )


def test_a_change_that_changes_nothing_writes_nothing(world: World) -> None:
    incident = make_incident(world, state="verified", people=[VICTIM])
    again = change(world.viewer("alice"), incident=incident, values={"place": "Novi Grad"}, lines={"people": [VICTIM]})
    assert (again.state, again.version) == ("verified", incident.version)


def test_others_may_not_change(world: World) -> None:
    incident = make_incident(world, state="verified")
    for who in ("charlie", "rita", "anna", "sofia", "outsider"):
        with pytest.raises(Refused):
            change(world.viewer(who), incident=incident, values={"place": "Elsewhere"})
    incident.refresh_from_db()
    assert incident.place == "Novi Grad"


def test_a_stale_change_is_refused_whole(world: World) -> None:
    incident = make_incident(world)
    change(world.viewer("alice"), incident=incident, values={"place": "First"}, version=incident.version)
    with pytest.raises(Conflict):
        change(world.viewer("bob"), incident=incident, values={"place": "Second"}, version=incident.version)
    incident.refresh_from_db()
    assert incident.place == "First"
