"""The pages of an exercise as people meet them: the secretariat, a contact point, an analyst, a neighbour."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.resources.registry import get
from throughline.kernel.rounds import registry
from throughline.kernel.rounds import services as rounds
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World
from throughline.needs.models import Answer, Exercise
from throughline.needs.tests.making import answer, make_exercise, make_institution, open_to_all, position_of, taken_to

FOUND, SEE_OTHER, REFUSED, MISSING, WRONG = 200, 302, 403, 404, 422


def page(client: Client, name: str, *arguments: Any) -> str:
    answer_ = client.get(reverse(name, args=arguments))
    assert answer_.status_code == FOUND, answer_.status_code
    return answer_.content.decode()


def step(client: Client, exercise: Exercise, do: str) -> int:
    return client.post(reverse("exercise-step", args=[exercise.reference]), {"do": do}).status_code


def test_the_secretariat_takes_an_exercise_from_draft_to_published(world: World) -> None:
    exercise = make_exercise(world)
    make_institution(world)
    sofia = signed_in(world, "sofia")
    assert "Ask the countries" in page(sofia, "exercise-detail", exercise.reference)
    asked = [world.organisations[one].pk for one in ("police-rs", "police-al")]
    due = (timezone.localdate() + timedelta(days=20)).isoformat()

    opened = sofia.post(reverse("exercise-open", args=[exercise.reference]), {"due_on": due, "asked": asked})
    assert opened.status_code == SEE_OTHER
    exercise.refresh_from_db()
    for who in ("RS", "AL"):
        answer(world, exercise, who)
    assert "28.6" in page(sofia, "exercise-detail", exercise.reference)
    for do in ("close", "consolidate", "analyse"):
        assert step(sofia, exercise, do) == SEE_OTHER
    today = timezone.localdate().isoformat()
    review = {"experts": "Expert group", "on": today, "topic": "forensics", "text": "Add laboratories."}
    assert sofia.post(reverse("exercise-review", args=[exercise.reference]), review).status_code == SEE_OTHER
    decision = {
        "meeting": "4th meeting", "on": today, "outcome": "validated", "votes": "6", "votes_for": "4",
        "topic_0": "forensics", "place_0": "1", "reason_0": "Laboratories",
    }  # fmt: skip
    assert sofia.post(reverse("exercise-validate", args=[exercise.reference]), decision).status_code == SEE_OTHER
    assert step(sofia, exercise, "publish") == SEE_OTHER

    exercise.refresh_from_db()
    assert exercise.state == "published"
    shown = page(signed_in(world, "charlie"), "exercise-ranking", exercise.reference)
    assert "100 × (0×0 + 1×0 + 2×0 + 3×1 + 4×1) / (4 × 2) = 87.5" in shown
    assert "Moved from 2: Laboratories" in shown
    assert "to be verified" in shown


def test_what_is_wrong_is_said_at_the_field_and_nothing_happens(world: World) -> None:
    exercise = taken_to(world, "reviewed")
    sofia = signed_in(world, "sofia")
    url = reverse("exercise-validate", args=[exercise.reference])
    today = timezone.localdate().isoformat()

    given = {"meeting": "4th", "on": today, "outcome": "validated", "votes": "27", "votes_for": "17"}
    refused = sofia.post(url, given)

    assert refused.status_code == WRONG
    assert "18 of 27 votes are needed" in refused.content.decode()
    exercise.refresh_from_db()
    assert exercise.state == "reviewed"


def test_a_step_that_cannot_be_taken_says_why(world: World) -> None:
    exercise = open_to_all(world)
    sofia = signed_in(world, "sofia")

    assert step(sofia, exercise, "analyse") == REFUSED
    assert step(sofia, exercise, "dance") == MISSING
    assert step(sofia, exercise, "close") == SEE_OTHER
    step(sofia, exercise, "consolidate")
    assert "No country&#x27;s answer was accepted yet." in page(sofia, "exercise-detail", exercise.reference)


@pytest.mark.parametrize("name", ["open", "reopen", "review", "validate"])
def test_steps_are_for_those_who_run_it(world: World, name: str) -> None:
    exercise = taken_to(world, "analysed")
    url = reverse(f"exercise-{name}", args=[exercise.reference])

    statuses = {who: signed_in(world, who).get(url).status_code for who in ("sofia", "anna", "bob", "outsider")}

    assert statuses == {"sofia": FOUND, "anna": REFUSED, "bob": REFUSED, "outsider": MISSING}
    assert step(signed_in(world, "bob"), exercise, "publish") == REFUSED


@pytest.mark.parametrize("name", ["ranking", "sensitivity"])
def test_results_before_and_after_publication(world: World, name: str) -> None:
    exercise = taken_to(world, "validated")
    url = reverse(f"exercise-{name}", args=[exercise.reference])

    def statuses() -> dict[str, int]:
        return {who: signed_in(world, who).get(url).status_code for who in ("sofia", "anna", "bob", "outsider")}

    assert statuses() == {"sofia": FOUND, "anna": FOUND, "bob": REFUSED, "outsider": MISSING}
    step(signed_in(world, "sofia"), exercise, "publish")
    assert statuses() == {"sofia": FOUND, "anna": FOUND, "bob": FOUND, "outsider": MISSING}


def test_the_contact_point_adjusts_and_agrees_on_the_page(world: World) -> None:
    exercise = taken_to(world, "consolidated")
    position = position_of(exercise, "RS")
    profiles = {one.code: one.pk for one in exercise.profiles.all()}
    url = reverse("position-adjust", args=[position.reference, "investigations"])
    bob = signed_in(world, "bob")
    given = {
        "relevance": "relevance-4", "urgency": "urgency-urgent", "proficiency": "practitioner", "national": "no",
        f"number_{profiles['investigators']}": "41", "reason": "Counted twice",
    }  # fmt: skip

    assert bob.post(url, {**given, "reason": ""}).status_code == WRONG
    assert bob.post(url, given).status_code == SEE_OTHER
    shown = page(bob, "position-detail", position.reference)
    assert "Adjusted: Counted twice" in shown
    assert bob.post(reverse("position-agree", args=[position.reference])).status_code == SEE_OTHER
    assert position_of(exercise, "RS").state == "agreed"
    assert {who: signed_in(world, who).get(url).status_code for who in ("alice", "sofia", "vera", "outsider")} == {
        "alice": REFUSED, "sofia": REFUSED, "vera": MISSING, "outsider": MISSING,
    }  # fmt: skip
    assert bob.get(reverse("position-adjust", args=[position.reference, "nothing"])).status_code == MISSING


def test_positions_show_each_reader_their_own(world: World) -> None:
    exercise = taken_to(world, "consolidated")

    def seen(who: str) -> list[str]:
        shown = page(signed_in(world, who), "exercise-positions", exercise.reference)
        return [one.jurisdiction.code for one in exercise.positions.all() if one.reference in shown]

    assert {who: seen(who) for who in ("sofia", "bob", "charlie")} == {
        "sofia": ["AL", "RS"], "bob": ["RS"], "charlie": ["AL"],
    }  # fmt: skip


def test_what_is_written_but_not_accepted_is_on_no_page_of_the_exercise(world: World) -> None:
    exercise = open_to_all(world)
    ret = exercise.round.returns.get(owner=world.organisations["police-rs"])
    rounds.save(world.viewer("bob"), holder=ret, changes={"other": ("", "zqsecretneed")})
    client = signed_in(world, "sofia")

    for name in ("exercise-detail", "exercise-positions"):
        assert "zqsecretneed" not in page(client, name, exercise.reference)


def test_the_sensitivity_page_names_what_changes(world: World) -> None:
    exercise = taken_to(world, "analysed")
    shown = page(signed_in(world, "anna"), "exercise-sensitivity", exercise.reference)

    assert all(words in shown for words in ("Weights 1, 2, 3, 4, 5", "Without Albania", "One answer, one vote"))


def test_who_answered_and_whose_answer_turns_the_order_is_for_those_who_assess(world: World) -> None:
    exercise = taken_to(world, "published")

    def says(who: str, name: str) -> tuple[bool, bool]:
        shown = page(signed_in(world, who), name, exercise.reference)
        return "Did not answer" in shown, "Without Albania" in shown

    assert says("anna", "exercise-ranking") == (True, False)
    assert says("bob", "exercise-ranking") == (False, False)
    assert says("anna", "exercise-sensitivity") == (False, True)
    assert says("bob", "exercise-sensitivity") == (False, False)
    shown = page(signed_in(world, "bob"), "exercise-sensitivity", exercise.reference)
    assert "Leaving one country out, each in turn" in shown


def test_a_ranking_costs_what_is_written_here(world: World) -> None:
    client = signed_in(world, "anna")
    exercise = taken_to(world, "analysed")
    url = reverse("exercise-ranking", args=[exercise.reference])
    client.get(url)

    with CaptureQueriesContext(connection) as context:
        client.get(url)

    assert len(context) == 22


def test_the_form_can_be_made_from_the_exercise_and_is_taken_in_by_what_it_says(world: World) -> None:
    asking, exercise = registry.get("needs"), make_exercise(world)

    assert [one.key for one in asking.sources(world.viewer("sofia"))] == [exercise.reference]
    assert asking.sources(world.viewer("alice")) == []
    content = asking.make_form(world.viewer("sofia"), exercise.reference)
    made = rounds.keep_questionnaire(world.viewer("sofia"), programme=world.programme, title="By hand", asking="needs")
    edition = rounds.add_edition(world.viewer("sofia"), questionnaire=made, content=content, name="needs.xlsx")
    questions = [one for one in edition.form.questions() if one.extra.get("topic") == "forensics"]
    assert [one.extra["role"] for one in questions] == [
        "relevance", "urgency", "proficiency", "number:investigators", "number:prosecutors", "national", "comment",
    ]  # fmt: skip
    assert not Answer.objects.exists()
    assert get("exercise").may_add(world.viewer("sofia"))
