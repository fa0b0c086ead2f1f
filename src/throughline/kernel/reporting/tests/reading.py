"""Reading generated files back, as the programs of their readers would."""

import re
import zipfile
from io import BytesIO

import docx
import pypdfium2
from pptx import Presentation
from python_calamine import CalamineWorkbook


def pdf_pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def docx_text(content: bytes) -> str:
    """Everything in the body, fields and links included."""
    body = docx.Document(BytesIO(content)).element.body
    return "\n".join("".join(run.text or "" for run in one.iter(f"{W}t")) for one in body.iter(f"{W}p"))


def slides(content: bytes) -> list[str]:
    """The text of each slide: shapes, tables, and what its charts are made from."""
    found = []
    for slide in Presentation(BytesIO(content)).slides:
        parts = []
        for shape in slide.shapes:
            if shape.has_text_frame:
                parts.append(shape.text_frame.text)
            if shape.has_table:
                parts += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                values = [value for plot in shape.chart.plots for one in plot.series for value in one.values]
                parts += [f"{value:,.0f}" for value in values if value is not None]
        found.append("\n".join(parts))
    return found


def notes(content: bytes) -> str:
    return "\n".join(
        one.notes_slide.notes_text_frame.text for one in Presentation(BytesIO(content)).slides if one.has_notes_slide
    )


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(content: bytes) -> dict[str, str]:
    """The XML of an office file, by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}


def html_text(content: bytes) -> str:
    return re.sub(r"<[^>]+>", " ", content.decode())


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
