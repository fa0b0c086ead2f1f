"""Every format says the same, looks after its readers, and asks nobody anything."""

import socket
from functools import cache
from io import BytesIO
from typing import Any

import docx
import pytest
from pptx import Presentation

from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.reporting.render import FORMATS, render
from throughline.kernel.reporting.tests import reading
from throughline.kernel.reporting.tests.samples import ALL_TEXTS, TYPES, snapshot

NOTICE = "Illustrative data: no real incidents"


@cache
def made(fmt: str) -> bytes:
    return render(snapshot().to_json(), fmt)


def text_of(content: bytes, fmt: str) -> str:
    if fmt == "pdf":
        return "\n".join(reading.pdf_pages(content))
    if fmt == "docx":
        return reading.docx_text(content)
    if fmt == "pptx":
        return "\n".join(reading.slides(content))
    if fmt == "xlsx":
        rows = [row for sheet in reading.sheets(content).values() for row in sheet]
        return "\n".join(
            "\t".join(f"{cell:,.0f}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows
        )
    return reading.html_text(content)


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_prints_the_same_figures(fmt: str) -> None:
    said = text_of(made(fmt), fmt)
    assert [text for text in ALL_TEXTS if text not in said] == []
    assert [label for label in TYPES if label not in said] == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_names_period_scope_handling_and_edition(fmt: str) -> None:
    said = text_of(made(fmt), fmt)
    wanted = ("October–December 2023", "South East Europe", "TLP:CLEAR", "Draft of edition 1, not for release", "Anna")
    assert [text for text in wanted if text not in said] == []


def test_a_snapshot_comes_back_from_json_as_it_went() -> None:
    assert Snapshot.from_json(snapshot().to_json()) == snapshot()


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such format: odt"):
        render(snapshot().to_json(), "odt")


@pytest.mark.parametrize("fmt", FORMATS)
def test_renderers_make_no_connection(fmt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        message = "a renderer wanted to speak to somebody"
        raise AssertionError(message)

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    assert render(snapshot(title="No connection").to_json(), fmt)


# ---- the mark of illustrative data, on every page


def test_illustrative_data_is_marked_on_every_page_of_the_pdf() -> None:
    pages = reading.pdf_pages(made("pdf"))
    assert len(pages) == 5
    assert all(NOTICE in page for page in pages)


def test_illustrative_data_is_marked_on_every_slide() -> None:
    assert all(NOTICE in slide for slide in reading.slides(made("pptx")))


def test_illustrative_data_is_marked_on_every_page_of_the_word_file() -> None:
    section = docx.Document(BytesIO(made("docx"))).sections[0]
    assert section.different_first_page_header_footer
    assert NOTICE in "\n".join(one.text for one in section.footer.paragraphs)
    assert NOTICE in "\n".join(one.text for one in section.first_page_footer.paragraphs)


def test_illustrative_data_is_marked_on_every_sheet() -> None:
    xml = {name: text for name, text in reading.parts(made("xlsx")).items() if name.startswith("xl/worksheets/sheet")}
    assert len(xml) == len(reading.sheets(made("xlsx"))) == 5
    assert all(NOTICE in text for text in xml.values())


def test_real_data_carries_no_such_mark() -> None:
    for fmt in FORMATS:
        content = render(snapshot(illustrative=False).to_json(), fmt)
        assert NOTICE not in text_of(content, fmt)


# ---- accessibility and structure


def test_the_pdf_is_tagged_and_declares_its_standard() -> None:
    content = made("pdf")
    assert b"/StructTreeRoot" in content
    assert b"pdfuaid" in content


def test_the_word_file_has_headings_contents_captions_and_language() -> None:
    document = docx.Document(BytesIO(made("docx")))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings == ["At a glance", "Incidents by type", "Over time", "Method"]
    xml = reading.parts(made("docx"))["word/document.xml"]
    assert 'TOC \\o "1-2"' in xml
    assert xml.count("SEQ Figure") == 2
    assert xml.count("SEQ Table") == 1
    assert document.core_properties.language == "en-gb"
    assert (
        document.core_properties.title == "Quarterly Armed Violence Monitor, October–December 2023, South East Europe"
    )
    assert 'w:val="en-gb"' in reading.parts(made("docx"))["word/styles.xml"]


def test_pictures_of_the_word_file_are_described_and_table_heads_repeat() -> None:
    document = docx.Document(BytesIO(made("docx")))
    described = [one.get("descr") for one in document.element.body.iter() if one.tag.endswith("}docPr")]
    assert len(described) == 4
    assert all(described)
    assert "Incidents by type: Weapon seizure 443; Criminal context 144; Public dispute 83; Other 61." in described
    assert "w:tblHeader" in reading.parts(made("docx"))["word/document.xml"]


def test_slides_have_native_tables_and_charts_and_their_questions_in_the_notes() -> None:
    shapes = [shape for slide in Presentation(BytesIO(made("pptx"))).slides for shape in slide.shapes]
    assert sum(shape.has_chart for shape in shapes) == 3
    assert sum(shape.has_table for shape in shapes) == 2
    said = reading.notes(made("pptx"))
    assert "Figure People killed: 29" in said
    assert "https://throughline.example/ask/?measure=people-killed&period=2023-Q4" in said


def test_a_slide_is_headed_by_its_message() -> None:
    titles = [slide.shapes.title.text for slide in Presentation(BytesIO(made("pptx"))).slides]
    assert titles == [
        "Quarterly Armed Violence Monitor",
        "1,868 incidents were verified",
        "51.0 % were seizures",
        "Incidents by type, compared",
        "Q1 2023 to Q4 2023",
        "Method",
    ]


def test_the_excel_file_lists_every_figure_with_its_question() -> None:
    rows = reading.sheets(made("xlsx"))["Figures"]
    head = next(index for index, row in enumerate(rows) if row[0] == "Id")
    listed = {row[0]: row for row in rows[head + 1 :]}
    document = snapshot()
    assert list(listed) == list(document.figures)
    assert listed["People killed"][1:4] == ["Figure People killed", 29.0, "29"]
    assert listed["People killed"][9] == "measure=people-killed&period=2023-Q4"


def test_the_html_file_needs_nothing_else() -> None:
    said = made("html").decode()
    assert "default-src 'none'" in said
    assert "<script" not in said
    assert 'src="' not in said
    assert '<a class="number" href="https://throughline.example/ask/?measure=people-killed&amp;period=2023-Q4"' in said


def test_without_an_address_nothing_pretends_to_be_a_link() -> None:
    plain = snapshot(address="").to_json()
    assert '<a class="number"' not in render(plain, "html").decode()
    assert "hyperlink" not in reading.parts(render(plain, "docx"))["word/_rels/document.xml.rels"]


def test_a_missing_figure_is_a_dash_not_nought() -> None:
    document = snapshot()
    gone = document.figures["Other"]
    figures = {
        **document.figures,
        "Other": gone.__class__(**{**gone.__dict__, "value": None, "text": "–", "reason": "nothing reported"}),
    }
    content = render(snapshot(figures=figures).to_json(), "xlsx")
    row = next(row for row in reading.sheets(content)["Table 1"] if row[0] == "Other")
    assert row[1] == "–"


def test_a_released_document_says_which_edition_it_is_and_who_signed() -> None:
    released = snapshot(
        state="released",
        edition=2,
        released_on="2024-02-01T10:00:00+00:00",
        signed_by="Simon",
        signed_on="2024-01-31T10:00:00+00:00",
    )
    for fmt in FORMATS:
        said = text_of(render(released.to_json(), fmt), fmt)
        assert "Edition 2, released on 1 February 2024" in said
        assert "Simon, 31 January 2024" in said
        assert "Draft" not in said
