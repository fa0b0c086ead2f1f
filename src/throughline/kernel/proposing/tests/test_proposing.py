"""Proposing a change: Charlie reads Alice's incident and may not change it; Alice and Bob decide."""

from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.services import grant, mark
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import entries_for
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.proposing import comparing, queries, services
from throughline.kernel.proposing.models import ProposedChange
from throughline.kernel.resources import registry
from throughline.kernel.resources.editing import update
from throughline.kernel.resources.forms import raw_of_record
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
EVERYONE = ("alice", "bob", "rita", "charlie", "vera", "anna", "sofia", "adam", "outsider")
PLACE, REGION = "zqplace", "zqregion"


@pytest.fixture
def incident(world: World) -> Incident:
    return make_incident(world, "alice", state="verified", handling="green", place="Belgrade", region="Belgrade")


def propose(world: World, record: Any, who: str = "charlie", **raw: Any) -> ProposedChange:
    return services.propose(world.viewer(who), record=record, raw=raw or {"place": PLACE}, reason="I was there.")


def readers(world: World, one: ProposedChange) -> set[str]:
    """Everyone who reads it, by its key and in the list, which must agree."""
    found = set()
    for who in EVERYONE:
        viewer = world.viewer(who)
        by_key = queries.proposal_for(viewer, one.pk) is not None
        assert by_key == any(seen.proposal.pk == one.pk for seen in queries.proposals(viewer)), who
        if by_key:
            found.add(who)
    return found


def test_who_made_it_and_who_may_change_the_record_read_it(world: World, incident: Incident) -> None:
    assert readers(world, propose(world, incident)) == {"charlie", "alice", "bob"}


def test_before_and_after_of_what_differs_alone(world: World, incident: Incident) -> None:
    raw = raw_of_record(registry.get("incident"), incident) | {"place": PLACE, "occurred_on": "2.2.2024"}
    made = propose(world, incident, **raw)
    assert (set(made.after), made.before["place"], made.after["place"]) == ({"place", "occurred_on"}, "Belgrade", PLACE)
    assert made.after["occurred_on"] == "2024-02-02"


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_who_may_change_it_proposes_nothing(world: World, incident: Incident, who: str) -> None:
    with pytest.raises(Refused):
        propose(world, incident, who)


@pytest.mark.parametrize(
    "raw", [{"place": "Belgrade"}, {"kind": "no-such-type"}, {"occurred_on": "31.2.2024"}, {"nothing": "1"}]
)
def test_what_could_not_be_saved_cannot_be_proposed(world: World, incident: Incident, raw: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        propose(world, incident, **raw)


def test_nobody_reads_proposals_of_what_they_may_not_read(world: World) -> None:
    """A proposal of Charlie's, made while he could read it: closed again, he and everyone who may not read it see nothing."""
    for handling, state in product(Handling.values, ("sent", "verified")):
        record = make_incident(world, "alice", state=state, handling="green")
        made = propose(world, record)
        mark(world.viewer("bob"), record=record, handling=handling, reason="So.")
        record.refresh_from_db()
        seen = {
            who
            for who in ("charlie", "alice", "bob")
            if Incident.objects.visible_to(world.viewer(who)).filter(pk=record.pk)
        }
        assert readers(world, made) == seen, (handling, state)


def test_what_may_not_be_read_cannot_be_proposed_to(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling=Handling.STRICT)
    with pytest.raises(Refused):
        propose(world, record)
    assert not ProposedChange.objects.exists()


def test_power_is_not_sight(world: World, incident: Incident) -> None:
    made = propose(world, incident)
    mark(world.viewer("bob"), record=incident, handling=Handling.STRICT)
    adam = world.user("adam")
    adam.is_superuser = True
    adam.save()
    assert queries.proposal_for(world.viewer("adam"), made.pk) is None


# ---- deciding


def test_accepting_changes_the_record_as_who_accepts_and_history_names_who_proposed(
    world: World, incident: Incident
) -> None:
    made = propose(world, incident)
    services.accept(world.viewer("alice"), proposal=made)
    incident.refresh_from_db()
    made.refresh_from_db()
    assert (incident.place, incident.changed_by, made.state) == (PLACE, world.user("alice"), "accepted")
    told = {one.verb: (one.actor_text, one.after) for one in entries_for(world.viewer("alice"), incident)[:3]}
    alice, charlie = world.user("alice").name, world.user("charlie").name
    assert told["proposal.accept"] == (alice, {"proposed by": charlie, "fields": ["place"]})
    assert told["incident.change"][0] == alice


def test_some_fields_are_accepted_and_others_not(world: World, incident: Incident) -> None:
    made = propose(world, incident, place=PLACE, region=REGION)
    services.accept(world.viewer("bob"), proposal=made, fields=["region"])
    incident.refresh_from_db()
    made.refresh_from_db()
    assert (incident.place, incident.region, made.state, made.taken) == ("Belgrade", REGION, "part", ["region"])


def test_lines_are_proposed_and_accepted_whole(world: World, incident: Incident) -> None:
    lines = [{"side": "victim", "sex": "women", "outcome": "killed"}]
    services.accept(world.viewer("alice"), proposal=propose(world, incident, people=lines))
    assert list(incident.people.values_list("side", "sex", "outcome")) == [("victim", "women", "killed")]


@pytest.mark.parametrize("who", ["charlie", "vera", "rita", "sofia", "adam", "outsider"])
def test_deciding_is_for_those_who_may_change_it(world: World, incident: Incident, who: str) -> None:
    made = propose(world, incident)
    with pytest.raises(Refused):
        services.accept(world.viewer(who), proposal=made)
    with pytest.raises(Refused):
        services.decline(world.viewer(who), proposal=made, reason="No.")
    incident.refresh_from_db()
    assert incident.place == "Belgrade"


def test_one_with_the_right_to_change_decides(world: World, incident: Incident) -> None:
    made = propose(world, incident)
    grant(world.viewer("bob"), record=incident, to=world.user("vera"), right=Right.CHANGE)
    assert "vera" in readers(world, made)
    services.accept(world.viewer("vera"), proposal=made)


def test_a_field_that_was_changed_since_is_refused_and_named(world: World, incident: Incident) -> None:
    made = propose(world, incident, place=PLACE, region=REGION)
    update(world.viewer("alice"), registry.get("incident"), incident, {"place": "Novi Sad"})
    with pytest.raises(Conflict, match="Place"):
        services.accept(world.viewer("bob"), proposal=made)
    incident.refresh_from_db()
    assert (incident.place, incident.region) == ("Novi Sad", "Belgrade")
    services.accept(world.viewer("bob"), proposal=made, fields=["region"])  # the other field stands


def test_declining_needs_a_reason_and_tells_who_proposed(world: World, incident: Incident) -> None:
    made = propose(world, incident)
    with pytest.raises(Invalid):
        services.decline(world.viewer("alice"), proposal=made, reason=" ")
    services.decline(world.viewer("alice"), proposal=made, reason="It was in Zemun.")
    with pytest.raises(Conflict):
        services.accept(world.viewer("alice"), proposal=made)
    assert Notice.objects.filter(person=world.user("charlie"), subject__endswith="Declined").count() == 1


def test_withdrawing_is_for_who_made_it(world: World, incident: Incident) -> None:
    made = propose(world, incident)
    with pytest.raises(Refused):
        services.withdraw(world.viewer("alice"), proposal=made)
    services.withdraw(world.viewer("charlie"), proposal=made)
    with pytest.raises(Conflict):
        services.accept(world.viewer("alice"), proposal=made)


def test_those_who_can_decide_are_told_and_neither_inbox_nor_history_says_what(
    world: World, incident: Incident
) -> None:
    Notice.objects.all().delete()
    propose(world, incident)
    told = set(Notice.objects.values_list("person__name", flat=True))
    said = " ".join([*Notice.objects.values_list("text", flat=True), *Mail.objects.values_list("text", flat=True)])
    kept = str(list(Entry.objects.filter(verb="proposal.propose").values()))
    assert (told, PLACE in said, PLACE in kept) == ({world.user(who).name for who in ("alice", "bob")}, False, False)


# ---- pages


def test_proposing_and_accepting_in_the_browser(world: World, incident: Incident, client: Client) -> None:
    client.force_login(world.user("charlie"))
    detail = client.get(reverse("incident-detail", args=[incident.reference])).content.decode()
    form = reverse("proposed-change-add", args=["incident", incident.reference])
    assert form in detail
    assert client.get(form).status_code == 200
    raw = raw_of_record(registry.get("incident"), incident)
    typed = {name: value for name, value in raw.items() if isinstance(value, str | int)} | {
        "place": PLACE,
        "reason": "So.",
    }
    answer = client.post(form, typed)
    made = ProposedChange.objects.get()
    page = reverse("proposed-change-detail", args=[made.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)

    client.force_login(world.user("alice"))
    text = client.get(page).content.decode()
    assert all(words in text for words in ("Belgrade", PLACE, "So."))
    client.post(reverse("proposed-change-decide", args=[made.pk]), {"deed": "accept", "field": ["place"]})
    incident.refresh_from_db()
    assert incident.place == PLACE


def test_who_may_change_the_record_is_offered_no_proposal(world: World, incident: Incident, client: Client) -> None:
    client.force_login(world.user("alice"))
    form = reverse("proposed-change-add", args=["incident", incident.reference])
    assert form not in client.get(reverse("incident-detail", args=[incident.reference])).content.decode()
    assert client.get(form).status_code == 403


def test_what_one_may_not_read_is_not_there(world: World, incident: Incident, client: Client) -> None:
    made = propose(world, incident)
    client.force_login(world.user("vera"))
    page = reverse("proposed-change-detail", args=[made.pk])
    answers = [client.get(page), client.post(f"{page}decide/", {"deed": "accept-all"}), client.post(f"{page}withdraw/")]
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert PLACE not in client.get(reverse("proposed-change-list")).content.decode()


def test_a_list_costs_the_same_with_one_proposal_and_with_three(world: World, client: Client) -> None:
    client.force_login(world.user("bob"))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            propose(world, make_incident(world, "alice", state="verified", handling="green"))
        client.get(reverse("proposed-change-list"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("proposed-change-list"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_sides_are_told_in_the_readers_words(world: World, incident: Incident) -> None:
    made = propose(world, incident, kind="suicide", occurred_on="2024-03")
    found = {one.name: one for one in comparing.sides(registry.get("incident"), world.viewer("bob"), incident, made)}
    assert (str(found["kind"].after), found["occurred_on"].after) == ("Suicide", "March 2024")
    assert set(found) == {"kind", "occurred_on"}
