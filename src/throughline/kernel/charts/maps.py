"""Maps: as Vega-Lite for documents (and where the browser has no WebGL), as plain data for the map in the page."""

from math import ceil, floor
from typing import Any

from django.urls import reverse

from throughline.kernel.charts import boundaries, palette, themes
from throughline.kernel.charts.chart import Chart, Theme

Plain = dict[str, Any]


def codes_of(chart: Chart) -> tuple[str, ...]:
    """The jurisdictions a map shows, each once, in a stable order."""
    return tuple(sorted({*chart.places, *(str(row[chart.place]) for row in chart.data if row.get(chart.place))}))


def box_of(chart: Chart) -> boundaries.Box:
    """What the map shows: its jurisdictions, or where there are none its points."""
    codes = codes_of(chart)
    if codes:
        return boundaries.box(codes)
    return boundaries.box_around([(point["lon"], point["lat"]) for point in points(chart)])


def shade_of(chart: Chart, value: float | None) -> int | None:
    """The step of the ramp for a value; None where it is missing."""
    if value is None:
        return None
    values = chart.values()
    return palette.step_of(value, min([0, *values]), max([0, *values]))


def areas(chart: Chart) -> list[Plain]:
    """Each jurisdiction with its outline, label, value in words and shade."""
    found = []
    by_shade = chart.kind == "choropleth"
    rows = {str(row[chart.place]): row for row in chart.data if row.get(chart.place)} if by_shade else {}
    for code in codes_of(chart):
        row = rows.get(code, {})
        value = row.get(chart.y)
        properties = {
            "label": str(row.get(chart.x) or chart.places.get(code, "")),
            "text": chart.write(value) if by_shade else "",
            "step": shade_of(chart, value),
        }
        feature = boundaries.feature(code, **properties, url=row.get("url") or "")
        if feature:
            found.append(feature)
    return found


def labels(chart: Chart) -> list[Plain]:
    """Where to write what on a choropleth."""
    placed = []
    for feature in areas(chart):
        properties = feature["properties"]
        spot = boundaries.middle(properties["code"])
        if spot:
            placed.append({**properties, "lon": spot[0], "lat": spot[1]})
    return placed


def points(chart: Chart) -> list[Plain]:
    """The points that have a position, with what a popup says."""
    return [
        {
            "lon": row[chart.lon],
            "lat": row[chart.lat],
            "label": str(row.get(chart.x, "")),
            "text": str(row.get("text") or ""),
            "value": row.get(chart.y) or 1,
            "url": row.get("url") or "",
        }
        for row in chart.data
        if row.get(chart.lon) is not None and row.get(chart.lat) is not None
    ]


def map_layers(chart: Chart, theme: Theme) -> Plain:
    """The map as layers: the land around, the jurisdictions, then labels or points."""
    codes = codes_of(chart)
    shown = areas(chart)
    land: Plain = {
        "data": {"values": boundaries.ground(box_of(chart), without=codes)},
        "mark": {"type": "geoshape", "fill": themes.LAND[theme], "stroke": themes.PAPER[theme], "strokeWidth": 1},
    }
    ramp = palette.RAMPS[theme]
    steps: Plain = {"field": "properties.step", "type": "ordinal", "legend": None}
    steps["scale"] = {"domain": list(range(palette.STEPS)), "range": list(ramp)}
    filled: Plain = {"color": {"condition": {"test": "isValid(datum.properties.step)", **steps}, "value": ramp[0]}}
    areas_layer: Plain = {
        "data": {"values": shown},
        "mark": {"type": "geoshape", "stroke": themes.RULE_STRONG[theme], "strokeWidth": 1},
        "encoding": filled,
    }
    top = _label_layers(chart, theme) if chart.kind == "choropleth" else [_point_layer(chart, theme)]
    return {
        "projection": {"type": "mercator"},
        "layer": [land, areas_layer, *top],
        "width": chart.width or 620,
        "height": chart.height or 460,
    }


def _label_layers(chart: Chart, theme: Theme) -> list[Plain]:
    """Name and value on each jurisdiction, with a rim of paper so that they read on every shade."""
    at = {"longitude": {"field": "lon", "type": "quantitative"}, "latitude": {"field": "lat", "type": "quantitative"}}
    rim = {"stroke": themes.PAPER[theme], "strokeWidth": 3.5, "strokeJoin": "round", "color": themes.PAPER[theme]}
    layers = []
    for look in (rim, {"color": themes.INK[theme]}):
        for field, place in (("label", {"dy": -7, "fontSize": 11}), ("text", {"dy": 8, "fontWeight": 600})):
            mark = {"type": "text", **place, **look}
            layers.append({"mark": mark, "encoding": {**at, "text": {"field": field}}})
    return [{"data": {"values": labels(chart)}, "layer": layers}]


def _size(chart: Chart) -> Plain:
    """Points of one size where each stands for one record, else by value."""
    if len({point["value"] for point in points(chart)}) <= 1:
        return {"value": 40}
    return {"field": "value", "type": "quantitative", "legend": None, "scale": {"range": [24, 400]}}


def _point_layer(chart: Chart, theme: Theme) -> Plain:
    return {
        "data": {"values": points(chart)},
        "mark": {"type": "circle", "color": palette.COLOURS[theme][1], "opacity": 0.65, "stroke": themes.PAPER[theme]},
        "encoding": {
            "longitude": {"field": "lon", "type": "quantitative"},
            "latitude": {"field": "lat", "type": "quantitative"},
            "size": _size(chart),
            "tooltip": [{"field": "label", "title": chart.heading(chart.x)}, {"field": "text", "title": " "}],
        },
    }


def _ground_url(box: boundaries.Box) -> str:
    """The land around, in a file of its own that a browser keeps: rounded, so that most maps share one."""
    west, south, east, north = box
    rounded = (
        floor(west / 10) * 10 - 10,
        floor(south / 10) * 10 - 10,
        ceil(east / 10) * 10 + 10,
        ceil(north / 10) * 10,
    )
    return reverse("charts-ground", args=["_".join(map(str, rounded))])


def island(chart: Chart) -> Plain:
    """What the map in the page needs, without colours: those come from the page's own tokens."""
    return {
        "kind": chart.kind,
        "title": chart.title,
        "box": box_of(chart),
        "areas": areas(chart),
        "ground": _ground_url(box_of(chart)),
        "labels": labels(chart) if chart.kind == "choropleth" else [],
        "points": points(chart) if chart.kind == "points" else [],
        "ramps": palette.RAMPS,
    }
