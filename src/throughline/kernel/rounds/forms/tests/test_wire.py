"""Answers as XML: out, in, and what is not let in."""

import pytest

from throughline.kernel.access.errors import Invalid
from throughline.kernel.rounds.forms import wire
from throughline.kernel.rounds.forms.definition import Form, load
from throughline.kernel.rounds.forms.evaluating import blank, evaluate
from throughline.kernel.rounds.forms.tests.books import form, q, read

SURVEY = [
    q("text", "name"),
    q("image", "photo"),
    q("begin group", "g"),
    q("date", "when", default="today()"),
    q("end group"),
    q("begin repeat", "rows"),
    q("integer", "n"),
    q("end repeat"),
    q("calculate", "total", calculation="sum(${n})"),
]


@pytest.fixture
def known() -> Form:
    return form(SURVEY, settings=[{"form_id": "seizures", "version": "1"}])


def test_answers_go_out_and_come_back(known: Form) -> None:
    answers = {"name": "Niš & <Bor>", "photo": "p.jpg", "g/when": "2024-01-01", "rows[1]/n": "1", "rows[2]": ""}

    sent = wire.to_xml(known, answers, form_id="RO-1", version="7", instance_id="uuid:1")
    back = wire.from_xml(known, sent)

    assert (back.form_id, back.version, back.instance_id) == ("RO-1", "7", "uuid:1")
    assert back.answers == answers
    assert back.attachments == ("p.jpg",)
    assert wire.peek(sent) == wire.Head("RO-1", "7", "uuid:1")


def test_a_submission_as_a_phone_writes_it(known: Form) -> None:
    sent = b"""<?xml version='1.0' ?>
    <data xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" id="RO-1" version="7">
      <name>Bor</name><photo /><g><when>2024-01-01</when></g>
      <rows jr:template=""><n>9</n></rows>
      <rows><n>1</n></rows><rows><n>2</n></rows><total>3</total>
      <orx:meta><orx:instanceID>uuid:abc</orx:instanceID><orx:instanceName>x</orx:instanceName></orx:meta>
    </data>"""

    back = wire.from_xml(known, sent)

    assert back.instance_id == "uuid:abc"
    assert back.answers == {"name": "Bor", "g/when": "2024-01-01", "rows[1]/n": "1", "rows[2]/n": "2", "total": "3"}


BOMB = b"""<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<data id="x" version="1"><name>&b;</name></data>"""


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (BOMB, "The file declares a document type or entities. It was not opened."),
        (b"<data", "The file is not well-formed XML: "),
        (b"", "The file is not well-formed XML: "),
        ("<data/>".encode("utf-16"), "The file is not written in UTF-8."),
        (b"<data>" + b"<g>" * 100 + b"</g>" * 100 + b"</data>", "The file is nested too deeply"),
        (b"<data>" + b"<rows/>" * 100_001 + b"</data>", "The file is nested too deeply or has too many elements."),
        (b"<data><name>" + b"a" * (8 * 1024 * 1024) + b"</name></data>", "The file is larger than 8 MB."),
        (b"<other/>", 'This is not an answer to the form: it begins with "other", the form with "data".'),
    ],
)
def test_what_is_not_let_in(known: Form, sent: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        wire.from_xml(known, sent)

    assert [problem.message[: len(said)] for problem in refused.value.problems] == [said]


def test_questions_the_form_does_not_have_are_named(known: Form) -> None:
    with pytest.raises(Invalid) as refused:
        wire.from_xml(known, b"<data><name>a</name><extra>1</extra><g><odd/></g><name><deep/></name></data>")

    assert [problem.field for problem in refused.value.problems] == ["extra", "g/odd", "name/deep"]


def test_a_form_is_served_under_another_name_with_answers_in_it() -> None:
    xform = read(SURVEY, settings=[{"form_id": "seizures", "form_title": "Seizures"}]).xform
    answers = {"name": "Bor <1>", "g/when": "2023-05-01", "rows[1]/n": "1", "rows[2]/n": "2", "total": "99"}

    served = load(wire.as_served(xform, form_id="RO-1", title="Round & one", version="9", answers=answers))

    assert (served.form_id, served.title, served.version) == ("RO-1", "Round & one", "9")
    assert served.items["name"].default == "Bor <1>"
    assert served.items["g/when"].default == "2023-05-01"
    assert served.items["g/when"].dynamic_default is None, "it would overwrite what was filled in"
    assert served.items["total"].default == ""
    text = wire.as_served(xform, form_id="RO-1", title="t", version="9", answers=answers)
    assert text.count("<n>1</n>") == text.count("<n>2</n>") == 1


def test_a_form_served_without_answers_is_the_form() -> None:
    xform = read(SURVEY).xform
    served = load(wire.as_served(xform, form_id="a", title="b", version="c"))

    assert blank(served).keys() == blank(load(xform)).keys()
    assert evaluate(served, {"rows[1]/n": "2"}).answers["total"] == "2"
