"""The public XLSForms of pyxform's collection: accepted and evaluated, or refused with a reason."""

from pathlib import Path

import pytest

from throughline.kernel.rounds.forms import wire
from throughline.kernel.rounds.forms.definition import load
from throughline.kernel.rounds.forms.evaluating import blank, evaluate
from throughline.kernel.rounds.forms.reading import Reading, read_xlsform

FOLDER = next(
    (folder for above in Path(__file__).parents if (folder := above / "shared" / "data" / "xlsforms").is_dir()), None
)
pytestmark = pytest.mark.skipif(FOLDER is None, reason="the public forms are not at hand")
# name -> questions a person is asked
ACCEPTED = {
    "attribute_columns_test.xlsx": 26,
    "badly_named_choices_sheet.xls": 3,
    "choice_name_same_as_select_name.xls": 1,
    "excel_with_macros.xlsm": 1,
    "field-list.xlsx": 1,
    "group.xlsx": 3,
    "sms_info.xls": 7,
    "spaces_in_choices_header.xls": 2,
    "survey_no_name.xlsx": 1,
    "tutorial.xls": 10,
    "xml_escaping.xls": 1,
}
REFUSED = {
    "case_insensitivity.xls": [
        (
            'Sheet "survey", row 3, column "TYPE": The type "select_one_external" reads a file beside the form. Put its '
            'rows into the sheet "choices" and use a choice_filter.'
        ),
        (
            'Sheet "survey", row 4, column "TYPE": The type "osm" edits OpenStreetMap on a phone. Ask for a geopoint or '
            "geoshape instead."
        ),
        'Sheet "entities", row 2: Entities (lists that answers add to) are not offered here. Delete this sheet.',
    ],
    "include_json.xls": [
        (
            'Sheet "survey", row 2, column "type": The type "include" puts in another file, which is not at hand here. '
            "Copy its questions into the sheet."
        )
    ],
    "or_other.xlsx": [
        (
            'Sheet "survey", row 3, column "choice_filter": "yes" is neither a question nor a column here. '
            "Words stand in quotation marks: 'yes'."
        )
    ],
}


def reading(name: str) -> Reading:
    assert FOLDER is not None
    return read_xlsform((FOLDER / name).read_bytes(), name)


def test_each_is_either_accepted_or_refused() -> None:
    assert FOLDER is not None
    assert sorted(file.name for file in FOLDER.iterdir() if file.suffix.startswith(".xls")) == sorted(
        [*ACCEPTED, *REFUSED]
    )


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_forms_are_evaluated_and_sent(name: str) -> None:
    read = reading(name)
    assert read.problems == ()
    form = load(read.xform)

    found = evaluate(form, blank(form), final=True)

    assert sum(question.asked for question in form.questions()) == ACCEPTED[name]
    assert not [problem for problem in found.problems if "required" not in problem.message]
    sent = wire.to_xml(form, found.answers, form_id="f", version="1", instance_id="uuid:1")
    assert wire.from_xml(form, sent).answers == found.answers
    assert load(wire.as_served(read.xform, form_id="f", title="t", version="1", answers=found.answers)).form_id == "f"


@pytest.mark.parametrize("name", REFUSED)
def test_refused_forms_are_refused_with_a_reason(name: str) -> None:
    assert [str(problem) for problem in reading(name).problems] == REFUSED[name]


def test_the_tutorial_asks_as_it_says() -> None:
    form = load(reading("tutorial.xls").xform)

    young = evaluate(form, {"member[1]/older_than_five": "no", "member[1]/age_in_months": "80"})

    assert young.at("member[1]/age_in_months").relevant
    assert not young.at("member[1]/age_in_years").relevant
    assert young.at("member[1]/age_in_months").problem == "This answer does not meet the condition set for it."


def test_every_character_of_a_label_survives() -> None:
    form = load(reading("xml_escaping.xls").xform)

    assert evaluate(form, blank(form)).at("table_list_3").label == "2 < 1"
