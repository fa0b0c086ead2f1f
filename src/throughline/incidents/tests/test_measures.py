"""The measures of armed violence, with the traps that the published figures show."""

from datetime import date
from typing import Any

import pytest

from throughline.incidents.measures import MEASURES
from throughline.kernel.measures import registry
from throughline.kernel.measures.ask import ALL, ask, ask_all, behind
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World, make_incident

YEAR = {"period": "2023", "scope": "SEE-7"}


def person(**given: Any) -> dict[str, Any]:
    return {"side": "victim", "sex": "men", "outcome": "unharmed", **given}


@pytest.fixture
def year(world: World) -> World:
    """A small 2023: a seizure with three kinds of weapon, a killing and suicide, a threat; and one in 2022."""
    handgun, grenade, rifle = (world.term(code) for code in ("handgun", "hand-grenade", "rifle-shotgun"))
    rs, al, md = (world.jurisdictions[code] for code in ("RS", "AL", "MD"))
    for given in (
        {
            "kind": "weapon-seizure",
            "jurisdiction": rs,
            "occurred_on": date(2023, 2, 1),
            "weapons": [{"weapon": handgun, "quantity": 3}, {"weapon": grenade, "quantity": 2}, {"weapon": rifle}],
            "people": [
                person(side="perpetrator"),
                person(side="perpetrator", sex="women"),
                person(side="perpetrator", sex="not-reported"),
            ],
        },
        {
            "kind": "domestic-violence",
            "jurisdiction": al,
            "occurred_on": date(2023, 5, 1),
            "possession": "illegal",
            "weapons": [{"weapon": handgun, "quantity": 1}],
            "people": [
                person(sex="women", outcome="killed"),
                person(sex="not-reported", outcome="killed"),
                person(side="perpetrator", outcome="suicide"),
            ],
        },
        {
            "kind": "armed-robbery",
            "jurisdiction": md,
            "occurred_on": date(2023, 11, 1),
            "possession": "legal",
            "people": [person(outcome="threatened"), person(side="perpetrator", sex="men")],
        },
        {
            "kind": "public-dispute",
            "jurisdiction": rs,
            "occurred_on": date(2022, 5, 1),
            "people": [person(outcome="injured")],
        },
    ):
        make_incident(world, state="verified", **given)
    return world


def value(world: World, measure: str, **question: Any) -> float | None:
    return ask(Question.ask(measure, **{**YEAR, **question}), world.viewer("anna")).value


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("incidents", 3),
        ("seizures", 1),
        ("large-seizures", 0),
        ("incidents-without-seizures", 2),
        ("incidents-entered", 3),
        ("persons", 8),
        ("victims", 3),
        ("perpetrators", 5),
        ("people-killed", 2),
        ("people-injured", 0),
        ("people-threatened", 1),
        ("people-suicide", 1),
        ("weapons-seized", 5),
        ("weapons", 6),
        ("weapon-lines", 4),
        ("share-seizures", 100 / 3),
        ("share-men-perpetrators", 75),
        ("share-men-victims", 50),
        ("share-women-killed", 100),
        ("share-illegal-possession", 50),
        ("share-urban", None),
    ],
)
def test_each_measure(year: World, measure: str, expected: float | None) -> None:
    found = value(year, measure)
    assert found == (pytest.approx(expected) if expected is not None else None)


def test_every_measure_is_tested_and_described() -> None:
    marks = [mark for mark in test_each_measure.pytestmark if mark.name == "parametrize"]
    assert {row[0] for row in marks[0].args[1]} == {one.id for one in MEASURES}
    assert all(one.description or one.base_label for one in MEASURES)


def test_killed_excludes_suicide_on_either_side(year: World) -> None:
    answer = ask(Question.ask("people-killed", by="side", **YEAR), year.viewer("anna"))
    assert {cell.keys: cell.value for cell in answer.cells} == {("victim",): 2, ("perpetrator",): 0}


def test_a_seizure_has_no_victim(year: World) -> None:
    assert value(year, "victims", where={"type": "weapon-seizure"}) == 0
    assert value(year, "perpetrators", where={"type": "weapon-seizure"}) == 3


def test_a_case_with_several_weapons_stands_in_each_and_the_total_is_not_their_sum(year: World) -> None:
    answer = ask(Question.ask("seizures", by="weapon", **YEAR), year.viewer("anna"))
    counted = {cell.keys[0]: cell.value for cell in answer.cells if cell.value}
    assert counted == {"handgun": 1, "rifle-shotgun": 1, "explosive": 1}
    assert answer.value == 1
    assert not answer.additive
    assert answer.notes[0] == "A case with several such lines counts in each; the parts do not add up to the total."


def test_margins_of_what_does_not_add_up_are_asked_anew(year: World) -> None:
    answer = ask(Question.ask("incidents", by=["jurisdiction", "weapon"], **YEAR), year.viewer("anna"))
    assert answer.cell("RS", "handgun").value == 1
    assert answer.margin("RS", ALL).value == 1
    assert answer.margin(ALL, "handgun").value == 2
    assert answer.value == 3
    none = answer.cell("MD", None)
    assert (none.value, none.labels) == (1, ("Moldova", "no weapon recorded"))


def test_conditions_on_people_hold_for_one_and_the_same_person(year: World) -> None:
    men_killed = {"sex": "men", "outcome": "killed"}
    assert value(year, "incidents", where=men_killed) == 0
    assert value(year, "incidents", where={"sex": "women", "outcome": "killed"}) == 1


def test_people_by_the_weapon_of_their_case(year: World) -> None:
    assert value(year, "people-killed", where={"weapon": "handgun"}) == 2
    assert value(year, "people-killed", where={"weapon": "explosive"}) == 0


def test_a_share_names_its_base_and_what_is_unknown(year: World) -> None:
    answer = ask(Question.ask("share-men-perpetrators", **YEAR), year.viewer("anna"))
    total = answer.total
    assert (total.numerator, total.denominator, total.unknown) == (3, 4, 1)
    assert answer.base == "3 of 4 perpetrators whose sex was reported; 1 not reported; from 3 verified records"


def test_shares_of_parts_are_summed_over_sums(year: World) -> None:
    answer = ask(Question.ask("share-men-perpetrators", by="jurisdiction", **YEAR), year.viewer("anna"))
    assert {cell.keys[0]: cell.value for cell in answer.cells if cell.value is not None} == {
        "AL": 100,
        "MD": 100,
        "RS": 50,
    }
    assert answer.value == 75


def test_quantities_that_are_not_reported_are_not_taken_as_one(year: World) -> None:
    answer = ask(Question.ask("weapons-seized", **YEAR), year.viewer("anna"))
    assert (answer.value, answer.total.unknown) == (5, 1)
    assert answer.base == "from 3 verified records; 1 line without a quantity"


def test_scopes_differ(year: World) -> None:
    assert value(year, "incidents") == 3
    assert value(year, "incidents", scope="WB-6") == 2


def test_missing_is_not_zero(year: World) -> None:
    answer = ask(Question.ask("people-killed", by="jurisdiction", **YEAR), year.viewer("anna"))
    found = {cell.keys[0]: cell.value for cell in answer.cells}
    assert found == {"AL": 2, "BA": None, "XK": None, "MD": 0, "ME": None, "MK": None, "RS": 0}
    assert answer.cell("BA").why == "nothing reported"
    assert answer.coverage.words == "3 of 7 jurisdictions"
    assert answer.coverage.missing == (
        "Bosnia and Herzegovina", "Kosovo*", "Montenegro", "North Macedonia",
    )  # fmt: skip


def test_narrowing_by_place_or_programme_narrows_base_and_coverage(year: World) -> None:
    anna = year.viewer("anna")
    silent = ask(Question.ask("people-killed", where={"jurisdiction": "BA"}, **YEAR), anna)
    assert (silent.value, silent.coverage.words) == (None, "0 of 1 jurisdiction")
    quiet = ask(Question.ask("people-killed", where={"jurisdiction": "MD"}, **YEAR), anna)
    assert (quiet.value, quiet.coverage.words, quiet.base) == (0, "1 of 1 jurisdiction", "from 1 verified record")
    women = ask(Question.ask("people-killed", where={"sex": "women"}, **YEAR), anna)
    assert (women.coverage.words, women.base) == ("3 of 7 jurisdictions", "from 3 verified records")
    elsewhere = ask(Question.ask("people-killed", where={"programme": "OTHER"}, **YEAR), anna)
    assert (elsewhere.value, elsewhere.coverage.words) == (None, "0 of 7 jurisdictions")


def test_names_stand_as_the_region_prints_them(year: World) -> None:
    answer = ask(Question.ask("incidents", by="jurisdiction", **YEAR), year.viewer("anna"))
    assert answer.cell("XK").labels == ("Kosovo*",)


def test_quarters_without_a_record_are_missing_not_zero(year: World) -> None:
    answer = ask(Question.ask("incidents", by="quarter", **YEAR), year.viewer("anna"))
    assert [cell.value for cell in answer.cells] == [1, 1, None, 1]
    assert [cell.labels[0] for cell in answer.cells] == ["Q1 2023", "Q2 2023", "Q3 2023", "Q4 2023"]


def test_each_quarter_is_compared_with_the_one_before_and_the_year_with_the_year(year: World) -> None:
    question = Question.ask("incidents", by="quarter", compare=["previous", "last-year"], **YEAR)
    answer = ask(question, year.viewer("anna"))
    second = answer.cell("2023-Q2")
    assert second.compared("previous").words == "0\N{NARROW NO-BREAK SPACE}%, 1 → 1; too few to say"
    assert (second.compared("previous").label, second.compared("last-year").label) == ("Q1 2023", "Q2 2022")
    assert answer.total.compared("previous").words == "+200\N{NARROW NO-BREAK SPACE}%, 1 → 3; too few to say"
    assert answer.total.compared("last-year").label == "2022"
    assert "Compared with 2022, when 1 of 7 jurisdictions reported." in answer.notes


def test_nothing_is_compared_with_what_is_missing(year: World) -> None:
    answer = ask(Question.ask("incidents", by="jurisdiction", compare="previous", **YEAR), year.viewer("anna"))
    found = answer.cell("AL").compared("previous")
    assert (found.value, found.change, found.words) == (None, None, "nothing to compare with")


def test_two_kinds_of_period_at_once_are_consistent(year: World) -> None:
    question = Question.ask("incidents", by=["year", "quarter"], period="2022..2023", compare="previous")
    answer = ask(question, year.viewer("anna"))
    assert len(answer.cells) == 8
    assert answer.cell("2023", "2023-Q1").compared("previous").label == "Q4 2022"


def test_the_records_behind_each_cell(year: World) -> None:
    anna = year.viewer("anna")
    question = Question.ask("incidents", by=["jurisdiction", "weapon"], **YEAR)
    assert len(behind(question, None, anna)) == 3
    for cell in ask(question, anna).cells:
        assert len(behind(question, cell.keys, anna)) == (cell.value or 0)
    assert len(behind(question, (ALL, "handgun"), anna)) == 2
    assert behind(question.only(jurisdiction="RS"), ("AL", ALL), anna) == []


def test_the_records_behind_a_share_are_those_of_its_part(year: World) -> None:
    question = Question.ask("share-seizures", **YEAR)
    seizure = behind(Question.ask("seizures", **YEAR), None, year.viewer("anna"))
    assert behind(question, None, year.viewer("anna")) == seizure


def test_everybody_sees_only_what_they_may(year: World) -> None:
    """The same question: the analyst has all, each officer what is shared or their own, the outsider nothing."""
    make_incident(year, by="charlie", state="verified", handling="amber+strict", occurred_on=date(2023, 7, 1))
    question = Question.ask("incidents", by="quarter", **YEAR)
    totals = {name: ask(question, year.viewer(name)).value for name in ("alice", "charlie", "anna", "outsider")}
    assert totals == {"alice": 3, "charlie": 4, "anna": 3, "outsider": None}
    assert behind(question, ("2023-Q3",), year.viewer("alice")) == []


def test_titles_say_the_question(year: World) -> None:
    question = Question.ask("people-killed", by=["quarter", "type"], where={"sex": ["men", "women"]}, **YEAR)
    answer = ask(question, year.viewer("anna"))
    assert answer.title == "People killed by quarter and type, Men and Women, South East Europe, 2023"
    assert (answer.unit, answer.label) == ("people", "People killed")


def test_several_answers_come_from_one_state(year: World) -> None:
    answers = ask_all([Question.ask(one.id, **YEAR) for one in MEASURES], year.viewer("anna"))
    assert len({tuple(answer.versions.items()) for answer in answers}) == 1


@pytest.mark.parametrize("measure", ["seizures", "people-killed", "weapons-seized", "share-men-perpetrators"])
def test_every_dimension_can_be_asked(year: World, measure: str) -> None:
    """One measure of each fact and kind; the others differ from these in a condition only."""
    dimensions = list(registry.dimensions_of(registry.measures[measure]))
    answers = ask_all([Question.ask(measure, by=one, **YEAR) for one in dimensions], year.viewer("anna"))
    assert [answer.axes[0].id for answer in answers] == dimensions
    assert {answer.value for answer in answers} == {answers[0].value}
