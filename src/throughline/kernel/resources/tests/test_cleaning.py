"""Input judged by the declaration: the same for form, API and file."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from throughline.kernel.access.errors import Problem
from throughline.kernel.resources import registry
from throughline.kernel.resources.cleaning import Draft, clean, pack, unpack
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.testing.worlds import World, make_incident

GOOD = {"jurisdiction": "RS", "occurred_on": "7.3.2024", "kind": "public-dispute"}


def cleaned(world: World, raw: dict[str, Any], **more: Any) -> Draft:
    return clean(registry.get("incident"), raw, viewer=world.viewer("alice"), **more)


def test_good_input_becomes_typed_values_with_defaults(world: World) -> None:
    draft = cleaned(world, GOOD)
    assert draft.problems == []
    assert draft.values["jurisdiction"] == world.jurisdictions["RS"]
    assert draft.values["kind"] == world.term("public-dispute")
    assert (draft.values["occurred_on"], draft.values["date_precision"]) == (date(2024, 3, 7), "day")
    assert (draft.values["setting"], draft.values["place"], draft.values["latitude"]) == ("not-reported", "", None)
    assert draft.given == {"jurisdiction", "occurred_on", "kind"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kosovo*", "XK"),
        ("kosovo", "XK"),
        ("XKX", "XK"),
        ("Србија", None),
        ("Belgrade", "RS"),
        ("bosnia and herzegovina", "BA"),
    ],
)
def test_a_jurisdiction_by_any_of_its_names(world: World, name: str, code: str | None) -> None:
    draft = cleaned(world, {**GOOD, "jurisdiction": name})
    found = draft.values.get("jurisdiction")
    assert (found.code if found else None) == code


def test_names_in_other_languages_count(world: World) -> None:
    serbia = world.jurisdictions["RS"]
    serbia.names = {"sr": "Србија"}
    serbia.save()
    assert cleaned(world, {**GOOD, "jurisdiction": "SRBIJA"}).values["jurisdiction"] == serbia


def test_what_is_missing_or_unknown_is_said_with_field_and_value(world: World) -> None:
    draft = cleaned(world, {"jurisdiction": "Atlantis", "occurred_on": "", "colour": "red"})
    assert draft.problems == [
        Problem(
            "jurisdiction",
            "'Atlantis' is not known here. It can be: Albania, Bosnia and Herzegovina, Kosovo*, Moldova, "
            "Montenegro, North Macedonia, Serbia.",
            "Atlantis",
        ),
        Problem("occurred_on", "Give the date."),
        Problem("colour", "There is no such field.", "red"),
        Problem("kind", "Give the type."),
    ]


def test_choices_by_label_synonym_and_word_for_unknown(world: World) -> None:
    people = [{"side": "Victim", "sex": "FEMALE", "outcome": "Died by suicide"}, {"side": "suspect", "sex": "n/a"}]
    draft = cleaned(world, {**GOOD, "people": people})
    assert [(one["side"], one["sex"], one["outcome"]) for one in draft.lines["people"]] == [
        ("victim", "women", "suicide"),
        ("perpetrator", "not-reported", "not-reported"),
    ]


def test_choices_in_any_active_language(world: World) -> None:
    with override("sq"):
        assert cleaned(world, {**GOOD, "setting": "Urban"}).values["setting"] == "urban"


def test_a_month_stays_a_month_and_a_stated_precision_holds(world: World) -> None:
    def kept(given: dict[str, str]) -> tuple[date, str]:
        values = cleaned(world, {**GOOD, **given}).values
        return values["occurred_on"], values["date_precision"]

    assert kept({"occurred_on": "2024-03"}) == (date(2024, 3, 1), "month")
    assert kept({"date_precision": "exact day", "occurred_on": "2024"}) == (date(2024, 1, 1), "year")
    assert kept({"date_precision": "month only", "occurred_on": "2024-03-01"}) == (date(2024, 3, 1), "month")
    assert kept({"occurred_on": "2024-Q1", "date_precision": ""}) == (date(2024, 1, 1), "quarter")


def test_lines_in_three_shapes_are_the_same_lines(world: World) -> None:
    listed = {"people": [{"side": "victim", "sex": "men"}, {"side": "perpetrator", "sex": "women"}]}
    flat = {"people.1.side": "victim", "people.1.sex": "men", "people.7.side": "perpetrator", "people.7.sex": "women"}
    packed = {"people.*.side": "0::victim||1::perpetrator", "people.*.sex": "men||women"}
    shapes = [cleaned(world, {**GOOD, **shape}).lines["people"] for shape in (listed, flat, packed)]
    assert shapes[0] == shapes[1] == shapes[2]
    assert [(one["side"], one["sex"]) for one in shapes[0]] == [("victim", "men"), ("perpetrator", "women")]


def test_packed_cells_keep_their_numbers() -> None:
    assert unpack("0::Male||2::Female") == [(0, "Male"), (2, "Female")]
    assert pack([(1, "Men"), (2, ""), (3, "Women")]) == "1::Men||3::Women"
    assert unpack(pack([(1, "a"), (3, "b")])) == [(1, "a"), (3, "b")]
    assert unpack("") == []


def test_a_wrong_line_is_numbered_by_its_place(world: World) -> None:
    draft = cleaned(world, {**GOOD, "weapons": [{"weapon": "handgun", "quantity": "2"}, {"quantity": "-1"}]})
    assert [(one.field, one.value) for one in draft.problems] == [
        ("weapons.1.quantity", "-1"),
        ("weapons.1.weapon", ""),
    ]


def test_odd_shapes_are_said_and_do_not_break(world: World) -> None:
    odd = {**GOOD, "people": ["x"], "weapons": "three", "place": {"a": 1}, "kind": ["public-dispute"], "sources": 3}
    fields = [problem.field for problem in cleaned(world, odd).problems]
    assert sorted(fields) == ["kind", "people", "place", "sources", "weapons"]


def test_too_many_lines_are_refused(world: World) -> None:
    draft = cleaned(world, {**GOOD, "people": [{"side": "victim"}] * 501})
    assert draft.problems == [Problem("people", "There are 501 lines; at most 500 fit one record.")]


def test_a_change_speaks_of_what_is_given_only(world: World) -> None:
    incident = make_incident(world, people=[{"side": "victim", "sex": "men", "age": 30}])
    draft = cleaned(world, {"place": "Niš", "version": "1"}, existing=incident)
    assert (draft.values, draft.lines, draft.version, draft.problems) == ({"place": "Niš"}, {}, 1, [])
    assert draft.value("kind") == world.term("public-dispute")
    assert draft.rows("people")[0]["age"] == 30
    assert draft.whole["place"] == "Niš"


def test_some_columns_of_the_lines_leave_the_others_alone(world: World) -> None:
    incident = make_incident(world, people=[{"side": "victim", "sex": "men", "age": 30}])
    draft = cleaned(world, {"people.*.sex": "1::women"}, existing=incident)
    assert [(one["sex"], one["side"], one["age"]) for one in draft.lines["people"]] == [("women", "victim", 30)]


def test_emptied_lines_are_emptied(world: World) -> None:
    incident = make_incident(world, people=[{"side": "victim", "sex": "men"}])
    assert cleaned(world, {"people.*.sex": "", "people.*.side": ""}, existing=incident).lines == {"people": []}


def test_owner_and_handling_of_a_record_are_no_fields_to_change(world: World) -> None:
    incident = make_incident(world)
    same = cleaned(world, {"owner": "Police Serbia", "handling": "TLP:GREEN"}, existing=incident)
    other = cleaned(world, {"owner": "Police Albania", "handling": "red"}, existing=incident)
    assert (same.values, same.problems) == ({}, [])
    assert [problem.field for problem in other.problems] == ["owner", "handling"]


def test_rules_look_at_the_whole_as_it_will_be(world: World) -> None:
    incident = make_incident(world, people=[{"side": "victim", "sex": "men"}])
    draft = cleaned(world, {"kind": "large-seizure"}, existing=incident)
    assert [problem.field for problem in draft.problems] == ["people.0.side"]


def test_a_thousand_rows_cost_the_queries_of_one(world: World) -> None:
    resource, viewer, lookups = registry.get("incident"), world.viewer("alice"), Lookups(world.viewer("alice"))
    row = {**GOOD, "weapons.*.weapon": "handgun", "people.*.side": "victim", "people.*.age_band": "19-35"}
    with CaptureQueriesContext(connection) as queries:
        for number in range(1000):
            assert clean(resource, {**row, "place": str(number)}, viewer=viewer, lookups=lookups).problems == []
    assert len(queries) == 4


def test_a_reference_reaches_only_what_the_viewer_may_read(world: World) -> None:
    draft = clean(registry.get("organisation"), {"parent": "Secretariat"}, viewer=world.viewer("alice"))
    nobody = clean(registry.get("organisation"), {"parent": "Secretariat"}, viewer=type(world.viewer("alice")).nobody())
    assert draft.values["parent"] == world.organisations["secretariat"]
    assert "parent" not in nobody.values
