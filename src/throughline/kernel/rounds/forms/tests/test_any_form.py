"""Whatever is in the cells: a form is read or refused in words, never a crash."""

from contextlib import suppress
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.kernel.access.errors import Invalid
from throughline.kernel.rounds.forms import checks, grammar, sheets, wire
from throughline.kernel.rounds.forms.compiling import compile_expression
from throughline.kernel.rounds.forms.definition import Form, load
from throughline.kernel.rounds.forms.evaluating import Run, blank, evaluate
from throughline.kernel.rounds.forms.reading import _converted
from throughline.kernel.rounds.forms.tests.books import form, q
from throughline.kernel.rounds.forms.values import number, string, truth

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


@cache
def small() -> Form:
    return form([q("text", "a"), q("begin repeat", "r"), q("integer", "n"), q("end repeat")])


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.text("ar[]/n0129._", max_size=12), st.text(max_size=5), max_size=4))
def test_any_answers_are_evaluated(answers: dict[str, str]) -> None:
    found = evaluate(small(), answers, final=True)

    assert {place for place in found.answers if not place.endswith("]")} <= set(answers)


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
@given(markup | st.binary(max_size=20))
def test_any_submission_is_read_or_refused(content: bytes) -> None:
    with suppress(Invalid):
        wire.from_xml(small(), content)


# every function and operator, with everything for an argument


@cache
def wide() -> Form:
    choices = [{"list_name": "k", "name": name, "label": name} for name in ("x", "y")]
    return form(
        [
            q("text", "t"),
            q("integer", "i"),
            q("decimal", "d"),
            q("date", "on"),
            q("select_multiple k", "m"),
            q("geotrace", "line"),
            q("begin repeat", "r"),
            q("integer", "n"),
            q("end repeat"),
        ],
        choices,
    )


atoms = st.sampled_from(
    [
        "/data/t",
        "/data/i",
        "/data/d",
        "/data/on",
        "/data/m",
        "/data/line",
        "/data/r",
        "/data/r/n",
        "/data/r[2]/n",
        ".",
        "1",
        "-1",
        "0",
        "2.5",
        "100000000000000000000",
        "''",
        "'x'",
        "'2024-01-01'",
        "(1 div 0)",
        "(0 div 0)",
        "true()",
        "instance('k')/root/item",
        "instance('k')/root/item/name",
        "current()",
        "/data/r/n[. > 1]",
        "'('",
        "'1 1;2 2;3 1;1 1'",
    ]
)
functions = st.sampled_from(sorted(grammar.ARGUMENTS.keys() - {"instance", "current", "indexed-repeat", "randomize"}))


def call(name: str, arguments: list[str]) -> str:
    least, most = grammar.ARGUMENTS[name]
    return f"{name}({', '.join(arguments[: max(least, min(len(arguments), 5 if most is None else most))])})"


wholes = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(call, functions, st.lists(inner, min_size=5, max_size=5)),
        st.builds(
            lambda one, sign, two: f"({one} {sign} {two})",
            inner,
            st.sampled_from("+ - * div mod = != < <= > >= and or".split()),
            inner,
        ),
    ),
    max_leaves=8,
)
lexical = st.sampled_from(
    ["", "1", "-7", "x y", "x", "2024-02-30", "2024-02-28", "1e300", "nan", "1 1;2 2", "é", "0.1"]
)
given_answers = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("t", "i", "d", "on", "m", "line", "r[1]/n", "r[2]/n", "r[3]/n"), lexical)
)


@settings(deadline=None, max_examples=400)
@given(wholes, given_answers)
def test_any_expression_has_a_value(expression: str, answers: dict[str, str]) -> None:
    root = wide().skeleton.top.children[0].named["t"][0]
    compiled = compile_expression(expression, root, wide().skeleton)
    run = Run(wide(), answers)
    run.calculate()

    value = compiled.value(run.tree.root.named["t"][0], run)

    assert isinstance(string(value), str)
    assert isinstance(truth(value), bool)
    assert isinstance(number(value), float)
