"""Charts of a document as pictures, drawn on this machine."""

from typing import Any

from throughline.kernel.reporting.blocks import Panel
import vl_convert as vlc


def _spec(c: dict[str, Any]) -> dict[str, Any]:
    enc: dict[str, Any] = {}
    kind = c["kind"]
    w, h = 620, 300
    if c.get("width"): w = c["width"]
    if c.get("height"): h = c["height"]
    q = {"field": c["y"], "type": "quantitative", "title": None, "axis": {"grid": True, "tickCount": 4}}
    n = {"field": c["x"], "type": "nominal", "title": None, "sort": None, "axis": {"labelAngle": 0, "labelLimit": 220}}
    mark: Any = {"type": "bar", "color": "#0B5563"}
    if kind == "bar":
        enc = {"y": n, "x": q}; h = 24 * len({r[c["x"]] for r in c["data"]})
    if kind == "stacked":
        enc = {"y": n, "x": q, "color": {"field": c["series"], "type": "nominal", "title": None}}; mark = "bar"; h = 24 * len({r[c["x"]] for r in c["data"]})
    if kind == "line":
        enc = {"x": n, "y": q}; mark = {"type": "line", "color": "#0B5563", "point": True}
    if kind == "heat":
        enc = {"x": n, "y": {"field": c["series"], "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 220}}, "color": {"field": c["y"], "type": "quantitative", "scale": {"scheme": "teals"}, "legend": None}}; mark = "rect"; h = 26 * len({r[c["series"]] for r in c["data"]})
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": w, "height": h, "background": "white",
            "data": {"values": c["data"]}, "mark": mark, "encoding": enc, "title": c["title"] if c.get("small") else None, "config": {"font": "DejaVu Sans", "view": {"stroke": None}}}


def svg(panel: Panel) -> str:
    return vlc.vegalite_to_svg(_spec(panel.chart))


def png(panel: Panel, scale: float = 3.0) -> bytes:
    return vlc.vegalite_to_png(_spec(panel.chart), scale=scale)


def series_of(chart: dict[str, Any]) -> tuple[list[str], dict[str, list[float | None]]]:
    """A chart's data as a small table: names of the series, and for each category their values."""
    series = chart.get("series")
    names = list(dict.fromkeys(str(row[series]) for row in chart["data"])) if series else [chart["title"]]
    table: dict[str, list[float | None]] = {}
    for row in chart["data"]:
        values = table.setdefault(str(row[chart["x"]]), [None] * len(names))
        values[names.index(str(row[series])) if series else 0] = row[chart["y"]]
    return names, table


def colours_of(chart: dict[str, Any], names: list[str]) -> list[str]:
    return ["0B5563", "D98C00", "5B8DB8", "7A4E8A", "3F8F5B", "B5483A", "808080", "333333"][: len(names)]
