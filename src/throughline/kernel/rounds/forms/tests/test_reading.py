"""What form authors are told: everything at once, by sheet, row and column."""

import pytest

from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.forms.tests.books import YES_NO, book, form, problems, q, read


def test_a_good_form_has_no_problems() -> None:
    reading = read(
        [q("integer", "seized", "Weapons seized", bind__throughline__together="sum")],
        settings=[{"form_title": "Seizures", "form_id": "seizures", "version": "3"}],
    )

    assert (reading.title, reading.form_id, reading.version) == ("Seizures", "seizures", "3")
    assert reading.problems == ()
    assert reading.warnings == ()


def test_our_own_columns_need_no_declaration() -> None:
    known = form([{"type": "integer", "name": "seized", "label": "S", "bind::throughline:together": "sum"}])

    assert known.items["seized"].extra == {"together": "sum"}


def test_a_form_without_settings_is_named_after_its_file() -> None:
    reading = read_xlsform(book([q("text", "a")]), "KPI return 2023.xlsx")

    assert reading.form_id == "KPI_return_2023"


def test_all_problems_are_told_at_once_with_their_cells() -> None:
    told = problems(
        [
            q("intger", "a"),
            q("text", "b", relevant="${c} > 1"),
            q("select_one colours", "d"),
            q("text", "b"),
            q("decimal", "e", calculation="round(${b}"),
            q("begin group", "g"),
        ],
        [{"list_name": "colors", "name": "red", "label": "Red"}],
    )

    assert told == [
        'Sheet "survey", row 2, column "type": There is no question type "intger". Did you mean "integer"?',
        'Sheet "survey", row 3, column "relevant": "c" is named here, and no question or group has that name.',
        (
            'Sheet "survey", row 4, column "type": There is no list "colours" in the sheet "choices". '
            'Did you mean "colors"?'
        ),
        (
            'Sheet "survey", row 5, column "name": The name "b" is used twice in the same group, also in row 3. '
            "Rename one of them."
        ),
        (
            'Sheet "survey", row 6, column "calculation": The expression "round(${b}" ends too early; a bracket or a '
            "value is missing."
        ),
        'Sheet "survey", row 7, column "type": This group is never closed: add a row "end group".',
    ]


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        ([q("text", "", "What?")], 'row 2, column "name": The question has no name.'),
        ([q("", "a", "What?")], 'row 2, column "type": The question has no type.'),
        ([q("text", "a", "")], 'row 2, column "label": The question has no label, so nobody would know what is asked.'),
        (
            [q("text", "2b", "x")],
            (
                'row 2, column "name": "2b" cannot be a name: it begins with a letter, and has letters, digits, _, - and . '
                "only."
            ),
        ),
        ([q("text", "a"), q("end group")], 'row 3, column "type": There is no group open that this row could close.'),
        (
            [q("begin group", "g"), q("text", "a"), q("end repeat")],
            'row 4, column "type": This row closes a repeat, but row 2 began a group.',
        ),
        (
            [
                q("begin repeat", "r"),
                q("text", "a"),
                q("end repeat"),
                q("begin group", "g"),
                q("begin repeat", "r"),
                q("text", "b"),
                q("end repeat"),
                q("end group"),
            ],
            'row 6, column "name": Two repeats are called "r", also row 2. Rename one of them.',
        ),
        ([q("calculate", "a")], 'row 2, column "calculation": A calculation needs an expression in this column.'),
        (
            [q("text", "a", constraint="foo(.) = 1")],
            'row 2, column "constraint": There is no function foo().',
        ),
        (
            [q("text", "a", constraint="selected(.)")],
            'row 2, column "constraint": The function selected() has too many or too few arguments.',
        ),
        (
            [q("text", "a"), q("calculate", "b", calculation="pulldata('f', 'x', 'y', ${a})")],
            (
                'row 3, column "calculation": The function pulldata() cannot be used. It reads a file beside the form. '
                'Put the values into the sheet "choices" and use instance().'
            ),
        ),
        (
            [q("text", "a"), q("text", "b", relevant="${a")],
            'row 3, column "relevant": "${" is not followed by a name and "}".',
        ),
        (
            [q("text", "a", default="${last-saved#a}")],
            (
                'row 2, column "default": ${last-saved#…} reads the last form filled in on the same phone. '
                "It is not offered here."
            ),
        ),
        (
            [q("select_one", "a")],
            'row 2, column "type": Say which list of the sheet "choices" to choose from: "select_one list_name".',
        ),
        (
            [q("text", "a"), q("text", "b", calculation="now()", trigger="${a}")],
            (
                'row 3, column "trigger": A trigger computes only at the moment another answer changes. '
                "Use a calculation without one."
            ),
        ),
        (
            [q("background-audio", "a")],
            (
                'row 2, column "type": The type "background-audio" records the respondent unnoticed. '
                "Questionnaires here never do that."
            ),
        ),
        (
            [q("select_one_from_file towns.csv", "a")],
            (
                'row 2, column "type": The type "select_one_from_file" reads a file beside the form. Put its rows into the '
                'sheet "choices" and use a choice_filter.'
            ),
        ),
    ],
)
def test_each_problem_in_plain_words(survey: list[dict[str, str]], said: str) -> None:
    assert problems(survey) == [f'Sheet "survey", {said}']


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        (
            [q("calculate", "a", calculation="${b} + 1"), q("calculate", "b", calculation="${a} + 1")],
            'row 2, column "calculation": These depend on each other in a circle: a → b → a.',
        ),
        (
            [q("calculate", "a", calculation="${a} + 1")],
            'row 2, column "calculation": "a" depends on itself.',
        ),
        (
            [q("begin group", "g", relevant="${a} = 1"), q("integer", "a"), q("end group")],
            'row 2, column "relevant": These depend on each other in a circle: g → a → g.',
        ),
        (
            [q("integer", "a", relevant="${b} = 1"), q("integer", "b", relevant="${a} = 1")],
            'row 2, column "relevant": These depend on each other in a circle: a → b → a.',
        ),
    ],
)
def test_circles_are_found(survey: list[dict[str, str]], said: str) -> None:
    assert problems(survey) == [f'Sheet "survey", {said}']


def test_constraints_may_look_at_each_other() -> None:
    form([q("integer", "least", constraint=". <= ${most}"), q("integer", "most", constraint=". >= ${least}")])


def test_a_running_total_over_rows_is_no_circle() -> None:
    form(
        [
            q("begin repeat", "r"),
            q("integer", "n"),
            q("calculate", "sofar", calculation="${n} + coalesce(indexed-repeat(${sofar}, ${r}, position(..) - 1), 0)"),
            q("end repeat"),
        ]
    )


def test_problems_of_lists_are_told_by_row() -> None:
    choices = [
        {"list_name": "c", "name": "a", "label": "A"},
        {"list_name": "c", "name": "a", "label": "B"},
        {"list_name": "c", "label": "C"},
        {"name": "d", "label": "D"},
        {"list_name": "c", "name": "e f", "label": "E"},
    ]

    assert problems([q("select_multiple c", "x")], choices) == [
        'Sheet "choices", row 3, column "name": The list "c" has the choice "a" twice, also in row 2.',
        'Sheet "choices", row 4, column "name": The choice has no name.',
        'Sheet "choices", row 5, column "list_name": The choice belongs to no list.',
        (
            'Sheet "choices", row 6, column "name": The choice "e f" has a space in its name; where several can be chosen, '
            "none may."
        ),
    ]


def test_a_filter_by_a_column_that_is_not_there() -> None:
    survey = [q("select_one yes_no", "a"), q("select_one yes_no", "b", choice_filter="kind = ${a}")]

    assert problems(survey, YES_NO) == [
        (
            'Sheet "survey", row 3, column "choice_filter": "kind" is neither a question nor a column here. '
            "Words stand in quotation marks: 'kind'."
        )
    ]


def test_what_pyxform_refuses_is_told_by_row_too() -> None:
    survey = [q("range", "a", parameters="start=1 end=10 step=0")]

    assert problems(survey) == [
        (
            "Sheet \"survey\", row 2, column \"parameters\": For the 'range' question type, the parameter 'step' "
            "must not be '0' (zero)."
        )
    ]


def test_settings_that_send_answers_elsewhere_are_left_out_and_told() -> None:
    reading = read([q("text", "a")], settings=[{"form_id": "f", "submission_url": "https://elsewhere.example/x"}])

    assert [str(one) for one in reading.warnings] == [
        'Sheet "settings", column "submission_url": Answers come here, so the address in this column is left out.'
    ]
    assert "elsewhere" not in reading.xform


def test_what_would_watch_a_respondent_is_left_out() -> None:
    reading = read([q("audit", "audit", "", parameters="location-priority=balanced"), q("text", "a")])

    assert [str(one) for one in reading.warnings] == [
        (
            'Sheet "survey", row 2, column "type": The phone\'s log of what a respondent does is left out. '
            "Nobody is watched while answering."
        )
    ]
    assert "audit" not in reading.xform


def test_what_is_not_translated_is_told_by_language() -> None:
    survey = [
        {"type": "text", "name": "a", "label::English (en)": "A", "hint::English (en)": "H", "label::Shqip (sq)": "A"}
    ]

    assert [str(one) for one in read(survey, settings=[{"default_language": "English (en)"}]).warnings] == [
        'Sheet "survey": The language "Shqip (sq)" has no column for: hint. The form\'s own words stand there.'
    ]


def test_a_workbook_without_survey() -> None:
    assert problems([], [{"list_name": "a", "name": "b", "label": "B"}], settings=[{"form_id": "x"}]) == [
        'The workbook has no sheet called "survey". It has: choices, settings.'
    ]


def test_a_sheet_without_the_columns_that_matter() -> None:
    assert problems([{"kind": "text", "label": "A"}]) == [
        'Sheet "survey", row 1: The sheet has no column "type".',
        'Sheet "survey", row 1: The sheet has no column "name".',
    ]


def test_rows_that_are_switched_off_are_passed_over() -> None:
    assert form([q("text", "a"), q("nonsense", "b", disabled="yes")]).items.keys() == {"a"}


@pytest.mark.parametrize("column", ["relevant", "relevance", "bind::relevant", "bind:relevant", "Relevant"])
def test_columns_under_all_their_names(column: str) -> None:
    said = problems([{"type": "text", "name": "a", "label": "A", column: "${b}"}])

    assert said == [
        f'Sheet "survey", row 2, column "{column}": "b" is named here, and no question or group has that name.'
    ]
