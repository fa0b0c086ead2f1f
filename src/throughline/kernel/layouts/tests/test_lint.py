"""What is said of a template that would not print, in words somebody who only knows Word understands."""

import io
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from throughline.kernel.layouts.findings import NOTE, STOP
from throughline.kernel.layouts.known import Known
from throughline.kernel.layouts.lint import lint
from throughline.kernel.layouts.tests import making
from throughline.kernel.reporting.names import Names
from throughline.kernel.reporting.tests.samples import snapshot

KNOWN = Known([Names(snapshot())])


def stops(content: bytes, fmt: str = "docx", known: Known = KNOWN) -> list[str]:
    return [one.message for one in lint(content, fmt, known) if one.level == STOP]


@pytest.mark.parametrize(("content", "fmt"), [(making.word(), "docx"), (making.slides(), "pptx")])
def test_nothing_is_said_of_the_houses_own(content: bytes, fmt: str) -> None:
    assert lint(content, fmt, KNOWN) == []


def test_names_that_the_document_has_are_taken() -> None:
    texts = (
        "{{ figure.incidents }}",
        "Against before: {{ change.key-1 }}",
        "{{ chart.types }}",
        "{{ table.types-table }}",
    )
    assert (
        stops(making.word_with(*texts, "{{ section.method }}", "{{Figure.Incidents}} and {{ FIGURE.key\u20111 }}"))
        == []
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ figure.incidnets }}", "Did you mean {{ figure.incidents }}?"),
        ("{{ chart.type }}", "Did you mean {{ chart.types }}?"),
        ("{{ chart.types-table }}", "{{ chart.types-table }} is in none of the documents"),
        ("{{ section.methods }}", "Did you mean {{ section.method }}?"),
        ("{{ titel }}", "Did you mean {{ title }}?"),
        ("{{ incidents }}", "Did you mean {{ figure.incidents }}?"),
        ("{{ picture.logo }}", "there is no such kind of name"),
        ("{{ title.__class__ }}", "there is no such kind of name"),
        ("{{ 7*7 }}", "“7*7” is no name."),
        ("{{ figure['x'] }}", "is no name."),
        ("{{ }}", "is no name."),
        ("{{ figure.incidents", "Brackets that belong to nothing: “{{ figure.incidents”"),
        ("figure.incidents }}", "Brackets that belong to nothing"),
        ("{% for x in y %}", "Brackets that belong to nothing"),
        ("{{ title {{ period }}", "Brackets that belong to nothing"),
        ("See {{ chart.types }} above", "{{ chart.types }} needs a paragraph, or a text box, to itself."),
        ("{{ document }}", "{{ document }} stands in the template 2 times"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_name_is_said_with_what_was_meant(text: str, said: str) -> None:
    found = lint(making.word_with(text), "docx", KNOWN)
    assert any(said in one.message for one in found if one.level == STOP), found


def test_it_is_said_where_it_stands() -> None:
    found = lint(making.word_with("In all {{ figure.incidnets }} incidents"), "docx", KNOWN)
    assert found[0].where == "text: “In all {{ figure.incidnets }} incidents”"


def test_a_name_that_word_has_cut_into_pieces_is_one_name() -> None:
    assert stops(making.in_pieces("{", "{ fig", "ure.", "incidents }", "}")) == []
    assert any("incidnets" in one for one in stops(making.in_pieces("{", "{ fig", "ure.", "incidnets }", "}")))


@pytest.mark.parametrize("style", ["Heading 1", "Key message", "Table text", "TOC 2", "Figure number"])
def test_a_missing_style_is_named(style: str) -> None:
    def change(document: Any) -> None:
        document.styles[style].delete()

    assert any(f"The style “{style}” is missing" in one for one in stops(making.word(change)))


def test_a_style_that_word_writes_in_small_letters_is_there() -> None:
    def change(document: Any) -> None:
        for name in ("TOC 1", "Title", "Caption"):
            document.styles[name].element.find(qn("w:name")).set(qn("w:val"), name.lower())

    assert stops(making.word(change)) == []


def test_every_page_says_how_it_may_be_handled_and_that_it_is_a_draft() -> None:
    def change(document: Any) -> None:
        for part in (document.sections[0].header, document.sections[0].footer):
            for paragraph in part.paragraphs:
                paragraph.clear()

    found = stops(making.word(change))
    for mark in ("handling", "illustrative", "state"):
        assert any(f"{{{{ {mark} }}}} is missing from header and footer of section 1" in one for one in found)


def test_a_document_of_which_nothing_is_printed_is_stopped() -> None:
    assert any(
        "Nothing of the document would be printed" in one
        for one in stops(making.word(making.without("{{ document }}")))
    )


def test_sections_that_are_left_out_are_told_and_not_stopped() -> None:
    def change(document: Any) -> None:
        next(one for one in document.paragraphs if one.text == "{{ document }}").runs[0].text = "{{ section.method }}"

    found = lint(making.word(change), "docx", KNOWN)
    assert [(one.level, one.message) for one in found] == [
        (NOTE, "These sections are not placed as a whole: At a glance; Incidents by type; Over time.")
    ]


def test_changes_and_comments_of_reviewers_are_not_printed() -> None:
    def track(document: Any) -> None:
        paragraph = document.paragraphs[3]._p
        changed = OxmlElement("w:ins")
        changed.append(paragraph.r_lst[0])
        paragraph.append(changed)

    assert any("tracked changes" in one for one in stops(making.word(track)))

    def remark(document: Any) -> None:
        document.add_comment(document.paragraphs[3].runs, text="Really?", author="A", initials="A")

    assert any("has comments" in one for one in stops(making.word(remark)))


def test_before_the_first_document_names_of_figures_are_not_judged() -> None:
    found = lint(making.word_with("{{ figure.whatever }}", "{{ titel }}"), "docx", Known([]))
    assert [one.level for one in found] == [STOP, NOTE]
    assert "titel" in found[0].message
    assert "could not be checked" in found[1].message


def test_a_file_the_library_cannot_read_is_said_to_be_so() -> None:
    broken = making.packed(making.word(), {"word/document.xml": "<x/>"})
    assert any("The file cannot be read" in one for one in stops(broken))


# ---- slides


def test_a_slide_of_ones_own_is_taken() -> None:
    assert (
        stops(making.slide_with("{{ figure.key-1 }} incidents, {{ change.key-1 }}", "{{ chart.types }}"), "pptx") == []
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (making.slide_with("{{ figure.incidnets }}"), "Did you mean {{ figure.incidents }}?"),
        (making.slide_with("Here: {{ chart.types }}"), "needs a paragraph, or a text box, to itself"),
        (making.slide_with("{{ title }}", marked=False), "{{ handling }} is missing from slide 2"),
        (making.slide_with("{{ section.nowhere }}"), "is in none of the documents"),
    ],
)
def test_what_is_wrong_on_a_slide_is_said(content: bytes, said: str) -> None:
    assert any(said in one for one in stops(content, "pptx"))


def test_a_layout_that_was_renamed_is_missed() -> None:
    def change(deck: Any) -> None:
        deck.slide_layouts[1].name = "Botschaft"

    assert any("The slide layout “Message” is missing" in one for one in stops(making.slides(change), "pptx"))


def test_a_layout_that_lost_a_place_is_told_which() -> None:
    def change(deck: Any) -> None:
        for shape in list(deck.slide_layouts[1].placeholders):
            if shape.placeholder_format.idx == 20:
                shape._element.getparent().remove(shape._element)

    assert any("has lost its placeholder “Handling”" in one for one in stops(making.slides(change), "pptx"))


def test_names_in_the_slide_master_are_not_filled_and_that_is_said() -> None:
    def change(deck: Any) -> None:
        deck.slide_layouts[0].placeholders[0].text_frame.text = "{{ title }}"

    assert any("not in the slide master" in one for one in stops(making.slides(change), "pptx"))


def test_the_word_template_survives_being_saved_again() -> None:
    """As after opening and saving: what python-docx writes anew is judged and filled like the house's own."""
    again = io.BytesIO()
    docx.Document(io.BytesIO(making.word())).save(again)
    assert lint(again.getvalue(), "docx", KNOWN) == []
