"""What a body decides about an exercise: votes, adjustments, what is put together again, what supersedes what."""

from datetime import date

import pytest

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.testing.worlds import World
from throughline.needs import bodies, queries, services
from throughline.needs.models import Body
from throughline.needs.tests.making import (
    decided,
    make_body,
    make_exercise,
    position_of,
    problems_of,
    reviewed,
    taken_to,
)
from throughline.reference.models import Programme


def test_a_decision_needs_its_votes_its_meeting_and_reasons(world: World) -> None:
    exercise = taken_to(world, "analysed")
    with pytest.raises(Invalid) as error:
        services.review(world.viewer("sofia"), exercise=exercise, experts=" ", on=exercise.results_from, text="")
    assert problems_of(error) == ["experts", "text"]
    reviewed(world, exercise)
    topic = exercise.topics.get(code="forensics")

    def wrong(**given: object) -> list[str]:
        with pytest.raises(Invalid) as found:
            decided(world, exercise, **given)
        return problems_of(found)

    assert wrong(votes_for=17) == ["votes_for"]
    assert wrong(votes_for=None) == ["votes"]
    assert wrong(votes=27, votes_for=None) == ["votes_for"]
    assert wrong(votes=3, votes_for=4) == ["votes"]
    assert wrong(votes_for=18, votes_against=8, abstained=2) == ["votes"]
    assert wrong(votes_for=18, votes_against=2, proxies=21) == ["proxies"]
    assert wrong(meeting=" ", outcome="returned", text="") == ["meeting", "text"]
    assert wrong(outcome="perhaps") == ["outcome"]
    assert wrong(moves=[(topic, 9, "")]) == ["moves.0", "moves.0"]
    made = decided(world, exercise, votes_for=18, votes_against=6, abstained=2, proxies=3)
    assert (made.body, made.majority, made.votes, made.needed, made.outcome) == (
        "Strategic Cooperation Forum", "two-thirds", 27, 18, "validated",
    )  # fmt: skip
    assert (made.votes_for, made.votes_against, made.abstained, made.proxies) == (18, 6, 2, 3)


@pytest.mark.parametrize(
    ("rule", "short", "enough"), [("two-thirds", 17, 18), ("simple", 13, 14), ("consensus", 26, 27)]
)
def test_of_27_votes_18_carry_by_two_thirds_and_14_by_simple_majority(
    world: World, rule: str, short: int, enough: int
) -> None:
    exercise = taken_to(world, "reviewed")
    bodies.change_body(world.viewer("sofia"), body=Body.objects.get(), values={"majority": rule})
    with pytest.raises(Invalid, match=f"does not carry.*{enough} of 27 votes are needed"):
        decided(world, exercise, votes_for=short)
    assert decided(world, exercise, votes_for=enough).needed == enough


def test_a_body_that_finds_consensus_need_not_vote_and_a_decision_keeps_the_rule_of_its_day(world: World) -> None:
    exercise = taken_to(world, "reviewed")
    sofia, body = world.viewer("sofia"), Body.objects.get()
    bodies.change_body(sofia, body=body, values={"majority": "consensus"})
    made = decided(world, exercise, votes_for=None)
    bodies.change_body(sofia, body=Body.objects.get(), values={"majority": "simple", "title": "Board"})

    made.refresh_from_db()
    assert (made.majority, made.body, made.votes, made.needed) == (
        "consensus",
        "Strategic Cooperation Forum",
        None,
        None,
    )


def test_who_keeps_bodies(world: World) -> None:
    body = make_body(world)
    sofia = world.viewer("sofia")
    for name in ("alice", "anna", "outsider"):
        with pytest.raises(Refused):
            bodies.change_body(world.viewer(name), body=body, values={"votes": 3})
    for wrong in ({"code": "other"}, {"votes": 0}, {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1)}):
        with pytest.raises(Invalid):
            bodies.change_body(sofia, body=body, values=wrong)
    other = Programme.objects.create(
        code="OTHER", name="Other", secretariat=world.organisations["secretariat"], scope=world.programme.scope
    )
    strange = Body.objects.create(programme=other, code="strange", title="Strange")
    with pytest.raises(Invalid) as error:
        make_exercise(world, body=strange)
    assert problems_of(error) == ["body"]


def test_the_body_moves_a_topic_and_the_numbers_stay(world: World) -> None:
    exercise = taken_to(world, "reviewed")
    topic = exercise.topics.get(code="forensics")
    decided(world, exercise, moves=[(topic, 1, "Laboratories open in spring")])

    lines = queries.order_that_holds(queries.analysis_of(exercise))

    assert [(one.place, one.result.topic.code, one.result.rank) for one in lines] == [
        (1, "forensics", 2), (2, "investigations", 1), (3, "disinformation", 3),
    ]  # fmt: skip
    assert (lines[0].adjustment.before, lines[0].adjustment.reason) == (2, "Laboratories open in spring")


def test_what_was_returned_is_put_together_and_analysed_again(world: World) -> None:
    exercise = taken_to(world, "reviewed")
    sofia = world.viewer("sofia")
    decided(world, exercise, outcome="returned", text="Albania's numbers changed")
    services.consolidate(sofia, exercise=exercise)
    topic = exercise.topics.get(code="investigations")
    services.adjust(
        world.viewer("vera"), position=position_of(exercise, "AL"), topic=topic,
        values={"numbers": {"investigators": 30}}, reason="Recounted",
    )  # fmt: skip

    second = services.analyse(sofia, exercise=exercise)

    first = exercise.analyses.get(number=1)
    demands = [one.results.get(topic=topic).demand for one in (first, second)]
    assert (second.number, demands) == (2, [75, 85])


@pytest.mark.parametrize(("as_", "state"), [("edition", "superseded"), ("mid-term", "published")])
def test_the_next_edition_supersedes_and_a_mid_term_review_does_not(world: World, as_: str, state: str) -> None:
    earlier = taken_to(world, "published")
    later = make_exercise(world, title="Needs 2028", follows=earlier, follows_as=as_)
    taken_to(world, "published", later)

    earlier.refresh_from_db()
    assert earlier.state == state
