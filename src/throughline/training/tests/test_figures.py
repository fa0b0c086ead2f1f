"""What is counted of training: facts follow every verb, persons are counted once, nobody counts what they may not read."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.services import mark as mark_handling
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.measures import facts
from throughline.kernel.measures.answers import ALL, Answer
from throughline.kernel.measures.ask import ask, behind
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World
from throughline.training.choices import Sector, Sex
from throughline.training.models import Person, Place
from throughline.training.services import people
from throughline.training.services.attendance import take
from throughline.training.tests.counted import Seat, held, seated
from throughline.training.tests.delivering import attend, entry, make_course

PEOPLE, PERSONS, ACTIVITIES = "training-participations", "training-persons", "training-activities"


def said(viewer: Viewer, measure: str, *by: str, **where: str) -> Answer:
    return ask(Question.ask(measure, by=by, where=where), viewer)


def number(viewer: Viewer, measure: str, **where: str) -> float:
    return said(viewer, measure, **where).value or 0


# Every verb


def test_figures_follow_closing_putting_right_and_opening_again(world: World) -> None:
    sofia = world.viewer("sofia")
    course = make_course(world, people=("RS", "RS", "AL"))
    attend(world, course, (100, 100), (100, 50), (0, 0))
    assert (number(sofia, ACTIVITIES), number(sofia, PEOPLE)) == (0, 0)

    advance(sofia, record=course, transition="finish")
    assert (number(sofia, ACTIVITIES), number(sofia, PEOPLE)) == (1, 2)  # who attended in part took part
    assert said(sofia, PEOPLE, "jurisdiction").cell("AL") is None  # and who never came did not
    assert facts.check() is None

    first = course.places.get(order=1)
    take(sofia, activity=course, entries=[entry(first, session, 0) for session in course.sessions.all()])
    assert number(sofia, PEOPLE) == 1
    assert facts.check() is None

    advance(sofia, record=course, transition="reopen", comment="A list was missing.")
    assert (number(sofia, ACTIVITIES), number(sofia, PEOPLE)) == (0, 0)
    assert facts.check() is None

    advance(sofia, record=course, transition="finish")
    assert (number(sofia, ACTIVITIES), number(sofia, PEOPLE)) == (1, 1)
    assert facts.check() is None


def test_correcting_or_erasing_a_person_leaves_every_figure_as_it_was(world: World) -> None:
    sofia, alice = world.viewer("sofia"), world.viewer("alice")
    course = make_course(world, people=("RS", "RS", "AL"))
    attend(world, course, (100, 100), (100, 100), (100, 100))
    advance(sofia, record=course, transition="finish")
    asked = [Question.ask(measure, by=by) for measure in (PEOPLE, PERSONS) for by in ("sex", "sector", "jurisdiction")]
    before = [[(cell.keys, cell.value) for cell in ask(one, sofia).cells] for one in asked]
    person = Person.objects.get(places__activity=course, places__order=1)
    people.change(alice, person=person, values={"sex": "men", "sector": "judiciary"})
    person.refresh_from_db()
    people.erase(alice, person=person)
    assert [[(cell.keys, cell.value) for cell in ask(one, sofia).cells] for one in asked] == before
    assert before[0] == [(("women",), 2), (("men",), 1)]
    assert facts.check() is None


def test_correcting_a_person_while_an_activity_is_open_again_is_counted_when_it_is_closed(world: World) -> None:
    sofia, alice = world.viewer("sofia"), world.viewer("alice")
    course = make_course(world, people=("RS",))
    attend(world, course, (100, 100))
    advance(sofia, record=course, transition="finish")
    advance(sofia, record=course, transition="reopen", comment="Once more.")
    people.change(alice, person=Person.objects.get(places__activity=course), values={"sector": "border"})
    assert facts.check() is None
    advance(sofia, record=course, transition="finish")
    assert number(sofia, PEOPLE, sector="border") == 1


# Persons


def test_whoever_came_twice_is_two_participations_and_one_person(world: World) -> None:
    sofia = world.viewer("sofia")
    first, second = held(world, 2)
    places = seated(world, [first], [("RS", "women", "police"), ("AL", "men", "border")])
    Place.objects.create(
        activity=second, person=places[0].person, organisation_id=places[0].organisation_id,
        jurisdiction=world.jurisdictions["AL"], sex="women", sector="police", state="attended",
    )  # fmt: skip
    facts.rebuild()
    answer = said(sofia, PERSONS, "jurisdiction")
    assert number(sofia, PEOPLE) == 3
    # Counted from Serbia once and from Albania the second time: in each row one, in the total one.
    assert {cell.keys[0]: cell.value for cell in answer.cells} == {"RS": 1, "AL": 2}
    assert answer.value == 2
    assert answer.additive is False
    assert (
        answer.notes[0]
        == "Each is counted once in every row and once in the total; the parts do not add up to the total."
    )
    assert answer.base == "from 2 activities that are done"
    cross = said(sofia, PERSONS, "jurisdiction", "sector")
    assert cross.margin("AL", ALL).value == 2  # type: ignore[union-attr]
    assert behind(Question.ask(PERSONS), None, sofia) == sorted([first.pk, second.pk])


def test_a_change_of_persons_claims_no_chance(world: World) -> None:
    seated(world, held(world), [("RS", "women", "police")] * 20)
    answer = ask(Question.ask(PERSONS, period="2025", compare="previous"), world.viewer("sofia"))
    assert answer.total.comparisons[0].change is None  # nothing before
    assert answer.value == 20


SEATS = st.lists(
    st.tuples(
        st.sampled_from(("RS", "AL", "ME")),
        st.sampled_from([str(one) for one in Sex]),
        st.sampled_from([str(one) for one in Sector]),
    ),
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seats=SEATS, places=st.integers(1, 3))
def test_shares_make_their_base_and_jurisdictions_add_up(world: World, seats: list[Seat], places: int) -> None:
    Place.objects.all().delete()
    seated(world, held(world, places), seats)
    facts.rebuild()
    sofia = world.viewer("sofia")
    known = Counter(sector for _where, _sex, sector in seats if sector != Sector.NOT_REPORTED)
    for sector in known:
        share = said(sofia, f"share-training-{sector}", "jurisdiction")
        assert (share.total.numerator, share.total.denominator) == (known[sector], known.total())
        assert sum(cell.numerator or 0 for cell in share.cells) == share.total.numerator
        assert sum(cell.denominator or 0 for cell in share.cells) == share.total.denominator
    shares = [said(sofia, f"share-training-{one}").value or 0 for one in Sector if one != Sector.NOT_REPORTED]
    assert sum(shares) == pytest.approx(100 if known else 0)
    assert number(sofia, PERSONS) == number(sofia, PEOPLE) == len(seats)


# Who may count


def test_what_one_may_not_read_one_does_not_count(world: World) -> None:
    """RS's own activity, marked RED by Sofia who wrote it: she counts it and nobody else does."""
    open_one, closed_one = make_course(world, people=("RS",)), make_course(world, people=("RS", "AL"))
    sofia = world.viewer("sofia")
    for one in (open_one, closed_one):
        advance(sofia, record=one, transition="finish", comment="No list was kept.")
    assert [number(world.viewer(who), PEOPLE) for who in ("sofia", "alice", "charlie")] == [3, 3, 3]
    mark_handling(sofia, record=closed_one, handling=Handling.RED, reason="Named persons only.")
    for who, seen in (("sofia", 3), ("alice", 1), ("bob", 1), ("charlie", 1), ("outsider", 0)):
        viewer = world.viewer(who)
        assert (number(viewer, PEOPLE), number(viewer, PERSONS)) == (seen, seen), who
        assert number(viewer, ACTIVITIES) == {3: 2, 1: 1, 0: 0}[seen]
        assert closed_one.pk not in behind(Question.ask(PERSONS), None, viewer) or who == "sofia"
    assert facts.check() is None


def test_an_activity_stands_where_it_was_held_and_people_where_they_come_from(world: World) -> None:
    seated(world, held(world), [("RS", "women", "police"), ("ME", "men", "police")])
    sofia = world.viewer("sofia")
    assert {cell.keys[0]: cell.value for cell in said(sofia, ACTIVITIES, "jurisdiction").cells} == {"AL": 1}
    answer = ask(Question.ask(PEOPLE, by="jurisdiction", scope="WB-6"), sofia)
    assert {cell.keys[0]: cell.value for cell in answer.cells if cell.value} == {"RS": 1, "ME": 1}
    assert answer.coverage.reported == 2  # those who sent somebody, not the place it was held
    assert answer.base == "from 1 activity that is done"


def test_women_and_men_are_no_noughts_where_the_source_names_neither(world: World) -> None:
    seated(world, held(world), [("RS", "unnamed-a", "police")] * 2 + [("RS", "unnamed-b", "police")])
    answer = said(world.viewer("sofia"), PEOPLE, "sex")
    assert [(cell.keys[0], cell.labels[0], cell.value) for cell in answer.cells] == [
        ("unnamed-a", "Sex not named by the source, larger group", 2),
        ("unnamed-b", "Sex not named by the source, smaller group", 1),
    ]
    assert "Sex not named" not in str(said(world.viewer("sofia"), "persons", "sex").axes)


def test_nobody_is_asked_for_a_sex_that_is_not_named(world: World) -> None:
    from throughline.training.forms import PersonForm  # reason: next to what it shows

    offered = [value for value, _label in PersonForm().fields["sex"].choices]  # type: ignore[attr-defined]
    assert offered == ["women", "men", "not-reported"]
