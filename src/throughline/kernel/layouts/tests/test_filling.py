"""What a changed template prints: names filled, sections, charts and tables in their places, long tables over pages."""

import io
from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from pptx import Presentation

from throughline.kernel.layouts.tests import making
from throughline.kernel.reporting.blocks import Cell, Column, Heading, Row, Snapshot, Table
from throughline.kernel.reporting.render import render
from throughline.kernel.reporting.tests import reading
from throughline.kernel.reporting.tests.samples import snapshot


def word_of(look: bytes, document: Snapshot | None = None) -> bytes:
    return render((document or snapshot()).to_json(), "docx", look)


def slides_of(look: bytes, document: Snapshot | None = None) -> bytes:
    return render((document or snapshot()).to_json(), "pptx", look)


def long_table(rows: int = 120) -> Snapshot:
    """A document with one table over several pages."""
    columns = (Column("Jurisdiction", "left", 12), Column("Incidents", width=6))
    lines = tuple(Row((Cell(text=f"Place {number}"), Cell(text=str(number)))) for number in range(rows))
    blocks = (Heading("Places", section="places"), Table("places", "Every place", columns, lines))
    return replace(snapshot(), blocks=blocks).numbered()


def test_names_become_words_and_figures() -> None:
    said = reading.docx_text(
        word_of(making.word_with("In {{ scope }}: {{ figure.incidents }} incidents ({{ change.key-1 }})."))
    )
    assert "In South East Europe: 1,868 incidents (−4 % against July–September 2023)." in said
    assert "{{" not in said


def test_a_name_in_pieces_is_filled_and_keeps_the_look_of_its_start() -> None:
    document = docx.Document(io.BytesIO(word_of(making.in_pieces("Total {{ fig", "ure.", "incidents", " }} now"))))
    paragraph = next(one for one in document.paragraphs if one.text.startswith("Total"))
    assert paragraph.text == "Total 1,868 now"
    figure = paragraph._p.find(f"{qn('w:hyperlink')}/{qn('w:r')}")
    assert figure.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None


def test_a_figure_leads_to_its_question() -> None:
    content = word_of(making.word_with("{{ figure.incidents }} incidents"))
    document = docx.Document(io.BytesIO(content))
    paragraph = next(one for one in document.paragraphs if one.text == "1,868 incidents")
    assert paragraph.hyperlinks[0].url == "https://throughline.example/ask/?measure=incidents&period=2023-Q4"


def test_what_this_document_has_not_is_a_dash_and_an_empty_line_goes() -> None:
    said = reading.docx_text(word_of(making.word_with("Nowhere: {{ figure.nowhere }}", "{{ signed-by }}")))
    assert "Nowhere: –" in said
    assert "{{" not in said


def test_a_section_stands_where_it_was_put_and_nowhere_else() -> None:
    lines = reading.docx_text(word_of(making.word_with("{{ section.method }}", "Between"))).split("\n")
    heads = [one for one in lines if one in ("Method", "Between", "At a glance", "Incidents by type", "Over time")]
    body = heads[heads.index("Method", heads.index("Over time") + 1) :] if heads.count("Method") > 1 else heads
    assert body == ["Method", "Between", "At a glance", "Incidents by type", "Over time"]


def test_charts_and_tables_are_numbered_in_the_order_they_stand() -> None:
    look = making.word_with("{{ chart.trend }}", "{{ table.types-table }}")
    lines = [line for line in reading.docx_text(word_of(look)).split("\n") if line.startswith(("Figure ", "Table "))]
    assert lines[:3] == ["Figure 1  Q1 2023 to Q4 2023", "Figure 2  Incidents by type", "Figure 3  Q1 2023 to Q4 2023"]
    assert "Table 1  Incidents by type, compared" in lines


def test_a_chart_fits_the_cell_it_stands_in() -> None:
    def change(document: Any) -> None:
        place = next(one for one in document.paragraphs if one.text == "{{ document }}")
        table = document.add_table(rows=1, cols=2)
        place._p.addprevious(table._tbl)
        for cell, name in zip(table.rows[0].cells, ("types", "trend"), strict=True):
            cell.width = Mm(80)
            cell.paragraphs[0].text = f"{{{{ chart.{name} }}}}"

    document = docx.Document(io.BytesIO(word_of(making.word(change))))
    cells = document.tables[1].rows[0].cells
    assert [len(list(cell._tc.iter("{*}inline"))) for cell in cells] == [1, 2]
    assert max(int(one.get("cx")) for cell in cells for one in cell._tc.iter("{*}extent")) <= Mm(80)


def test_a_long_table_repeats_its_heads_on_every_page_of_word() -> None:
    table = docx.Document(io.BytesIO(word_of(making.word(), long_table()))).tables[-1]
    assert len(table.rows) == 121
    assert [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [
        True,
        *[False] * 120,
    ]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows[1:])


def test_a_long_table_repeats_its_heads_on_every_page_of_the_pdf() -> None:
    pages = [page for page in reading.pdf_pages(render(long_table().to_json(), "pdf")) if "Place " in page]
    assert len(pages) > 2
    assert all("Jurisdiction" in page and "Incidents" in page for page in pages)


def test_a_long_table_goes_over_slides_each_with_its_heads() -> None:
    shown = [one for one in reading.slides(slides_of(making.slides(), long_table())) if "Place " in one]
    assert len(shown) == 9
    assert all("Jurisdiction" in one for one in shown)
    assert sum(one.count("Place ") for one in shown) == 120


# ---- slides of the template's own


def test_a_slide_of_ones_own_is_filled_and_stands_where_it_was_put() -> None:
    content = slides_of(making.slide_with("{{ figure.key-1 }} incidents in {{ scope }}"))
    shown = reading.slides(content)
    assert "1,868 incidents in South East Europe" in shown[1]
    assert "Quarterly Armed Violence Monitor" in shown[0]
    assert "Our own slide" in shown[1]
    assert not any("{{" in one for one in shown)
    assert "Figure Incidents: 1,868" in reading.notes(content)


def test_a_chart_and_a_table_fill_the_shapes_they_were_given() -> None:
    deck = Presentation(io.BytesIO(slides_of(making.slide_with("{{ chart.types }}", "{{ table.types-table }}"))))
    slide = deck.slides[1]
    assert [shape.has_chart for shape in slide.shapes].count(True) == 1
    assert [shape.has_table for shape in slide.shapes].count(True) == 1
    assert "Figure 1" in "".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_long_table_in_a_shape_goes_on_on_slides_of_its_own() -> None:
    shown = [
        one
        for one in reading.slides(slides_of(making.slide_with("{{ table.places }}"), long_table()))
        if "Place " in one
    ]
    assert "Our own slide" in shown[0]
    assert "Every place (continued)" in shown[1]
    first = [line for line in shown[0].split("\n") if line.startswith("Place ")]
    second = [line for line in shown[1].split("\n") if line.startswith("Place ")]
    assert (first[0], int(second[0].split()[1])) == ("Place 0", len(first))


def test_a_section_of_slides_stands_where_it_was_put() -> None:
    look = making.slide_with("{{ section.method }}")
    shown = reading.slides(slides_of(look))
    heads = [
        next((name for name in ("7 of 7 jurisdictions.", "1,868 incidents were verified") if name in one), "")
        for one in shown
    ]
    assert heads[1:3] == ["7 of 7 jurisdictions.", "1,868 incidents were verified"]
    assert sum("7 of 7 jurisdictions." in one for one in shown) == 1


@pytest.mark.parametrize(("fmt", "look"), [("docx", making.word()), ("pptx", making.slides())])
def test_what_people_typed_is_never_read_as_a_name(fmt: str, look: bytes) -> None:
    document = replace(snapshot(), programme="{{ title }} {{ figure.incidents }}", publisher="{{ document }}")
    content = render(document.to_json(), fmt, look)
    said = reading.docx_text(content) if fmt == "docx" else "\n".join(reading.slides(content))
    assert "{{ title }} {{ figure.incidents }}" in said
    assert "{{ document }}" in said
