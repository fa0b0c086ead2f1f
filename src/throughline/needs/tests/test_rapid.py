"""Proposals for a rapid response: who may, the score with its formula, the clock, and the way to the catalogue."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World
from throughline.needs import queries, rapid
from throughline.needs.tests.making import make_proposal
from throughline.reference.models import Term
from throughline.training.models import Entry

FOUND, SEE_OTHER, REFUSED, MISSING, WRONG = 200, 302, 403, 404, 422


def entry(world: World) -> Entry:
    return Entry._default_manager.create(
        reference="TC-2026-000900", title="Drones", programme=world.programme, handling="green", private=False,
        owner=world.organisations["secretariat"], created_by=world.user("sofia"), changed_by=world.user("sofia"),
    )  # fmt: skip


def test_a_proposal_is_its_organisations_until_it_is_submitted(world: World) -> None:
    made = make_proposal(world)

    def readers() -> list[str]:
        names = ("alice", "bob", "charlie", "anna", "sofia", "outsider")
        return [name for name in names if queries.proposals_for(world.viewer(name)).exists()]

    assert readers() == ["alice", "bob"]
    advance(world.viewer("alice"), record=made, transition="submit")
    assert readers() == ["alice", "bob", "anna", "sofia"]


def test_who_may_propose_and_change(world: World) -> None:
    with pytest.raises(Refused):
        make_proposal(world, "anna")
    made = make_proposal(world, state="submitted")
    rapid.change(world.viewer("bob"), proposal=made, values={"officials": 12})
    with pytest.raises(Refused):
        rapid.change(world.viewer("sofia"), proposal=made, values={"officials": 13})
    with pytest.raises(Conflict):
        rapid.change(world.viewer("bob"), proposal=made, values={"officials": 13}, version=0)
    advance(world.viewer("sofia"), record=made, transition="screen")
    with pytest.raises(Refused, match="screened"):
        rapid.change(world.viewer("bob"), proposal=made, values={"officials": 13})
    made.refresh_from_db()
    assert made.officials == 12


def test_the_score_is_urgency_times_proficiency_and_keeps_its_formula(world: World) -> None:
    made = make_proposal(world, state="empact-checked")
    sofia = world.viewer("sofia")
    with pytest.raises(Invalid) as error:
        rapid.assess(sofia, proposal=made, urgency=world.term("handgun"), proficiency=made.proficiency, findings=" ")
    assert [one.field for one in error.value.problems] == ["urgency", "findings"]

    crucial = Term.objects.get(code="urgency-crucial")
    done = rapid.assess(sofia, proposal=made, urgency=crucial, proficiency=made.proficiency, findings="Pressing")

    assert (done.score, done.score_formula) == (10, "5 × 2 = 10; 100 × 10 / (5 × 5) = 40.0 %")
    assert (done.state, done.urgency) == ("assessed", crucial)


def test_an_opinion_has_words_and_steps_have_their_turn(world: World) -> None:
    made = make_proposal(world, state="screened")
    sofia = world.viewer("sofia")
    with pytest.raises(Invalid) as error:
        rapid.check_empact(sofia, proposal=made, consistency="maybe", text="")
    assert [one.field for one in error.value.problems] == ["consistency", "text"]
    with pytest.raises(Refused, match="Screened"):
        rapid.deliver(sofia, proposal=made, on=timezone.localdate())
    with pytest.raises(Refused):
        rapid.check_empact(world.viewer("alice"), proposal=made, consistency="adjust", text="No")


@pytest.mark.parametrize("way", ["reject", "defer", "agree"])
def test_a_decision_has_a_reason(world: World, way: str) -> None:
    made = make_proposal(world, state="presented")
    with pytest.raises(Invalid):
        advance(world.viewer("sofia"), record=made, transition=way)
    advance(world.viewer("sofia"), record=made, transition=way, comment="Decided by the forum")
    assert made.state == {"reject": "rejected", "defer": "deferred", "agree": "agreed"}[way]


def test_the_clock_runs_from_the_call_to_the_first_delivery(world: World) -> None:
    today = timezone.localdate()
    called = today - timedelta(days=49)
    made = make_proposal(world, state="in-development", called_on=called)
    sofia = world.viewer("sofia")
    rapid.put_into_catalogue(sofia, proposal=made, entry=entry(world))
    clock = rapid.clocks([made])[made.pk]
    assert (clock.days, clock.running, [one.state for one in clock.laps][-1]) == (49, True, "in-catalogue")

    for wrong in (called - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(Invalid):
            rapid.deliver(sofia, proposal=made, on=wrong)
    made = rapid.deliver(sofia, proposal=made, on=called + timedelta(days=40))
    later = rapid.clocks([made], today + timedelta(days=365))[made.pk]
    assert (later.days, later.running, later.ended) == (40, False, called + timedelta(days=40))

    with pytest.raises(Invalid):
        rapid.revise(sofia, proposal=made, year=1999, findings="")
    assert rapid.revise(sofia, proposal=made, year=today.year, findings="Still needed").state == "revised"


def test_without_a_call_the_clock_runs_from_the_day_it_was_submitted(world: World) -> None:
    draft, sent = make_proposal(world), make_proposal(world, state="submitted")
    found = rapid.clocks([draft, sent], timezone.localdate() + timedelta(days=3))

    assert (found[draft.pk].days, found[sent.pk].days, found[sent.pk].called) == (None, 3, timezone.localdate())


# ---- at the door


def test_the_board_shows_what_may_be_read_with_score_and_clock(world: World) -> None:
    make_proposal(world, state="assessed", title="Zqdrones", called_on=timezone.localdate() - timedelta(days=21))
    make_proposal(world, title="Zqdraft")

    shown = signed_in(world, "sofia").get(reverse("proposal-board")).content.decode()

    assert all(words in shown for words in ("Zqdrones", "4 × 2 = 8; 100 × 8 / (5 × 5) = 32.0 %", "21", "running"))
    assert "Zqdraft" not in shown
    assert "Zqdrones" not in signed_in(world, "charlie").get(reverse("proposal-board")).content.decode()


def test_the_secretariat_takes_a_proposal_through_its_pages(world: World) -> None:
    made = make_proposal(world, state="screened", called_on=date(2026, 1, 1))
    sofia = signed_in(world, "sofia")
    given = {
        "empact": {"consistency": "adjust", "text": "Narrow it."},
        "assess": {"urgency": made.urgency_id, "proficiency": made.proficiency_id, "findings": "Pressing."},
    }

    def post(name: str, values: dict[str, object]) -> int:
        return sofia.post(reverse(f"proposal-{name}", args=[made.reference]), values).status_code

    assert post("empact", {"consistency": "adjust"}) == WRONG
    assert [post(name, values) for name, values in given.items()] == [SEE_OTHER, SEE_OTHER]
    for way in ("present", "agree", "develop"):
        made.refresh_from_db()
        advance(world.viewer("sofia"), record=made, transition=way, comment="Agreed")
    assert post("package", {"entry": entry(world).pk}) == SEE_OTHER
    assert post("deliver", {"on": timezone.localdate().isoformat()}) == SEE_OTHER
    assert post("revise", {"year": timezone.localdate().year}) == SEE_OTHER
    shown = sofia.get(reverse("proposal-detail", args=[made.reference])).content.decode()
    assert "from the call to the first delivery" in shown


@pytest.mark.parametrize("name", ["empact", "assess", "package", "deliver", "revise"])
def test_steps_are_for_the_secretariat(world: World, name: str) -> None:
    made = make_proposal(world, state="submitted")
    url = reverse(f"proposal-{name}", args=[made.reference])

    statuses = {who: signed_in(world, who).get(url).status_code for who in ("sofia", "alice", "charlie")}

    assert statuses == {"sofia": FOUND, "alice": REFUSED, "charlie": MISSING}
