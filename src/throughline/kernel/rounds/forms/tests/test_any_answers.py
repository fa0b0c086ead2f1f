"""What holds for any answers at all."""

from datetime import date
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.kernel.rounds.forms import repeats, wire
from throughline.kernel.rounds.forms.changes import differences
from throughline.kernel.rounds.forms.definition import Form
from throughline.kernel.rounds.forms.evaluating import evaluate
from throughline.kernel.rounds.forms.tests.books import YES_NO, form, q

TODAY = date(2024, 3, 1)


@cache
def known() -> Form:
    return form(
        [
            q("select_one yes_no", "any"),
            q("begin group", "g", relevant="${any} != 'no'"),
            q("integer", "n"),
            q("text", "why", relevant="${n} > 2"),
            q("hidden", "kept", default="fixed"),
            q("end group"),
            q("begin repeat", "r", relevant="${why} != 'x'"),
            q("decimal", "d"),
            q("calculate", "twice", calculation="${d} * 2"),
            q("end repeat"),
            q("begin repeat", "c", repeat_count="${n}"),
            q("text", "t", default="new"),
            q("end repeat"),
            q("calculate", "sum", calculation="sum(${twice})"),
        ],
        YES_NO,
    )


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(str.strip)
values = st.one_of(texts, st.sampled_from(["yes", "no", "x", "1", "3", "12,5", "-1", "1e3", "2024-01-01"]))
places_ = st.sampled_from(
    "any g/n g/why g/kept r[1]/d r[2]/d r[3]/d r[1] r[2] r[4] r[2]/twice c[1]/t c[2]/t sum nowhere r/d g".split()
)
sheets = st.dictionaries(places_, values.filter(bool), max_size=10).map(
    lambda sheet: {place: "" if place.endswith("]") else value for place, value in sheet.items()}
)


@settings(deadline=None)
@given(sheets)
def test_evaluating_twice_changes_nothing(sheet: dict[str, str]) -> None:
    once = evaluate(known(), sheet, today=TODAY).answers
    twice = evaluate(known(), once, today=TODAY)

    assert twice.answers == once
    assert not [problem for problem in twice.problems if "has no question" in problem.message]


@settings(deadline=None)
@given(sheets)
def test_nothing_irrelevant_is_an_answer(sheet: dict[str, str]) -> None:
    found = evaluate(known(), sheet, today=TODAY, final=True)

    irrelevant = {part.place for part in found.parts if not part.relevant}
    assert not irrelevant & found.answers.keys()
    assert not [one for one in found.problems if one.place in irrelevant and "has no question" not in one.message]


@settings(deadline=None)
@given(sheets)
def test_answers_survive_the_wire(sheet: dict[str, str]) -> None:
    answers = evaluate(known(), sheet, today=TODAY).answers

    sent = wire.to_xml(known(), answers, form_id="f", version="1", instance_id="uuid:1")

    assert wire.from_xml(known(), sent).answers == answers


@settings(deadline=None)
@given(sheets)
def test_a_row_added_and_taken_off_leaves_the_sheet_as_it_was(sheet: dict[str, str]) -> None:
    answers = evaluate(known(), sheet, today=TODAY).answers
    number = repeats.count_rows(answers, "r") + 1

    added = repeats.add_row(known(), answers, "r")

    assert repeats.remove_row(known(), added, f"r[{number}]") == answers
    assert differences(answers, answers) == ()
