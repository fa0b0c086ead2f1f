"""Accepting a return makes values; reopening takes them out of the count; nothing is lost, nothing is doubled."""

from decimal import Decimal

import pytest

from throughline.kernel.access.errors import Invalid
from throughline.kernel.history.models import Entry
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.choices import ReturnState
from throughline.kernel.rounds.models import Return, Round
from throughline.kernel.testing import rounds as given
from throughline.kernel.testing.worlds import World
from throughline.results import takein
from throughline.results.models import IndicatorValue, IndicatorVersion, Progress
from throughline.results.tests import making

ANSWERS = {
    "kpi_1": {"status": "full-compliance", "text": "Zakon je usvojen.", "text_english": "The law was adopted."},
    "kpi_6": making.SEIZED,
    "kpi_8": {"answer": "given", "numerator": "3", "denominator": "5"},
    "kpi_10": {"answer": "nil"},
    "kpi_9": {"text": "Kampanja."},
}


@pytest.fixture
def asked(world: World) -> Round:
    making.load(world)
    return making.open_round(world)


def values(ret: Return) -> dict[tuple[str, str], IndicatorValue]:
    rows = IndicatorValue.objects.filter(ret=ret).select_related("definition__indicator", "jurisdiction")
    return {(one.definition.indicator.label, one.cell): one for one in rows}


def test_an_accepted_return_becomes_values(world: World, asked: Round) -> None:
    ret = making.accepted(world, asked, "RS", ANSWERS)
    found = values(ret)

    assert set(found) == {
        ("KPI 1", ""), ("KPI 2", ""), ("KPI 6", ""), ("KPI 6", "handgun"), ("KPI 6", "rifle-shotgun"), ("KPI 8", ""),
        ("KPI 9", ""), ("KPI 10", ""),
    }  # fmt: skip
    total = found["KPI 6", ""]
    assert (total.number, total.definition.number, total.jurisdiction.code, total.period) == (10, 2, "RS", "2023")
    assert (total.place, total.period_end.isoformat(), total.counted) == (
        "goal_3/kpi_6/kpi_6__answer",
        "2023-12-31",
        True,
    )
    assert (found["KPI 8", ""].numerator, found["KPI 8", ""].denominator, found["KPI 8", ""].number) == (3, 5, None)
    assert (found["KPI 1", ""].status, found["KPI 1", ""].text_english) == ("full-compliance", "The law was adopted.")
    assert (found["KPI 10", ""].nil, found["KPI 10", ""].number) == (True, None)


def test_what_is_submitted_but_not_accepted_is_no_value(world: World, asked: Round) -> None:
    making.accepted(world, asked, "RS", ANSWERS, state="submitted")
    assert IndicatorValue.objects.count() == 0


def test_taking_in_twice_changes_nothing(world: World, asked: Round) -> None:
    ret = making.accepted(world, asked, "RS", ANSWERS)
    before = {key: one.number for key, one in values(ret).items()}
    making.reopen(world, ret)
    rounds.submit(world.viewer("bob"), ret=ret)
    making.accept(world, ret)

    assert {key: one.number for key, one in values(ret).items()} == before
    assert all(one.counted for one in values(ret).values())


def test_reopening_takes_the_values_out_of_the_count_and_keeps_them(world: World, asked: Round) -> None:
    ret = making.accepted(world, asked, "RS", ANSWERS)
    making.reopen(world, ret)

    assert len(values(ret)) == 8
    assert {one.counted for one in values(ret).values()} == {False}
    assert IndicatorValue.objects.counting().count() == 0
    assert Entry.objects.filter(object_id=ret.pk, verb="results.set-aside").count() == 1


def test_a_corrected_return_replaces_its_values(world: World, asked: Round) -> None:
    ret = making.accepted(world, asked, "RS", ANSWERS)
    making.reopen(world, ret)
    changes = making.places(asked.edition, {"kpi_6": {"value": "12"}})
    rounds.save(world.viewer("bob"), holder=ret, changes={place: ("10", value) for place, value in changes.items()})
    rounds.submit(world.viewer("bob"), ret=ret)
    making.accept(world, ret)

    assert values(ret)["KPI 6", ""].number == 12
    assert values(ret)["KPI 6", ""].handed_in.number == 2
    assert ret.sheet.versions.count() == 2


def test_a_nil_return_answers_every_question_with_nothing_to_report(world: World, asked: Round) -> None:
    ret = given.return_of(asked, world, "RS")
    rounds.submit_nil(world.viewer("bob"), ret=ret, reason="No institution had figures.")
    making.accept(world, ret)

    found = values(ret)
    assert len(found) == 10
    assert all(one.nil and one.number is None and not one.cell for one in found.values())


def test_narratives_become_progress(world: World) -> None:
    making.load(world)
    made = making.edition(world, asking="narrative", source="ROADMAP-2024")
    asked = making.open_round(world, made, period="2023-H1")
    ret = making.accepted(
        world, asked, "RS", {"target_1_1": {"status": "in-progress", "text": "Radi se.", "text_english": "Under way."}}
    )

    rows = {one.target.code: one for one in Progress.objects.filter(ret=ret).select_related("target")}
    assert len(rows) == 14
    first = rows["ROADMAP-2024.G1.T1"]
    assert (first.status, first.text, first.text_english, first.period) == (
        "in-progress",
        "Radi se.",
        "Under way.",
        "2023-H1",
    )
    assert rows["ROADMAP-2024.G7.T2"].status == "on-track"


def test_a_form_made_elsewhere_with_the_same_columns_is_taken_in(world: World) -> None:
    making.load(world)
    head = {"label": "Weapons", "bind::throughline:indicator": "ROADMAP-2024.KPI-12"}
    content = given.xlsform(
        survey=(
            {"type": "decimal", "name": "weapons", "bind::throughline:role": "value", **head},
            {"type": "integer", "name": "of_these", "bind::throughline:role": "cell:handgun", **head},
            {"type": "text", "name": "note", "label": "A question of their own"},
        ),
        choices=(),
        settings={"default_language": "default"},
    )
    made = given.make_questionnaire(world, content, title="By hand", asking="kpi")
    asked = making.open_round(world, made)
    ret = given.make_return(world, "RS", round=asked, answers={"weapons": "12.5", "of_these": "3"}, state="accepted")

    assert {key: one.number for key, one in values(ret).items()} == {
        ("KPI 12", ""): Decimal("12.5"), ("KPI 12", "handgun"): 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "role", "answers", "message"),
    [
        ("ROADMAP-2024.KPI-99", "value", {"a": "1"}, "no such indicator"),
        ("ROADMAP-2024.KPI-6", "cell:handgun", {"a": "1", "b": "5"}, "add up to"),
        ("ROADMAP-2024.KPI-6", "value", {"a": "-4"}, "below zero"),
    ],
)
def test_what_fits_nothing_is_refused_with_the_accepting(
    world: World, code: str, role: str, answers: dict[str, str], message: str
) -> None:
    making.load(world)
    mark = {"bind::throughline:indicator": code, "label": "Figure"}
    content = given.xlsform(
        survey=(
            {"type": "integer", "name": "a", "bind::throughline:role": "value", **mark},
            {"type": "integer", "name": "b", "bind::throughline:role": role if role != "value" else "cell:x", **mark},
        ),
        choices=(),
        settings={"default_language": "default"},
    )
    asked = making.open_round(world, given.make_questionnaire(world, content, title="By hand", asking="kpi"))
    ret = given.make_return(world, "RS", round=asked, answers=answers, state="submitted")

    with pytest.raises(Invalid, match=message):
        making.accept(world, ret)
    ret.refresh_from_db()
    assert (ret.state, IndicatorValue.objects.count()) == (ReturnState.SUBMITTED, 0)


def test_a_form_asks_by_the_definition_it_was_made_from(world: World, asked: Round) -> None:
    """A definition added while the round runs does not change what was asked."""
    later = IndicatorVersion.objects.get(code="ROADMAP-2024.KPI-6.v2")
    later.pk, later.number, later.code, later._state.adding = None, 3, "ROADMAP-2024.KPI-6.v3", True
    later.id = takein.Return._meta.pk.get_default()
    later.save()
    ret = making.accepted(world, asked, "RS", ANSWERS)

    assert values(ret)["KPI 6", ""].definition.number == 2
