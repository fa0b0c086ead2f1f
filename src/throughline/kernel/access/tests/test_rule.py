"""The access rule: random worlds against its prose, and the cases people ask about."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.incidents.models import Incident
from throughline.incidents.services import change
from throughline.kernel.access.audiences import readable_audiences, tokens_for
from throughline.kernel.access.choices import Handling, Right, Role
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.explain import explain, who_can_see
from throughline.kernel.access.queries import first_wrong_audience
from throughline.kernel.access.rules import can_read, may
from throughline.kernel.access.services import grant, keep_only_visible, mark, withdraw_grant
from throughline.kernel.access.tests.prose import may_read
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.steps import joined
from throughline.kernel.testing.worlds import World, make_incident

KEYS = [UUID(int=number) for number in range(1, 4)]
one_key = st.sampled_from(KEYS)
some_keys = st.frozensets(one_key, max_size=2)
receiver = st.sampled_from(["organisation_id", "network_id", "person_id"])


@st.composite
def grants(draw: st.DrawFn) -> SimpleNamespace:
    fields: dict[str, Any] = {"organisation_id": None, "network_id": None, "person_id": None}
    return SimpleNamespace(**{**fields, draw(receiver): draw(one_key)})


viewers = st.builds(
    Viewer,
    person=st.one_of(st.none(), one_key),
    organisations=some_keys,
    networks=some_keys,
    roles=st.frozensets(st.tuples(one_key, st.sampled_from(Role.values)), max_size=3),
    superuser=st.booleans(),
    all_programmes=some_keys,
)
records = st.builds(
    SimpleNamespace,
    handling=st.sampled_from(Handling.values),
    owner_id=one_key,
    programme_id=one_key,
    created_by_id=one_key,
    private=st.booleans(),
)


@given(viewer=viewers, record=records, given_to=st.lists(grants(), max_size=3))
def test_the_audience_is_the_rule_in_prose(viewer: Viewer, record: Any, given_to: list[Any]) -> None:
    tokens = tokens_for(
        handling=record.handling,
        owner=record.owner_id,
        programme=record.programme_id,
        author=record.created_by_id,
        private=record.private,
        grants=given_to,
    )
    assert bool(tokens & viewer.tokens()) == may_read(viewer, record, given_to)


EVERYONE = frozenset({"alice", "bob", "rita", "charlie", "vera", "anna", "sofia", "simon", "adam", "outsider"})
OWN = frozenset({"alice", "bob", "rita"})
CIRCLE = frozenset({"anna", "sofia", "simon"})


def readers(world: World, incident: Incident) -> set[str]:
    found = set()
    for name in EVERYONE:
        viewer = world.viewer(name)
        listed = Incident.objects.visible_to(viewer).filter(pk=incident.pk).exists()
        in_facts = incident.audience_id in readable_audiences(viewer)
        assert listed == in_facts == can_read(viewer, incident)
        if listed:
            found.add(name)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("handling", "expected"),
    [
        ("clear", EVERYONE),
        ("green", EVERYONE - {"outsider"}),
        ("amber", OWN | CIRCLE),
        ("amber+strict", OWN),
        ("red", frozenset({"alice"})),
    ],
)
def test_who_reads_each_handling_code(world: World, handling: str, expected: frozenset[str]) -> None:
    incident = make_incident(world, state="sent", handling=handling)
    assert readers(world, incident) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("handling", ["clear", "green", "amber", "amber+strict"])
def test_what_was_not_sent_is_the_owners_alone(world: World, handling: str) -> None:
    assert readers(world, make_incident(world, handling=handling)) == OWN


@pytest.mark.django_db
def test_new_records_of_a_careful_programme_are_the_owners_alone(world: World) -> None:
    world.programme.default_handling = Handling.STRICT
    world.programme.save()
    assert readers(world, make_incident(world, state="verified")) == OWN


@pytest.mark.django_db
def test_a_superuser_bypasses_roles_but_never_handling_codes(world: World) -> None:
    boss = world.user("outsider")
    boss.is_superuser = True
    boss.save()
    seen = {
        code: "outsider" in readers(world, make_incident(world, state="sent", handling=code))
        for code in Handling.values
    }
    assert seen == {"clear": True, "green": True, "amber": True, "amber+strict": False, "red": False}


@pytest.mark.django_db
def test_someone_who_left_reads_nothing(world: World) -> None:
    incident = make_incident(world, state="sent", handling="clear")
    world.user("bob").is_active = False
    world.user("bob").save()
    assert "bob" not in readers(world, incident)


@pytest.mark.django_db
def test_grants_to_an_organisation_a_network_and_a_person_at_once(world: World) -> None:
    incident = make_incident(world, state="sent", handling="amber+strict")
    alice = world.viewer("alice")
    first = grant(alice, record=incident, to=world.organisations["police-al"], reason="Same weapon.")
    grant(alice, record=incident, to=world.networks["analysts"], hidden=True)
    grant(alice, record=incident, to=world.user("anna"))
    incident.refresh_from_db()
    assert readers(world, incident) == OWN | {"charlie", "vera", "outsider", "anna"}
    withdraw_grant(alice, record=incident, grant=first)
    incident.refresh_from_db()
    assert readers(world, incident) == OWN | {"outsider", "anna"}
    assert [reader.who for reader in who_can_see(world.viewer("anna"), incident)] == [
        "People of Police Serbia with a role in Armed Violence Monitoring Platform",
        "Anna",
    ]
    assert [reader.who for reader in who_can_see(alice, incident)][1:] == ["Network of analysts", "Anna"]


@pytest.mark.django_db
def test_red_reaches_named_people_only(world: World) -> None:
    incident = make_incident(world, state="sent", handling="red")
    grant(world.viewer("alice"), record=incident, to=world.organisations["police-al"])
    grant(world.viewer("alice"), record=incident, to=world.user("anna"))
    incident.refresh_from_db()
    assert readers(world, incident) == {"alice", "anna"}


@pytest.mark.django_db
def test_sharing_is_for_the_owner(world: World) -> None:
    incident = make_incident(world, state="sent", handling="amber")
    for who in ("charlie", "rita", "anna", "sofia", "adam"):
        with pytest.raises(Refused):
            grant(world.viewer(who), record=incident, to=world.organisations["police-al"])
    assert readers(world, incident) == OWN | CIRCLE


@pytest.mark.django_db
def test_nobody_gives_a_right_they_do_not_have(world: World) -> None:
    incident = make_incident(world, state="sent", handling="green")
    for right in (Right.MARK, Right.RELEASE):
        with pytest.raises(Refused, match="do not have themselves"):
            grant(world.viewer("alice"), record=incident, to=world.user("alice"), right=right)
    with pytest.raises(Refused, match="do not have themselves"):
        grant(world.viewer("sofia"), record=incident, to=world.user("sofia"), right=Right.CHANGE)
    with pytest.raises(Invalid, match="right"):
        grant(world.viewer("bob"), record=incident, to=world.user("anna"), right="own")
    with pytest.raises(Refused):
        mark(world.viewer("alice"), record=incident, handling="clear", reason="Why not.")
    grant(world.viewer("bob"), record=incident, to=world.user("alice"), right=Right.MARK)
    mark(world.viewer("alice"), record=incident, handling="clear", reason="Published by the court.")
    assert incident.handling == "clear"


@pytest.mark.django_db
def test_sharing_and_marking_look_at_the_record_as_it_is_now(world: World) -> None:
    stale = make_incident(world, state="sent", handling="green")
    mark(world.viewer("bob"), record=Incident.objects.get(pk=stale.pk), handling="amber+strict")
    grant(world.viewer("alice"), record=stale, to=world.user("anna"))
    assert readers(world, Incident.objects.get(pk=stale.pk)) == OWN | {"anna"}
    assert first_wrong_audience() is None


@pytest.mark.django_db
def test_marking_is_not_writing(world: World) -> None:
    incident = make_incident(world, state="sent")
    change(world.viewer("bob"), incident=incident, values={"place": "Zemun"})
    incident.refresh_from_db()
    grant(world.viewer("bob"), record=incident, to=world.user("alice"), right=Right.MARK)
    mark(world.viewer("alice"), record=incident, handling="amber")
    with pytest.raises(Refused, match="second person"):
        advance(world.viewer("bob"), record=incident, transition="verify")


@pytest.mark.django_db
def test_rights_beyond_reading(world: World) -> None:
    incident = make_incident(world, state="sent")
    table = {name: {right.value for right in Right if may(world.viewer(name), right, incident)} for name in EVERYONE}
    assert table == {
        "alice": {"read", "change"},
        "bob": {"read", "change", "mark", "release"},
        "rita": {"read"},
        "charlie": {"read"},
        "vera": {"read"},
        "anna": {"read"},
        "sofia": {"read", "release"},
        "simon": {"read", "release"},
        "adam": {"read"},
        "outsider": set(),
    }
    grant(world.viewer("alice"), record=incident, to=world.organisations["police-al"], right=Right.CHANGE)
    incident.refresh_from_db()
    assert may(world.viewer("charlie"), Right.CHANGE, incident)
    assert not may(world.viewer("charlie"), Right.MARK, incident)


@pytest.mark.django_db
def test_opening_a_record_needs_a_reason(world: World) -> None:
    incident = make_incident(world, state="sent", handling="amber")
    bob = world.viewer("bob")
    with pytest.raises(Invalid):
        mark(bob, record=incident, handling="clear")
    with pytest.raises(Refused):
        mark(world.viewer("alice"), record=incident, handling="red")
    mark(bob, record=incident, handling="amber+strict")
    incident.refresh_from_db()
    assert readers(world, incident) == OWN
    mark(bob, record=incident, handling="clear", reason="Published by the court.")
    incident.refresh_from_db()
    assert readers(world, incident) == EVERYONE


@pytest.mark.django_db
def test_explaining_in_sentences(world: World) -> None:
    incident = make_incident(world, state="sent", handling="amber")
    assert explain(world.viewer("charlie"), incident) == ["You cannot see this record."]
    assert explain(world.viewer("rita"), incident) == ["It belongs to your organisation, Police Serbia."]
    assert explain(world.viewer("anna"), incident) == [
        "It is marked TLP:AMBER and you are an analyst or of the secretariat in Armed Violence Monitoring Platform."
    ]
    joined(world, "charlie", "police-rs")
    assert explain(world.viewer("charlie"), incident) == ["It belongs to your organisation, Police Serbia."]


@pytest.mark.django_db
def test_rows_written_beyond_the_own_sight_are_taken_back(world: World) -> None:
    incident = make_incident(world, handling="amber+strict")
    keep_only_visible(world.viewer("bob"), Incident.objects.filter(pk=incident.pk), 1)
    with pytest.raises(Refused):
        keep_only_visible(world.viewer("charlie"), Incident.objects.filter(pk=incident.pk), 1)


@pytest.mark.django_db
def test_verify_finds_a_record_whose_audience_was_tampered_with(world: World) -> None:
    kept = make_incident(world, state="sent", handling="amber+strict")
    wrong = make_incident(world, state="sent")
    grant(world.viewer("alice"), record=kept, to=world.user("anna"))
    assert first_wrong_audience() is None
    Incident.objects.filter(pk=kept.pk).update(audience_id=wrong.audience_id)
    assert first_wrong_audience() == kept
