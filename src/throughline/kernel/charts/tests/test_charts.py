"""Descriptions, their tables and their pictures."""

import itertools
import json
import socket
from typing import Any

import pytest
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import translation

from throughline.kernel.charts import boundaries, render, samples
from throughline.kernel.charts.chart import Chart
from throughline.kernel.charts.specs import spread
from throughline.kernel.charts.table import table_of

ALL = samples.everything()
NAMES = [f"{chart.kind}-{at}" for at, chart in enumerate(ALL)]
needs_outlines = pytest.mark.skipif(not boundaries.available(), reason="the browser packages are not installed")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        message = "a chart asked the network"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("chart", ALL, ids=NAMES)
@needs_outlines
def test_a_chart_survives_being_kept_as_json(chart: Chart) -> None:
    kept = json.loads(json.dumps(chart.plain()))
    assert Chart.from_plain({**kept, "of_a_later_version": 1}).spec() == chart.spec()


@pytest.mark.parametrize("chart", ALL, ids=NAMES)
@needs_outlines
def test_the_same_description_gives_the_same_specification(chart: Chart) -> None:
    assert json.dumps(chart.spec("light")) == json.dumps(chart.spec("light"))
    assert json.dumps(chart.spec("light")) != json.dumps(chart.spec("dark"))


@pytest.mark.parametrize("chart", ALL, ids=NAMES)
@needs_outlines
def test_a_specification_names_no_address_to_fetch(chart: Chart) -> None:
    spec = chart.spec()
    del spec["$schema"]
    for row in spec["datasets"]["rows"]:
        row.pop("url", None)
    text = json.dumps(spec)
    assert "http" not in text
    assert '"url":' not in text.replace('"url": ""', "").replace('"url": "#', "")


@pytest.mark.parametrize("chart", ALL, ids=NAMES)
@needs_outlines
@pytest.mark.usefixtures("no_network")
def test_it_is_drawn_without_a_network(chart: Chart) -> None:
    drawn = render.svg(chart)
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn
    assert render.png(chart, scale=1).startswith(b"\x89PNG")


def test_the_table_holds_the_same_numbers_as_the_data() -> None:
    chart = samples.heat()
    table = table_of(chart)
    assert table.columns == tuple(chart.distinct("place_name"))
    shown = {
        (row.head[0], column): cell.text
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }
    assert shown == {(row["quarter"], row["place_name"]): chart.write(row["value"]) for row in chart.data}
    assert shown["2023 Q2", "Moldova"] == "–"


def test_the_table_of_small_multiples_names_the_panel_first() -> None:
    table = table_of(samples.multiples())
    assert table.heads == ("Jurisdiction", "Quarter")
    assert table.rows[0].head == ("Albania", "22Q4")


def test_missing_is_left_out_and_never_zero() -> None:
    chart = samples.share()
    rows = chart.spec()["datasets"]["rows"]
    assert [row["value"] for row in rows] == [47.1, 48.0, None, 51.2, 50.9]
    assert [row["text"] for row in rows] == ["47.1", "48.0", "–", "51.2", "50.9"]


def test_numbers_follow_the_language() -> None:
    chart = Chart("bar", "x", [{"name": "a", "value": 1234.5}], "name", "value")
    with translation.override("sr-latn"):
        assert chart.spec()["datasets"]["rows"][0]["text"] == "1.234,5"
        assert chart.spec()["config"]["locale"]["number"]["decimal"] == ","
    with translation.override("en-gb"):
        assert chart.spec()["datasets"]["rows"][0]["text"] == "1,234.5"


@pytest.mark.parametrize(("kind", "series"), [("pie", ""), ("heat", ""), ("stacked", "")])
def test_what_cannot_be_drawn_is_refused(kind: Any, series: str) -> None:
    with pytest.raises(ValueError, match="chart"):
        Chart(kind, "x", [], "a", "b", series=series)


def test_labels_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    placed = spread({"a": 10, "b": 10.5, "c": 11, "d": 90}, top=100)
    heights = sorted(placed.values())
    assert all(after - before >= 6.4 for before, after in itertools.pairwise(heights))
    assert placed["d"] == 90


@pytest.mark.parametrize("chart", ALL, ids=NAMES)
@needs_outlines
def test_in_a_page_the_data_stands_in_json_and_in_a_table(chart: Chart) -> None:
    page = Engine.get_default().from_string("{% chart chart %}").render(Context({"chart": chart}))
    island = json.loads(page.split('class="chart-island">')[1].split("</script>")[0])
    assert island["datasets"]["rows"] == chart.spec()["datasets"]["rows"]
    assert "datasets" not in island["light"]
    assert page.count("<tr>") == 1 + len(table_of(chart).rows)


def test_a_label_cannot_break_out_of_the_page() -> None:
    hostile = "</script><script>alert(1)</script><!--"
    chart = Chart("bar", hostile, [{"name": hostile, "value": 1}], "name", "value", note=hostile)
    page = render_to_string("charts/chart.html", {"chart": chart, "table": table_of(chart), "island": ""})
    assert "<script" not in page
    drawn = Engine.get_default().from_string("{% chart chart %}").render(Context({"chart": chart}))
    assert drawn.count("<script") == drawn.count("</script>") == 1


def test_a_chart_without_values_says_so() -> None:
    chart = Chart("bar", "Nothing", [], "name", "value")
    page = Engine.get_default().from_string("{% chart chart %}").render(Context({"chart": chart}))
    assert "There is nothing to draw" in page
    assert "<table" not in page


@needs_outlines
def test_every_jurisdiction_of_the_region_has_an_outline_and_a_middle_within_its_box() -> None:
    for code in ("AL", "BA", "XK", "MD", "ME", "MK", "RS"):
        west, south, east, north = boundaries.box([code])
        spot = boundaries.middle(code)
        assert spot is not None
        assert west < spot[0] < east
        assert south < spot[1] < north
    assert boundaries.feature("QQ") is None


@needs_outlines
def test_the_land_around_stays_within_the_box() -> None:
    box = boundaries.box(("AL", "RS"))
    west, south, east, north = box
    for feature in boundaries.ground(box):
        for polygon in feature["geometry"]["coordinates"]:
            for x, y in polygon[0]:
                assert west <= x <= east
                assert south <= y <= north
