"""What parties say in their own words, in every format; pages instead of questions; what is aside."""

import pytest

from throughline.kernel.reporting.blocks import Cell, Figure, Heading, Item, Snapshot, Statement, Statements, Text
from throughline.kernel.reporting.blocks import Definitions as Terms
from throughline.kernel.reporting.render import FORMATS, render
from throughline.kernel.reporting.sentences import sentence
from throughline.kernel.reporting.tests import reading
from throughline.kernel.reporting.tests.samples import snapshot
from throughline.kernel.reporting.tests.test_render import text_of

STATUS = Figure("1.1/RS", "Target 1.1, Belgrade", None, "On track", path="/returns/RT-2024-000001/#goal1")
LONG = "The working group met. " * 40 + "The law was adopted in the end."


def document(**changes: object) -> Snapshot:
    block = Statements(
        "target-1.1",
        "1.1 Laws are in force",
        (
            Statement("Belgrade", Cell(figure=STATUS.id), (LONG, "=1+1 <b>#danger</b>"), "As written."),
            Statement("Skopje", Cell("Has not reported"), ("Asked by 31 July 2023.",), missing=True),
        ),
    )
    aside = Text((sentence("Only for readers."),), aside=True)
    terms = Terms((Item("Term", sentence("Only explained on paper.")),), aside=True)
    return snapshot(
        blocks=(Heading("Goal 1", new_page=True), block, aside, terms), figures={STATUS.id: STATUS}, **changes
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_says_who_said_what(fmt: str) -> None:
    said = text_of(render(document(subtitle="2nd report").to_json(), fmt), fmt)
    if fmt == "html":
        said = said.replace("&lt;", "<").replace("&gt;", ">")
    wanted = ["Belgrade", "On track", "Skopje", "Has not reported", "Asked by 31 July 2023."]
    wanted += [] if fmt == "pptx" else ["The law was adopted in the end.", "=1+1 <b>#danger</b>", "As written."]
    wanted += [] if fmt == "xlsx" else ["2nd report"]
    assert [text for text in wanted if text not in said.replace("\r\n", " ")] == []


def test_a_slide_bears_the_beginning_and_its_notes_the_whole() -> None:
    content = render(document().to_json(), "pptx")
    assert "The law was adopted in the end." not in "\n".join(reading.slides(content))
    assert "The law was adopted in the end." in reading.notes(content)


def test_what_is_aside_stands_in_no_slides() -> None:
    said = "\n".join(reading.slides(render(document().to_json(), "pptx")))
    assert "Only for readers." not in said
    assert "Only explained on paper." not in said
    assert "Only for readers." in text_of(render(document().to_json(), "pdf"), "pdf")


def test_a_figure_no_measure_counts_leads_to_its_page() -> None:
    assert document().link(STATUS.id) == "https://throughline.example/returns/RT-2024-000001/#goal1"
    assert "https://throughline.example/returns/RT-2024-000001/#goal1" in render(document().to_json(), "html").decode()


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_a_path_leads_to_no_other_place(path: str) -> None:
    moved = Figure("1.1/RS", "Target", None, "On track", path=path)
    assert snapshot(figures={moved.id: moved}, blocks=()).link(moved.id) == ""


def test_without_an_address_a_page_is_no_link() -> None:
    assert document(address="").link(STATUS.id) == ""


def test_a_document_may_word_what_its_illustrative_data_is() -> None:
    made = document(illustrative_words="Illustrative answers: no authority gave them")
    for fmt in FORMATS:
        assert "Illustrative answers: no authority gave them" in text_of(render(made.to_json(), fmt), fmt)
