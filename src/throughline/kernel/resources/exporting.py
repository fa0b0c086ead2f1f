"""A list as a file: the same rows, the same rule, and the same sheet that an import takes back.

CSV and JSON are streamed row by row; XLSX is written whole (on disk, where it is large), because the
format needs its end before its beginning. Cells that a spreadsheet would take for a formula are defused.
"""

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, override

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.resources.cells import Cell, as_json, column_cell
from throughline.kernel.resources.declare import Column, Resource
from throughline.kernel.resources.listing import Asked
from throughline.kernel.text import defused

AT_ONCE = 1_000
IN_MEMORY = 16 * 1024 * 1024
PIECE = 64 * 1024
BOM = "\ufeff"


def records(asked: Asked) -> Iterator[Any]:
    """All rows of the question in its order, a thousand at a time."""
    yield from asked.ordered.prefetch_related(*asked.resource.prefetch).iterator(chunk_size=AT_ONCE)


def columns_wanted(asked: Asked) -> tuple[Column, ...]:
    """The whole sheet; or the columns the address names, in its order."""
    by_name = asked.resource.by_name
    names = [name for name in asked.params.get("columns", "").split(",") if name in by_name]
    return tuple(Column(name, by_name[name]) for name in dict.fromkeys(names)) or asked.resource.columns


def headings(asked: Asked) -> list[str]:
    return [capfirst(column.title) for column in columns_wanted(asked)]


def sheet_rows(asked: Asked) -> Iterator[list[Cell]]:
    columns = columns_wanted(asked)
    for record in records(asked):
        yield [column_cell(column, record) for column in columns]


# Formats


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_parts(asked: Asked) -> Iterator[str]:
    """UTF-8 with a mark at the start, so that a spreadsheet reads č and ш as they are."""
    writer = csv.writer(Echo())
    yield BOM + writer.writerow(headings(asked))
    for row in sheet_rows(asked):
        yield writer.writerow([defused(cell) for cell in row])


def json_parts(asked: Asked) -> Iterator[str]:
    wanted = {"id", *(column.key for column in columns_wanted(asked))} if asked.params.get("columns") else None
    told = (as_json(asked.resource, record) for record in records(asked))
    yield from _joined((_only(one, wanted) for one in told), "[\n", "\n]\n")


def _only(told: dict[str, Any], wanted: set[str] | None) -> dict[str, Any]:
    return told if wanted is None else {name: value for name, value in told.items() if name in wanted}


def geojson_parts(asked: Asked) -> Iterator[str]:
    features = (_feature(asked.resource, record) for record in records(asked))
    yield from _joined(features, '{"type": "FeatureCollection", "features": [\n', "\n]}\n")


def _feature(resource: Resource, record: Any) -> dict[str, Any]:
    told = as_json(resource, record)
    latitude, longitude = (told.get(name) for name in resource.position or ("", ""))
    geometry = {"type": "Point", "coordinates": [longitude, latitude]} if latitude is not None else None
    return {"type": "Feature", "id": told["id"], "geometry": geometry, "properties": told}


def _joined(things: Iterable[dict[str, Any]], start: str, end: str) -> Iterator[str]:
    yield start
    between = ""
    for thing in things:
        # Decimals as the API writes them: exactly, as text.
        yield between + json.dumps(thing, ensure_ascii=False, default=str)
        between = ",\n"
    yield end


def write_xlsx(asked: Asked, file: IO[bytes]) -> None:
    """One sheet, heading row frozen and filterable, every cell as what it is: no text becomes a formula."""
    import xlsxwriter  # reason: imports slowly, and only an export needs it

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(capfirst(str(asked.resource.title_plural))[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    titles = headings(asked)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, min(max(len(title) + 2, 12), 28))
    last = 0
    for last, row in enumerate(sheet_rows(asked), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(last, column, cell)
            else:
                sheet.write(last, column, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(last, 1), len(titles) - 1)
    book.close()


def xlsx_parts(asked: Asked) -> Iterator[bytes]:
    """The workbook, written at once (a wrong cell must fail before anything is sent), handed out in pieces."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed when it has been handed out)
    write_xlsx(asked, file)
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(PIECE):
                yield piece

    return pieces()


PARTS: dict[str, tuple[Callable[[Asked], Iterator[str]], str]] = {
    "csv": (csv_parts, "text/csv; charset=utf-8"),
    "json": (json_parts, "application/json"),
    "geojson": (geojson_parts, "application/geo+json"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx", "json", "geojson")


@verb("resource.export", whole=False)
def export(actor: Viewer, *, asked: Asked, fmt: str) -> HttpResponseBase:
    """Hand out the rows of a question as a file, and write down that it was done: what, how many.

    Order: count; write history; stream. What the actor may not read is not in it.
    """
    resource = asked.resource
    if fmt not in FORMATS or (fmt == "geojson" and resource.position is None):
        raise Http404
    count = asked.rows.order_by().count()
    parts: Iterator[str] | Iterator[bytes]
    note(None, after={"noun": resource.noun, "format": fmt, "rows": count, "question": asked.address or "all"})
    name = f"{resource.plural}-{timezone.localdate():%Y-%m-%d}.{fmt}"
    if fmt == "xlsx":
        parts, content_type = xlsx_parts(asked), XLSX
    else:
        text_parts, content_type = PARTS[fmt]
        parts = in_language(text_parts(asked))
    return StreamingHttpResponse(
        parts,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def in_language(parts: Iterator[str]) -> Iterator[str]:
    """The request's language lasts only as long as the view: a stream takes it along."""
    language = get_language()

    def told() -> Iterator[str]:
        while True:
            with override(language):
                part = next(parts, None)
            if part is None:
                return
            yield part

    return told()
