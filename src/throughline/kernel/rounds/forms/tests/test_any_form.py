"""Whatever is in the cells: a form is read or refused in words, never a crash."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.kernel.access.errors import Invalid
from throughline.kernel.rounds.forms import checks, grammar, sheets, wire
from throughline.kernel.rounds.forms.definition import load
from throughline.kernel.rounds.forms.evaluating import blank, evaluate
from throughline.kernel.rounds.forms.reading import _converted
from throughline.kernel.rounds.forms.tests.books import form, q

types = st.sampled_from(
    [
        "text", "integer", "decimal", "date", "note", "calculate", "begin group", "end group", "begin repeat",
        "end repeat", "select_one k", "select_multiple k", "select_one other", "rank k", "range", "geopoint", "image",
        "select_one ${a}", "select_one k or_other", "today", "nonsense", "", "begin_repeat", "audit", "hidden",
        "begin loop over k", "select one from k", "acknowledge", "time", "geotrace", "xml-external", "start",
    ]
)  # fmt: skip
names = st.sampled_from(["a", "b", "c", "d e", "", "meta", "name", "2x", "k", "data", "label", "č", "a.b", "a:b"])
pieces = st.sampled_from(
    [
        "${a}", "${b}", "${c}", "${", "}", ".", "..", "/", "+", "-", "=", "!=", "and", "or", "not(", "(", ")", ",", "'x'",
        "1", "2.5", "selected(", "sum(", "count(", "position(..)", "today()", "if(", "[", "]", "instance('k')", "root",
        "item", "name", "$", "@", "*", "once(", "indexed-repeat(", "jr:choice-name(", "'${a}'", "::", "div", "'", '"', "yes",
        "current()", "//", "|", "last()", "concat(", "pulldata(", "&", "<", ">", "{", "#", "é",
    ]
)  # fmt: skip
expressions = st.lists(pieces, max_size=7).map(" ".join) | st.lists(pieces, max_size=4).map("".join)
cells = {
    "relevant": expressions,
    "constraint": expressions,
    "calculation": expressions,
    "required": expressions | st.sampled_from(["yes", "TRUE", "no"]),
    "choice_filter": expressions,
    "repeat_count": expressions,
    "default": expressions,
    "label": st.sampled_from(["L", "", "Is ${a}?", "${", "<b>&"]),
    "parameters": st.sampled_from(["", "start=1 end=3", "seed=${a} randomize=true", "x", "step=0"]),
    "appearance": st.sampled_from(["", "field-list", "table-list", "label", "search('x')", "w1 minimal"]),
    "read_only": st.sampled_from(["", "yes", "${a} = 1"]),
}
rows = st.builds(
    lambda kind, name, more: {
        key: cell for key, cell in {"type": kind, "name": name, "label": "L", **more}.items() if cell
    },
    types,
    names,
    st.fixed_dictionaries({}, optional=cells),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=7))
def test_any_survey_is_read_or_refused_in_words(survey: list[dict[str, str]]) -> None:
    columns = tuple(dict.fromkeys(["type", "name", *(key for row in survey for key in row)]))
    choices = sheets.Sheet("choices", ("list_name", "name", "label"), [{"list_name": "k", "name": "x", "label": "X"}])
    book = sheets.Book({"survey": sheets.Sheet("survey", columns, survey), "choices": choices}, ("survey", "choices"))

    found = checks.check(book)
    reading = None if found.problems else _converted(book, "any.xlsx", ())

    said = found.problems if reading is None else reading.problems
    assert all(str(problem) and "could not be converted" not in problem.message for problem in said)
    if reading is not None and reading.xform:
        known = load(reading.xform)
        answers = evaluate(known, blank(known), final=True).answers
        sent = wire.to_xml(known, answers, form_id="f", version="1", instance_id="uuid:1")
        wire.from_xml(known, sent)


@settings(deadline=None, max_examples=300)
@given(expressions | st.text(max_size=30))
def test_any_expression_is_parsed_or_refused(text: str) -> None:
    with suppress(grammar.Unparsable):
        grammar.parse(text)


KNOWN = st.shared(st.builds(lambda: form([q("text", "a"), q("begin repeat", "r"), q("integer", "n"), q("end repeat")])))


@settings(deadline=None, max_examples=200)
@given(KNOWN, st.dictionaries(st.text("ar[]/n0129._", max_size=12), st.text(max_size=5), max_size=4))
def test_any_answers_are_evaluated(known, answers) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    found = evaluate(known, answers, final=True)

    assert set(found.answers) <= set(answers) | {"r[1]"}


markup = st.lists(
    st.sampled_from(
        [
            b"<data>",
            b"</data>",
            b"<a>",
            b"</a>",
            b"<r>",
            b"</r>",
            b"<n>",
            b"</n>",
            b"1",
            b"&amp;",
            b"&lt;",
            b"&x;",
            b"<!--",
            b"-->",
            b"<?x ?>",
            b"<![CDATA[",
            b"]]>",
            b"<meta/>",
            b"<data id='f'>",
            b'<x xmlns="u"/>',
            b"\xff",
            b"\x00",
            b" ",
        ]
    ),
    max_size=10,
).map(b"".join)


@settings(deadline=None, max_examples=300)
@given(KNOWN, markup | st.binary(max_size=20))
def test_any_submission_is_read_or_refused(known, content: bytes) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with suppress(Invalid):
        wire.from_xml(known, content)
