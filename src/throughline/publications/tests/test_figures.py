"""Figures of the programmes' own documents: definitions are data, answers are computed."""

from datetime import date
from decimal import Decimal

import pytest

from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications.figures import Documents, askable, definitions, figures, whole

pytestmark = pytest.mark.django_db

KILLED = [{"side": "victim", "outcome": "killed"}]


def test_every_definition_can_be_asked_and_has_an_id_of_its_own(world: World) -> None:
    found = list(definitions())
    assert len({figure.id for figure in found}) == len(found) == 32
    assert all(askable(one.question) for one in found if isinstance(one.question, Question))


def test_a_question_of_an_unknown_measure_is_left_out(world: World) -> None:
    assert not askable(Question.ask("people-teleported", period="2023"))


def test_values_and_changes_are_whole(world: World) -> None:
    for year, people in ((2022, 3), (2023, 4)):
        make_incident(world, state="verified", occurred_on=date(year, 3, 1), people=KILLED * people)
    found = {one.id: one.value for one in figures(world.viewer("anna"))}
    assert found["av-killed-2023"] == Decimal(4)
    assert found["av-killed-change"] == Decimal(33)


def test_an_unchecked_incident_counts_in_no_figure(world: World) -> None:
    make_incident(world, state="verified", occurred_on=date(2023, 3, 1), people=KILLED)
    make_incident(world, state="sent", occurred_on=date(2023, 3, 2), people=KILLED)
    found = {one.id: one.value for one in figures(world.viewer("anna"))}
    assert found["av-killed-2023"] == Decimal(1)


def test_no_release_is_not_none_released(world: World) -> None:
    documents = next(figure.question for figure in definitions() if isinstance(figure.question, Documents))
    assert documents.counted(world.viewer("anna")) is None


@pytest.mark.parametrize(("value", "printed"), [(16.5, "17"), (-2.5, "-3"), (17.05, "17"), (None, "None")])
def test_halves_are_rounded_as_in_print(value: float | None, printed: str) -> None:
    assert str(whole(value)) == printed
