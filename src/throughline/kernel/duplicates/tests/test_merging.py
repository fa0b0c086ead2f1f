"""Merging, undoing, and who may: Alice owns, Bob checks, Charlie works elsewhere."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.incidents.duplicates import DUPLICATES
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.duplicates import queries
from throughline.kernel.duplicates.keeping import kept
from throughline.kernel.duplicates.models import Merge, Pair
from throughline.kernel.duplicates.services import declare_different, merge, reopen, undo
from throughline.kernel.history.models import Entry
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.kernel.resources.cells import as_json
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.trace.kinds import kinds
from throughline.kernel.trace.models import Link
from throughline.kernel.trace.services import link

KILLED = {"side": "victim", "outcome": "killed", "sex": "men"}
WOUNDED = {"side": "victim", "outcome": "injured"}
RESOURCE = queries.resource_of(DUPLICATES)


def fresh(record: Incident) -> Incident:
    return Incident.objects.get(pk=record.pk)


def image(record: Incident) -> dict[str, Any]:
    """Everything a reader sees of a record but when and how often it was written."""
    told = as_json(RESOURCE, Incident.objects.get(pk=record.pk))
    lines = {
        part.name: [str(row.pk) for row in getattr(fresh(record), part.name).order_by("pk")] for part in RESOURCE.lines
    }
    return {name: value for name, value in told.items() if name not in {"version", "changed_at"}} | {"numbers": lines}


@pytest.fixture
def pair(world: World) -> tuple[Incident, Incident]:
    one = make_incident(world, state="sent", place="", people=[KILLED], sources=[{"title": "One"}])
    other = make_incident(
        world, state="sent", place="Novi Sad", narrative="Another telling.", people=[{**KILLED, "age": 40}, WOUNDED],
        sources=[{"title": "Two", "address": "https://example.org/2"}],
    )  # fmt: skip
    return one, other


def test_the_winner_takes_what_it_lacks_and_lines_are_united(world: World, pair: tuple[Incident, Incident]) -> None:
    one, other = pair

    merge(world.viewer("alice"), winner=one, loser=other)

    winner, loser = fresh(one), fresh(other)
    assert (winner.place, winner.narrative) == ("Novi Sad", "Shots were fired after a quarrel.")
    assert sorted((row.outcome, row.age) for row in winner.people.all()) == [("injured", None), ("killed", 40)]
    assert sorted(row.title for row in winner.sources.all()) == ["One", "Two"]
    assert (loser.state, loser.place, loser.people.count()) == ("closed", "Novi Sad", 2)


def test_the_person_decides_field_by_field_and_line_by_line(world: World, pair: tuple[Incident, Incident]) -> None:
    one, other = pair
    keep = {"people": [one.people.get().pk], "sources": []}

    merge(world.viewer("alice"), winner=one, loser=other, take={"narrative"}, keep=keep)

    winner = fresh(one)
    assert (winner.place, winner.narrative) == ("", "Another telling.")
    assert [(row.outcome, row.age) for row in winner.people.all()] == [("killed", None)]
    assert winner.sources.count() == 0


def test_a_field_that_is_not_decided_on_is_said(world: World, pair: tuple[Incident, Incident]) -> None:
    with pytest.raises(Invalid):
        merge(world.viewer("alice"), winner=pair[0], loser=pair[1], take={"reference"})

    assert Merge.objects.count() == 0


@pytest.mark.parametrize("name", ["charlie", "anna", "sofia", "rita", "outsider"])
def test_who_may_not_change_both_does_not_merge(world: World, pair: tuple[Incident, Incident], name: str) -> None:
    before = image(pair[0]), image(pair[1])

    with pytest.raises(Refused):
        merge(world.viewer(name), winner=pair[0], loser=pair[1])
    with pytest.raises(Refused):
        declare_different(world.viewer(name), one=pair[0], other=pair[1])

    assert (image(pair[0]), image(pair[1])) == before


def test_what_few_may_read_is_not_merged_into_what_more_may(world: World) -> None:
    one = make_incident(world, state="sent", handling=Handling.GREEN, place="")
    other = make_incident(world, state="sent", handling=Handling.STRICT, place="Novi Sad")

    with pytest.raises(Refused):
        merge(world.viewer("alice"), winner=one, loser=other)
    merge(world.viewer("bob"), winner=one, loser=other)

    assert fresh(one).place == "Novi Sad"


def test_merging_is_undone_whole_with_links_and_pair(world: World, pair: tuple[Incident, Incident]) -> None:
    one, other = pair
    third = make_incident(world, state="sent", occurred_on=date(2020, 1, 1))
    alice = world.viewer("alice")
    tie = link(alice, left=other, right=third, kind=next(iter(kinds)))
    before = image(one), image(other)

    made = merge(alice, winner=one, loser=other)
    assert Link.objects.get(pk=tie.pk).left_id == one.pk
    undo(alice, merge=made)

    assert (image(one), image(other)) == before
    assert Link.objects.get(pk=tie.pk).left_id == other.pk
    assert Pair.objects.get().state == "open"
    assert Merge.objects.get().undone_at is not None


def test_a_verified_winner_is_checked_again_and_undoing_gives_it_its_state_back(world: World) -> None:
    one = make_incident(world, state="verified", place="", people=[KILLED])
    other = make_incident(world, state="verified", people=[KILLED])
    question = Question.ask("people-killed", period="2024")
    anna = world.viewer("sofia")
    assert ask(question, anna).value == 2

    made = merge(world.viewer("alice"), winner=one, loser=other)
    assert (fresh(one).state, fresh(other).state) == ("sent", "closed")
    assert not ask(question, anna).value
    undo(world.viewer("alice"), merge=made)

    assert (fresh(one).state, fresh(other).state) == ("verified", "verified")
    assert ask(question, anna).value == 2


def test_figures_count_the_winner_only(world: World) -> None:
    one, other = (make_incident(world, state="verified", people=[KILLED]) for _number in range(2))
    question = Question.ask("people-killed", period="2024")

    merge(world.viewer("alice"), winner=one, loser=other)

    assert ask(question, world.viewer("sofia")).value == 1
    assert fresh(one).state == "verified"


def test_a_merge_is_not_undone_over_somebody_elses_work(world: World, pair: tuple[Incident, Incident]) -> None:
    made = merge(world.viewer("alice"), winner=pair[0], loser=pair[1])
    Incident.objects.filter(pk=pair[0].pk).update(narrative="Put right.")

    with pytest.raises(Conflict):
        undo(world.viewer("alice"), merge=made)
    with pytest.raises(Refused):
        undo(world.viewer("charlie"), merge=made)

    assert fresh(pair[1]).state == "closed"


def test_a_closed_record_is_neither_merged_nor_changed_again(world: World, pair: tuple[Incident, Incident]) -> None:
    third = make_incident(world, state="sent")
    alice = world.viewer("alice")
    merge(alice, winner=pair[0], loser=pair[1])

    with pytest.raises(Refused):
        merge(alice, winner=third, loser=pair[1])
    with pytest.raises(Refused):
        merge(alice, winner=pair[1], loser=third)
    with pytest.raises(Refused):
        RESOURCE.change(alice, record=fresh(pair[1]), draft=_draft(place="Niš"))  # type: ignore[misc]


def _draft(**values: Any) -> Any:
    from throughline.kernel.resources.cleaning import Draft  # reason: only this helper needs it

    return Draft(values=values)


def test_merges_are_undone_in_turn(world: World, pair: tuple[Incident, Incident]) -> None:
    third = make_incident(world, state="sent")
    alice = world.viewer("alice")
    first = merge(alice, winner=pair[0], loser=pair[1])
    second = merge(alice, winner=third, loser=pair[0])

    assert queries.went_to(alice, fresh(pair[1])) == third
    with pytest.raises(Refused):
        undo(alice, merge=first)
    undo(alice, merge=second)
    undo(alice, merge=first)

    assert [fresh(one).state for one in (*pair, third)] == ["sent"] * 3


def test_different_can_be_taken_back(world: World, pair: tuple[Incident, Incident]) -> None:
    bob = world.viewer("bob")
    declare_different(bob, one=pair[0], other=pair[1])

    reopen(bob, one=pair[0], other=pair[1])

    assert Pair.objects.get().state == "open"
    with pytest.raises(Refused):
        reopen(bob, one=pair[0], other=pair[1])


def test_both_records_have_it_in_their_history_and_neither_names_the_other(
    world: World, pair: tuple[Incident, Incident]
) -> None:
    merge(world.viewer("alice"), winner=pair[0], loser=pair[1], reason="the same quarrel")

    for record, other in (pair, pair[::-1]):
        told = Entry.objects.filter(object_id=record.pk, verb__startswith="duplicates.")
        text = " ".join(f"{one.before} {one.after} {one.reason}" for one in told)
        assert told.count() == 1
        assert other.reference not in text
        assert "quarrel" not in text


@pytest.mark.parametrize(("name", "knows"), [("alice", True), ("bob", True), ("charlie", False)])
def test_the_losers_reference_says_where_it_went_to_those_who_may_read_it(
    world: World, client: Client, name: str, *, knows: bool
) -> None:
    winner = make_incident(world, state="sent", handling=Handling.STRICT)
    loser = make_incident(world, state="sent", handling=Handling.GREEN)
    merge(world.viewer("bob"), winner=winner, loser=loser)
    client.force_login(world.user(name))

    page = client.get(reverse("incident-detail", args=[loser.reference]))
    history = client.get(reverse("incident-history", args=[loser.reference]))

    assert (page.status_code, history.status_code) == (200, 200)
    assert (winner.reference in page.content.decode()) is knows
    assert winner.reference not in history.content.decode()


def test_merging_and_undoing_through_the_pages(world: World, client: Client, pair: tuple[Incident, Incident]) -> None:
    one, other = pair
    before = image(one), image(other)
    client.force_login(world.user("alice"))
    two = ["incident", one.reference, other.reference]
    shown = client.get(reverse("duplicates-compare", args=two))
    given = {"fields": "1", "stands": other.reference, "field.place": "winner", "reason": "same", "lines.sources": "1"}

    done = client.post(reverse("duplicates-merge", args=two), given)
    page = client.get(reverse("incident-detail", args=[other.reference]))
    undone = client.post(reverse("duplicates-undo", args=[Merge.objects.get().pk]))

    assert (shown.status_code, done.status_code, undone.status_code) == (200, 302, 302)
    assert done["Location"] == reverse("incident-detail", args=[other.reference])
    assert one.reference in page.content.decode()
    assert (image(one), image(other)) == before


def test_charlie_finds_no_merge_to_undo(world: World, client: Client) -> None:
    one, other = (make_incident(world, state="sent", handling=Handling.STRICT) for _number in range(2))
    made = merge(world.viewer("alice"), winner=one, loser=other)
    client.force_login(world.user("charlie"))

    answer = client.post(reverse("duplicates-undo", args=[made.pk]))

    assert answer.status_code == 404
    assert fresh(other).state == "closed"


places = st.sampled_from(["", "Niš", "Novi Sad", "Нови Сад"])
people = st.lists(
    st.fixed_dictionaries(
        {"side": st.just("victim"), "outcome": st.sampled_from(["killed", "injured"]), "sex": st.sampled_from(["men", "women", "not-reported"])},
        optional={"age": st.integers(1, 90)},
    ),
    max_size=4,
)  # fmt: skip
records = st.fixed_dictionaries(
    {
        "place": places, "people": people, "state": st.sampled_from(["draft", "sent", "verified"]),
        "narrative": st.sampled_from(["", "Shots.", "A quarrel."]), "property_damage": st.booleans(),
        "sources": st.lists(st.sampled_from([{"title": "One"}, {"title": "Two"}]), max_size=2),
        "occurred_on": st.dates(date(2024, 1, 1), date(2024, 1, 9)),
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=records, second=records, choice=st.data())
def test_merging_and_undoing_is_identity(world: World, first: Any, second: Any, choice: Any) -> None:
    one, other = make_incident(world, **dict(first)), make_incident(world, **dict(second))
    before = image(one), image(other), kept(RESOURCE, one), kept(RESOURCE, other)
    take = choice.draw(st.sets(st.sampled_from(["place", "narrative", "occurred_on", "property_damage"])))

    made = merge(world.viewer("bob"), winner=one, loser=other, take=take)
    undo(world.viewer("bob"), merge=made)

    assert (image(one), image(other), kept(RESOURCE, one), kept(RESOURCE, other)) == before
