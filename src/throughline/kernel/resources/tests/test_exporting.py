"""Lists as files: the same sheet out and in, and no formulas."""

import csv
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from throughline.kernel.resources import registry
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.exporting import defused
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.worlds import World, make_incident


@pytest.mark.parametrize("cell", ["=1+1", "+385", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


def test_numbers_and_plain_text_stay_as_they_are() -> None:
    assert [defused(cell) for cell in (-1, 2.5, "plain", "", None)] == [-1, 2.5, "plain", "", None]


def test_a_formula_in_a_place_comes_back_as_the_same_text(world: World) -> None:
    incident = make_incident(world, place="=HYPERLINK(1)")
    heads, row = csv.reader(io.StringIO(text_of(signed_in(world, "alice").get("/incidents/export.csv"))))
    at = heads.index("Place")
    assert row[at] == "'=HYPERLINK(1)"
    draft = clean(registry.get("incident"), {"place": row[at]}, viewer=world.viewer("alice"), existing=incident)
    assert draft.values["place"] == "=HYPERLINK(1)"


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(world: World) -> None:
    make_incident(world, place="=1+1", latitude=44.5, longitude=20.5)
    answer = signed_in(world, "alice").get("/incidents/export.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0)
    heads, row = sheet.to_python()
    assert (row[heads.index("Place")], row[heads.index("Latitude")]) == ("=1+1", 44.5)


def test_only_what_was_asked_and_may_be_read_is_in_it(world: World) -> None:
    mine = make_incident(world, place="Here")
    make_incident(world, place="Yonder")
    theirs = make_incident(world, "charlie", place="Here")
    told = json.loads(text_of(signed_in(world, "alice").get("/incidents/export.json?place=Here")))
    assert [one["reference"] for one in told] == [mine.reference]
    assert theirs.reference not in text_of(signed_in(world, "alice").get("/incidents/export.csv"))


def test_geojson_has_points_and_nulls(world: World) -> None:
    make_incident(world, latitude=44.5, longitude=20.5)
    make_incident(world)
    told = json.loads(text_of(signed_in(world, "alice").get("/incidents/export.geojson?sort=reference")))
    assert [one["geometry"] for one in told["features"]] == [{"type": "Point", "coordinates": [20.5, 44.5]}, None]


def test_unknown_formats_are_not_found(world: World) -> None:
    client = signed_in(world, "alice")
    assert (client.get("/incidents/export.exe").status_code, client.get("/sources/export.geojson").status_code) == (
        404,
        404,
    )


def test_partial_dates_go_out_as_they_are_known(world: World) -> None:
    make_incident(world, date_precision="month")
    heads, row = csv.reader(io.StringIO(text_of(signed_in(world, "alice").get("/incidents/export.csv"))))
    assert row[heads.index("Date")] == "2024-03"
