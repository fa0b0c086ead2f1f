"""Questionnaires made from a framework, read by the very engine that asks them."""

import pytest

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.rounds.forms.evaluating import evaluate
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.testing.worlds import World
from throughline.results import askings, forms
from throughline.results.models import Framework
from throughline.results.tests import making


@pytest.fixture
def framework(world: World) -> Framework:
    return making.load(world)


@pytest.mark.parametrize("source", ["ROADMAP-2024/authority", "ROADMAP-2024/secretariat"])
def test_the_kpi_form_is_read_without_a_problem(world: World, framework: Framework, source: str) -> None:
    reading = read_xlsform(askings.kpi_form(world.viewer("sofia"), source), "kpi.xlsx")

    assert [str(one) for one in reading.problems] == []
    assert [str(one) for one in reading.warnings] == []
    assert reading.title.startswith(framework.title)


def test_the_narrative_form_is_read_without_a_problem(world: World, framework: Framework) -> None:
    reading = read_xlsform(askings.narrative_form(world.viewer("sofia"), "ROADMAP-2024"), "narrative.xlsx")

    assert [str(one) for one in reading.problems] == []
    assert [str(one) for one in reading.warnings] == []


def test_the_2030_framework_makes_its_own_forms(world: World, framework: Framework) -> None:
    making.load(world, "ROADMAP-2030")
    for make, source in ((askings.kpi_form, "ROADMAP-2030/authority"), (askings.narrative_form, "ROADMAP-2030")):
        assert read_xlsform(make(world.viewer("sofia"), source), "form.xlsx").problems == ()


def test_authorities_are_not_asked_what_is_computed_or_answered_by_the_secretariat(
    world: World, framework: Framework
) -> None:
    def asked(source: str) -> set[str]:
        form = making.edition(world, source=source).form
        return {question.extra["indicator"] for question in form.questions() if question.extra.get("indicator")}

    authority, secretariat = asked("ROADMAP-2024/authority"), asked("ROADMAP-2024/secretariat")
    assert secretariat == {"ROADMAP-2024.KPI-5", "ROADMAP-2024.KPI-14"}
    assert authority == {f"ROADMAP-2024.KPI-{number}" for number in (1, 2, 6, 7, 8, 9, 10, 11, 12, 13)}


def test_each_question_says_what_it_answers(world: World, framework: Framework) -> None:
    form = making.edition(world).form
    extra = {question.name: dict(question.extra) for question in form.questions()}
    head = {"indicator": "ROADMAP-2024.KPI-6", "definition": "2"}
    assert extra["kpi_6__value"] == {**head, "role": "value", "together": "sum"}
    assert extra["kpi_6__cell__handgun"] == {**head, "role": "cell:handgun", "together": "sum"}
    assert extra["kpi_1__status"]["together"] == "same"
    assert extra["kpi_9__text_english"]["role"] == "text-english"


@pytest.mark.parametrize(
    ("stem", "answers", "wrong"),
    [
        ("kpi_6", {"answer": "given", "value": "10", "cell__handgun": "6", "cell__rifle_shotgun": "4"}, set()),
        ("kpi_6", {"answer": "given", "value": "10", "cell__handgun": "6"}, set()),
        ("kpi_6", {"answer": "given", "value": "-1"}, {"kpi_6__value"}),
        (
            "kpi_6",
            {"answer": "given", "value": "10", "cell__handgun": "6", "cell__rifle_shotgun": "5"},
            {"kpi_6__cell__handgun", "kpi_6__cell__rifle_shotgun"},
        ),
        ("kpi_8", {"answer": "given", "numerator": "3", "denominator": "5"}, set()),
        ("kpi_8", {"answer": "given", "numerator": "6", "denominator": "5"}, {"kpi_8__numerator"}),
        ("kpi_8", {"answer": "given", "numerator": "0", "denominator": "0"}, set()),
        ("kpi_8", {"answer": "given"}, {"kpi_8__numerator", "kpi_8__denominator"}),
        ("kpi_8", {"answer": "nil"}, set()),
        ("kpi_8", {"answer": "none"}, set()),
    ],
)
def test_figures_are_judged_on_the_spot(
    world: World, framework: Framework, stem: str, answers: dict, wrong: set
) -> None:
    made = making.edition(world)
    found = evaluate(made.form, making.whole(made, {stem: answers}), final=True)

    assert {problem.place.rpartition("/")[2] for problem in found.problems} == wrong


def test_what_is_not_there_is_not_asked_for(world: World, framework: Framework) -> None:
    made = making.edition(world)
    found = evaluate(made.form, making.whole(made, {"kpi_6": {"answer": "nil"}}), final=True)

    shown = {place.item.name for place in found.places if place.relevant}
    assert "kpi_6__answer" in shown
    assert not shown & {"kpi_6__value", "kpi_6__cell__handgun"}


def test_all_languages_of_the_framework_are_in_the_form(world: World, framework: Framework) -> None:
    form = making.edition(world).form
    group = form.items["goal_1"]
    assert len(form.languages) == 4
    assert group.label("Shqip (sq)").startswith("1. Legjislacioni")
    assert forms.kpi_form(framework, "authority", ["sq"]) != forms.kpi_form(framework, "authority", ["mk"])


def test_the_same_framework_makes_the_same_version(world: World, framework: Framework) -> None:
    one, other = (read_xlsform(forms.narrative_form(framework), "form.xlsx") for _ in range(2))
    assert (one.form_id, one.version) == (other.form_id, other.version)


@pytest.mark.parametrize("who", ["alice", "charlie", "anna", "adam", "outsider"])
def test_only_the_secretariat_makes_questionnaires(world: World, framework: Framework, who: str) -> None:
    viewer = world.viewer(who)
    assert (askings.kpi_sources(viewer), askings.narrative_sources(viewer)) == ([], [])
    with pytest.raises(Refused):
        askings.kpi_form(viewer, "ROADMAP-2024/authority")
    with pytest.raises(Refused):
        askings.narrative_form(viewer, "ROADMAP-2024")


def test_sources_are_named_in_words(world: World, framework: Framework) -> None:
    viewer = world.viewer("sofia")
    assert [one.key for one in askings.kpi_sources(viewer)] == ["ROADMAP-2024/authority", "ROADMAP-2024/secretariat"]
    with pytest.raises(Refused):
        askings.kpi_form(viewer, "NO-SUCH/authority")
    with pytest.raises(Invalid):
        askings.kpi_form(viewer, "ROADMAP-2024/everybody")
