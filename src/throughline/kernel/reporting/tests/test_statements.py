"""What parties say in their own words, in every format; pages instead of questions; what is aside."""

from io import BytesIO

import pytest
from pptx import Presentation

from throughline.kernel.reporting.blocks import (
    Cell,
    Column,
    Figure,
    FigureRow,
    Heading,
    Item,
    KeyFigure,
    Row,
    Snapshot,
    Statement,
    Statements,
    Table,
    Text,
)
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


def grouped() -> Snapshot:
    rows = [Row((Cell("Goal 1"), Cell()), "group")]
    rows += [Row((Cell(f"1.{number}"), Cell("On track")), "part") for number in range(13)]
    rows += [Row((Cell("Goal 2"), Cell()), "group"), *[Row((Cell(f"2.{n}"), Cell("On track"))) for n in range(5)]]
    return snapshot(blocks=(Table("t", "Statuses", (Column("Target", "left"), Column("Belgrade")), tuple(rows)),))


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_group_heads_its_rows_in_every_format(fmt: str) -> None:
    said = text_of(render(grouped().to_json(), fmt), fmt)
    assert [text for text in ("Goal 1", "Goal 2", "1.12", "2.4") if text not in said] == []


def test_no_group_stands_last_on_a_slide() -> None:
    deck = Presentation(BytesIO(render(grouped().to_json(), "pptx")))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert len(tables) == 2
    assert not any(row.cells[0].text.startswith("Goal") for row in (list(table.rows)[-1] for table in tables))


def test_many_key_figures_stand_in_two_lines_on_a_slide() -> None:
    keys = {f"k{n}": Figure(f"k{n}", f"Key {n}", n, str(n)) for n in range(6)}
    row = FigureRow(tuple(KeyFigure(name, f"Key {name}") for name in keys))
    deck = Presentation(BytesIO(render(snapshot(figures=keys, blocks=(row,)).to_json(), "pptx")))
    places = {
        (shape.left, shape.top) for shape in deck.slides[1].shapes if shape.has_text_frame and "Key k" in shape.text
    }
    assert len({left for left, _top in places}) == 3
    assert len({top for _left, top in places}) == 2
