"""The line of sight from a need or proposal to the entry, the activity and who came, and the clock it stops."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.access.errors import Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.reporting.services import build
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World
from throughline.kernel.trace.queries import line_of
from throughline.kernel.trace.services import link
from throughline.needs import answers, queries, rapid
from throughline.needs.models import Proposal, TopicResult
from throughline.needs.tests.making import make_proposal, taken_to
from throughline.training import answering
from throughline.training.models import Activity, Entry, Person, Place
from throughline.training.services import activities, catalogue

FOUND, SEE_OTHER, REFUSED, MISSING = 200, 302, 403, 404


def make_entry(world: World, **given: Any) -> Entry:
    """An entry of the secretariat that stands in the catalogue."""
    values = {
        "title": "Digital investigations, advanced", "aim": "To find traces.", "outcomes": "They find traces.",
        "target_group": "Investigators", "assessment": "None.", "methods": "Exercises", **given,
    }  # fmt: skip
    sofia = world.viewer("sofia")
    made = catalogue.create_entry(sofia, programme=world.programme, values={"handling": "green", **values})
    advance(sofia, record=made, transition="agree")
    return made


def held(world: World, entry: Entry, *, days_ago: int = 3, came: int = 2) -> Activity:
    """An activity of the entry that is done, with some who took part and one who withdrew."""
    day = timezone.localdate() - timedelta(days=days_ago)
    sofia = world.viewer("sofia")
    made = activities.create(
        sofia, programme=world.programme,
        values={"title": "Course", "entry": entry, "starts_on": day, "handling": "green", "came_unlisted": 5},
    )  # fmt: skip
    advance(sofia, record=made, transition="confirm")
    for number in range(came + 1):
        person = Person._default_manager.create(
            reference=f"TP-2026-9{number:02}{days_ago:02}", programme=world.programme, owner=world.organisations["police-rs"],
            created_by=world.user("bob"), changed_by=world.user("bob"), name=f"Person {number}", handling="strict",
        )  # fmt: skip
        Place.objects.create(activity=made, person=person, state="attended" if number < came else "withdrawn")
    advance(sofia, record=made, transition="finish", comment="Lists are in.")
    return made


def result_of(world: World, state: str = "published", code: str = "investigations") -> TopicResult:
    analysis = queries.analysis_of(taken_to(world, state))
    return analysis.results.select_related("topic", "analysis__exercise").get(topic__code=code)


# ---- needs


def test_a_need_shows_what_answers_it_and_who_came(world: World) -> None:
    result, entry = result_of(world), make_entry(world)
    link(world.viewer("sofia"), left=result, right=entry, kind="answers")
    held(world, entry)

    found = answers.to_results(world.viewer("charlie"), [result])[result.pk]

    assert (found.entries, [one.title for one in found.done], found.participations, found.unlisted) == (
        [entry], ["Course"], 2, 5,
    )  # fmt: skip
    assert answers.to_results(world.viewer("outsider"), [result])[result.pk].entries == []


def test_the_line_runs_both_ways_from_the_document_to_the_activity(world: World) -> None:
    result, entry = result_of(world), make_entry(world)
    sofia = world.viewer("sofia")
    link(sofia, left=result, right=entry, kind="answers")
    activity = held(world, entry)
    exercise = result.analysis.exercise
    report = build(world.viewer("anna"), template="otna-report", period="2026", scope="SEE-7")

    def right(record: Any, depth: int = 1) -> list[tuple[str, str]]:
        return [(one.words, one.title) for one in line_of(sofia, record, depth=depth).right]

    def left(record: Any) -> list[tuple[str, str]]:
        return [(one.words, one.title) for one in line_of(sofia, record).left]

    assert right(exercise) == [("is reported in", str(report)), ("led to", "Digital investigations")]
    assert right(result) == [("is answered by", str(entry))]
    assert right(entry) == [("led to", "Course")]
    assert left(activity) == [("came from", str(entry))]
    assert left(entry) == [("answers", "Digital investigations")]
    assert left(result) == [("came from", str(exercise))]
    assert ("reports", str(exercise)) in left(report)
    down = line_of(sofia, result, depth=2).right[0].further
    assert [one.title for one in down] == ["Course"]


def test_a_need_is_on_nobodys_line_before_it_may_be_read(world: World) -> None:
    result, entry = result_of(world, "validated"), make_entry(world)
    link(world.viewer("sofia"), left=result, right=entry, kind="answers")

    seen = {name: [one.title for one in line_of(world.viewer(name), entry).left] for name in ("anna", "alice")}

    assert seen == {"anna": ["Digital investigations"], "alice": []}
    with pytest.raises(Refused):
        link(world.viewer("alice"), left=result, right=entry, kind="answers")


def test_an_entry_is_drafted_from_a_validated_need(world: World) -> None:
    result = result_of(world, "validated")
    made = answers.draft_for_need(world.viewer("sofia"), result=result)

    assert (made.title, made.level.code, made.target_group, made.state) == (
        "Digital investigations", "practitioner", "Investigators\nProsecutors", "draft",
    )  # fmt: skip
    assert answers.to_results(world.viewer("sofia"), [result])[result.pk].entries == [made]


def test_no_entry_is_drafted_before_validation_or_by_others(world: World) -> None:
    result = result_of(world, "reviewed")
    with pytest.raises(Refused, match="validated"):
        answers.draft_for_need(world.viewer("sofia"), result=result)
    with pytest.raises(Refused):
        answers.draft_for_proposal(world.viewer("sofia"), proposal=make_proposal(world, state="presented"))


# ---- the entry's page


def test_the_search_offers_what_was_validated_and_agreed_and_may_be_seen(world: World) -> None:
    result_of(world, "published")
    make_proposal(world, state="agreed")
    make_proposal(world, state="presented", title="Not agreed")
    entry = make_entry(world)

    def offered(name: str, words: str = "") -> list[str]:
        viewer = world.viewer(name)
        return [str(row) for one in answering.answerables for row in one.search(viewer, entry, words)]

    assert offered("sofia") == [
        "Digital investigations", "Darknet", "Digital forensics", "Disinformation", "Drones at the border",
    ]  # fmt: skip
    assert offered("sofia", "DIGITAL") == ["Digital investigations", "Digital forensics"]
    assert offered("charlie", "border") == []
    assert offered("outsider") == []


def test_the_secretariat_says_what_an_entry_answers_and_takes_it_off(world: World) -> None:
    result, entry = result_of(world), make_entry(world)
    url = reverse("entry-answers", args=[entry.reference])
    sofia = signed_in(world, "sofia")
    assert "Digital investigations" in sofia.get(url, {"q": "invest"}).content.decode()

    assert sofia.post(url, {"on": str(result.pk)}).status_code == SEE_OTHER
    assert answering.linked([result]) == {result.pk: {entry.pk}}
    made = str(answering_links(entry)[0])
    assert sofia.post(url, {"off": made}).status_code == SEE_OTHER
    assert answering.linked([result]) == {}
    assert sofia.post(url, {"on": str(entry.pk)}).status_code == MISSING
    assert sofia.post(url, {"off": made}).status_code == MISSING
    statuses = {name: signed_in(world, name).get(url).status_code for name in ("alice", "outsider")}
    assert statuses == {"alice": REFUSED, "outsider": MISSING}


def answering_links(entry: Entry) -> list[Any]:
    from throughline.kernel.trace.models import Link  # reason: only here

    return list(Link.objects.filter(right_id=entry.pk).values_list("pk", flat=True))


def test_the_pages_of_a_need(world: World) -> None:
    result, entry = result_of(world), make_entry(world)
    link(world.viewer("sofia"), left=result, right=entry, kind="answers")
    held(world, entry)
    exercise = result.analysis.exercise
    topic = reverse("exercise-topic", args=[exercise.reference, "investigations"])
    all_ = reverse("exercise-answered", args=[exercise.reference])

    shown = signed_in(world, "charlie").get(topic).content.decode()
    assert all(words in shown for words in ("Participations so far", "Officials declared", "75", entry.title, "Course"))
    assert "Draft a catalogue entry" not in shown
    assert entry.title in signed_in(world, "charlie").get(all_).content.decode()
    sofia = signed_in(world, "sofia")
    assert "Draft a catalogue entry" in sofia.get(topic).content.decode()
    assert sofia.get(reverse("exercise-topic", args=[exercise.reference, "darknet"])).status_code == FOUND
    assert sofia.get(reverse("exercise-topic", args=[exercise.reference, "no-such"])).status_code == MISSING
    answer = sofia.post(reverse("exercise-topic-entry", args=[exercise.reference, "forensics"]))
    assert (answer.status_code, Entry.objects.filter(title="Digital forensics").count()) == (SEE_OTHER, 1)


# ---- proposals


@pytest.mark.parametrize("way", ["linked", "named"])
def test_the_first_activity_done_ends_the_clock(world: World, way: str) -> None:
    called = timezone.localdate() - timedelta(days=40)
    proposal, entry = make_proposal(world, state="in-development", called_on=called), make_entry(world)
    sofia = world.viewer("sofia")
    if way == "named":
        rapid.put_into_catalogue(sofia, proposal=proposal, entry=entry)
    else:
        link(sofia, left=proposal, right=entry, kind="answers")

    held(world, entry, days_ago=45)  # before the call: it delivers nothing of it
    proposal.refresh_from_db()
    assert proposal.delivered_on is None
    held(world, entry, days_ago=10)
    held(world, entry, days_ago=2)

    proposal.refresh_from_db()
    clock = rapid.clocks([proposal])[proposal.pk]
    assert (proposal.state, clock.days, clock.running) == ("delivered", 30, False)
    assert answers.to_proposals(sofia, [proposal])[proposal.pk].participations == 4
    day = timezone.localdate() - timedelta(days=12)
    assert rapid.deliver(sofia, proposal=proposal, on=day).delivered_on == day


def test_an_activity_of_another_entry_delivers_nothing(world: World) -> None:
    proposal = make_proposal(world, state="in-development")
    rapid.put_into_catalogue(world.viewer("sofia"), proposal=proposal, entry=make_entry(world))
    held(world, make_entry(world, title="Another"), days_ago=0)

    assert Proposal.objects.get().state == "in-catalogue"


def test_an_entry_drafted_from_a_proposal_is_offered_as_its_package(world: World) -> None:
    proposal = make_proposal(world, state="in-development")
    sofia = signed_in(world, "sofia")
    page = sofia.get(reverse("proposal-detail", args=[proposal.reference])).content.decode()
    assert "Draft a catalogue entry" in page
    assert sofia.post(reverse("proposal-entry", args=[proposal.reference])).status_code == SEE_OTHER

    entry = Entry.objects.get()
    assert (entry.title, entry.level.code) == ("Drones", "practitioner")
    form = sofia.get(reverse("proposal-package", args=[proposal.reference])).content.decode()
    assert f'value="{entry.pk}" selected' in form
    assert [one.title for one in line_of(world.viewer("sofia"), entry).left] == ["Drones at the border"]
