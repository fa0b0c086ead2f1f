"""Rows added and taken off, changes between sheets, answers in words."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from throughline.kernel.rounds.forms import repeats, words
from throughline.kernel.rounds.forms.changes import Change, differences
from throughline.kernel.rounds.forms.definition import Form
from throughline.kernel.rounds.forms.tests.books import YES_NO, form, q


@pytest.fixture
def rows() -> Form:
    return form(
        [
            q("begin repeat", "r"),
            q("text", "a", default="usual"),
            q("begin repeat", "s"),
            q("text", "b"),
            q("end repeat"),
            q("end repeat"),
            q("begin repeat", "fixed", repeat_count="2"),
            q("text", "c"),
            q("end repeat"),
        ]
    )


def test_a_new_row_stands_at_the_end_with_its_defaults(rows: Form) -> None:
    once = repeats.add_row(rows, {"r[1]/a": "x"}, "r")

    assert once == {"r[1]/a": "x", "r[2]": "", "r[2]/a": "usual"}
    assert repeats.add_row(rows, once, "r[2]/s") == {**once, "r[2]/s[1]": ""}


def test_a_repeat_that_counts_itself_gets_no_row_by_hand(rows: Form) -> None:
    assert repeats.add_row(rows, {}, "fixed") == {}
    assert repeats.add_row(rows, {}, "nothing") == {}


def test_rows_move_up_when_one_is_taken_off(rows: Form) -> None:
    answers = {"r[1]/a": "1", "r[2]/a": "2", "r[3]/a": "3", "r[3]/s[1]/b": "z", "r[10]/a": "10"}

    assert repeats.remove_row(rows, answers, "r[2]") == {
        "r[1]/a": "1",
        "r[2]/a": "3",
        "r[2]/s[1]/b": "z",
        "r[9]/a": "10",
        **{f"r[{number}]": "" for number in range(3, 9)},
    }
    assert repeats.remove_row(rows, answers, "r") == answers


def test_differences_leave_out_what_is_the_same_and_the_marks_of_rows() -> None:
    assert differences({"a": "1", "b": "2", "r[1]": ""}, {"b": "3", "c": "4", "d": ""}) == (
        Change("a", "1", ""),
        Change("b", "2", "3"),
        Change("c", "", "4"),
    )


@pytest.fixture
def all_kinds() -> Form:
    return form(
        [
            q("integer", "i"),
            q("decimal", "d"),
            q("date", "day"),
            q("dateTime", "moment"),
            q("select_one yes_no", "one"),
            q("select_multiple yes_no", "many"),
            q("rank yes_no", "order"),
            q("acknowledge", "ok"),
            q("geopoint", "at"),
            q("text", "t"),
            q("calculate", "c", calculation="1 + 1", bind__type="int"),
        ],
        YES_NO,
    )


@pytest.mark.parametrize(
    ("path", "value", "python", "label"),
    [
        ("i", "1250", 1250, "1,250"),
        ("i", "abc", "abc", "abc"),
        ("d", "12.50", Decimal("12.50"), "12.50"),
        ("day", "2024-02-29", date(2024, 2, 29), "Feb. 29, 2024"),
        ("day", "soon", "soon", "soon"),
        (
            "moment",
            "2024-02-29T10:30:00.000+01:00",
            datetime.fromisoformat("2024-02-29T10:30"),
            "Feb. 29, 2024, 10:30 a.m.",
        ),
        ("one", "yes", "yes", "Yes"),
        ("one", "gone", "gone", "gone"),
        ("many", "yes no", ["yes", "no"], "Yes, No"),
        ("order", "no yes", ["no", "yes"], "No → Yes"),
        ("ok", "OK", "OK", "Confirmed"),
        ("at", "44.8 20.4 0 0", "44.8 20.4 0 0", "44.80000, 20.40000"),
        ("t", "  as it is ", "  as it is ", "  as it is "),
        ("c", "2", 2, "2"),
        ("t", "", None, ""),
    ],
)
def test_answers_for_programs_and_for_people(
    all_kinds: Form, path: str, value: str, python: object, label: str
) -> None:
    item = all_kinds.items[path]

    assert words.python_value(item, value) == python
    with translation.override("en"):
        assert words.value_label(all_kinds, item, value) == label
