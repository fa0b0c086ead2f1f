"""Questions: one form, one address, and refusals that say what to ask instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.kernel.access.errors import Invalid
from throughline.kernel.measures.questions import Question
from throughline.kernel.periods import Quarter

words = st.text("abcdefgh-", min_size=1, max_size=8).filter(lambda text: text.strip("-"))
questions = st.builds(
    Question.ask,
    words,
    by=st.lists(words, max_size=3),
    where=st.dictionaries(words, st.lists(words, min_size=1, max_size=3), max_size=3),
    period=st.sampled_from([None, "2023", "2023-H1", "2023-Q4", "2022-Q1..2024-Q1", "2023-05-03"]),
    scope=st.sampled_from([None, "SEE-7"]),
    compare=st.sampled_from([(), "previous", ("previous", "last-year")]),
    as_of=st.sampled_from([(), "incident:12"]),
)


@given(questions)
def test_an_address_reads_back(question: Question) -> None:
    assert Question.from_query(question.to_query()) == question


def test_equal_questions_have_one_form() -> None:
    one = Question.ask(
        "incidents", where={"sex": ["women", "men"], "age-band": "19-35"}, compare=["last-year", "previous"]
    )
    other = Question.from_query(
        "?compare=previous,last-year&measure=incidents&where=age-band:19-35&where=sex:men&where=sex:women"
    )
    assert one == other
    assert one.to_query() == (
        "measure=incidents&where=age-band:19-35&where=sex:men,women&compare=previous&compare=last-year"
    )


def test_what_a_form_leaves_empty_is_not_asked() -> None:
    question = Question.from_query("measure=incidents&by=&by=quarter&period=2023-Q4&scope=&compare=")
    assert question == Question.ask("incidents", by="quarter", period=Quarter(2023, 4))


def test_only_narrows() -> None:
    question = Question.ask("incidents", where={"type": "suicide"}).only(place_kind="street", type="other")
    assert question.where == (("place-kind", ("street",)), ("type", ("other",)))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("measure=nothing", "measure"),
        ("measure=incidents&by=colour", "by"),
        ("measure=incidents&where=colour:red", "where"),
        ("measure=incidents&where=colour", "where"),
        ("measure=incidents&period=soon", "period"),
        ("measure=incidents&scope=EUROPE", "scope"),
        ("measure=incidents&compare=previous", "compare"),
        ("measure=incidents&by=year,quarter,type,sex", "by"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_asked_is_refused(query: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Question.from_query(query).checked()
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.django_db
def test_a_refusal_names_what_there_is() -> None:
    with pytest.raises(Invalid, match="people-killed"):
        Question.ask("people").checked()
    with pytest.raises(Invalid, match="jurisdiction"):
        Question.ask("incidents", by="colour").checked()
