"""`throughline xlsform check`: what a form author sees."""

import json
from pathlib import Path

import pytest

from throughline.cli.tests.conftest import Call
from throughline.kernel.rounds.forms.tests.books import YES_NO, book, q


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.xlsx"
    survey = [
        {"type": "select_one yes_no", "name": "any", "label::English (en)": "Any?", "label::Shqip (sq)": "A ka?"},
        {"type": "calculate", "name": "c", "calculation": "1 + 1"},
    ]
    file.write_bytes(book(survey, YES_NO, [{"form_title": "Seizures", "form_id": "seizures", "version": "2"}]))
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "bad.xlsx"
    file.write_bytes(book([q("integr", "a"), q("text", "b", relevant="${nothing} = 1")]))
    return file


def test_a_good_form_is_told_in_one_line(call: Call, good: Path) -> None:
    result = call("xlsform", "check", str(good))

    assert result.exit_code == 0, result.output
    assert result.stdout == (
        f"{good}: Seizures (seizures, version 2): 1 question, 1 calculation, 0 repeats; English (en), Shqip (sq)\n"
    )


def test_a_bad_form_is_told_by_row_and_column(call: Call, good: Path, bad: Path) -> None:
    result = call("xlsform", "check", str(good), str(bad))

    assert result.exit_code == 3
    assert f"{bad}: cannot be used, 2 problems\n" in result.stdout
    assert [line for line in result.stderr.splitlines() if "Sheet" in line and "note" not in line] == [
        '  Sheet "survey", row 2, column "type": There is no question type "integr". Did you mean "integer"?',
        '  Sheet "survey", row 3, column "relevant": "nothing" is named here, and no question or group has that name.',
    ]


def test_all_of_it_as_json(call: Call, bad: Path) -> None:
    result = call("xlsform", "check", "--json", str(bad))

    assert result.exit_code == 3
    (told,) = json.loads(result.stdout)
    assert told["usable"] is False
    assert told["problems"][0] == {
        "message": 'There is no question type "integr". Did you mean "integer"?',
        "sheet": "survey",
        "row": 2,
        "column": "type",
    }


def test_a_file_that_is_not_there(call: Call, tmp_path: Path) -> None:
    assert call("xlsform", "check", str(tmp_path / "none.xlsx")).exit_code == 2
