"""From a chart's description to Vega-Lite. Field names are our own, so that no label can break an expression."""

import json
from typing import Any

from throughline.kernel.charts import palette, themes
from throughline.kernel.charts.chart import Chart, Theme

Plain = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, never fetched
STEP = 26
DOCUMENT_WIDTH = 620
END_ROOM = 160
CROWDED = 36  # letters that fit above a matrix on a narrow screen
AXIS_FORMAT = ",.1~f"  # 1,000 and 12.5, but 50 rather than 50.0
LABEL_GAP = 0.065  # the least distance of two labels at the ends of lines, as a share of the height


def build(chart: Chart, theme: Theme) -> Plain:
    """The whole specification: data under `datasets`, marks by kind, the theme as configuration."""
    if chart.is_map:
        from throughline.kernel.charts.maps import map_layers  # reason: boundaries are read for maps alone

        body = map_layers(chart, theme)
    else:
        body = _body(chart, theme)
    spec: Plain = {
        "$schema": SCHEMA,
        "description": chart.title,
        "config": themes.config(theme),
        **body,
    }
    if spec.get("width") == "container":
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["datasets"] = {"rows": rows_of(chart), **body.get("datasets", {})}
    if chart.small:
        spec["title"] = chart.title
    return spec


def rows_of(chart: Chart) -> list[Plain]:
    """The data in our own field names, values written out beside the values."""
    rows = []
    for row in chart.data:
        value = row.get(chart.y)
        clean: Plain = {"category": str(row.get(chart.x, "")), "value": value, "text": chart.write(value)}
        if chart.series:
            clean["series"] = str(row[chart.series])
        if chart.multiples:
            clean["panel"] = str(row[chart.multiples])
        if chart.high:
            clean |= {"low": row.get(chart.low), "high": row.get(chart.high)}
        if row.get("url"):
            clean["url"] = row["url"]
        rows.append(clean)
    return rows


def _body(chart: Chart, theme: Theme) -> Plain:
    makers = {"bar": _bars, "column": _columns, "stacked": _stacked, "line": _lines, "heat": _heat}
    layers, size = makers[chart.kind](chart, theme)
    inner: Plain = {"layer": layers}
    if not chart.multiples:
        return {"data": {"name": "rows"}, **inner, **_sized(chart, size)}
    small = {**size, "width": chart.width or 240}
    if chart.height:
        small["height"] = chart.height
    return {
        "data": {"name": "rows"},
        "facet": {
            "field": "panel",
            "type": "nominal",
            "sort": chart.distinct(chart.multiples),
            "header": {"title": None},
        },
        "columns": 3,
        "spec": {**inner, **small},
    }


def _sized(chart: Chart, size: Plain) -> Plain:
    given = {"width": chart.width or None, "height": chart.height or None}
    return {**size, **{name: value for name, value in given.items() if value}}


# --- encodings that several kinds share ----------------------------------------------------------


def _names(chart: Chart, column: str = "category", field: str = "") -> Plain:
    """An axis of labels in the order of the data; where they do not fit, every second one is left out."""
    labels = chart.distinct(field or chart.x)
    axis = {"ticks": False, "domain": False, "labelOverlap": "parity", "labelSeparation": 12}
    return {"field": column, "type": "nominal", "sort": labels, "title": None, "axis": axis}


def _amount(chart: Chart, *, room: float = 1.0) -> Plain:
    """The axis of values: from 0, with room at the end for a label."""
    top = chart.highest()
    scale: Plain = {"nice": False, "domain": [min([*chart.values(), 0]), top * room or 1]}
    return {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": scale,
        "axis": {"tickCount": 4, "domain": False, "ticks": False, "format": AXIS_FORMAT},
    }


def _tooltip(chart: Chart) -> list[Plain]:
    fields = [("panel", chart.multiples), ("category", chart.x), ("series", chart.series), ("text", chart.y)]
    return [{"field": field, "type": "nominal", "title": chart.heading(column)} for field, column in fields if column]


def _link(chart: Chart) -> Plain:
    return {"href": {"field": "url", "type": "nominal"}} if any(row.get("url") for row in chart.data) else {}


def series_colours(chart: Chart, theme: Theme) -> dict[str, str]:
    """Series label -> colour, by what the label stands for."""
    names = chart.distinct(chart.series) if chart.series else []
    by_key = palette.colours_for([chart.key(name) for name in names], theme)
    return {name: by_key[chart.key(name)] for name in names}


def _coloured(chart: Chart, theme: Theme, *, legend: bool = True) -> Plain:
    colours = series_colours(chart, theme)
    scale = {"domain": list(colours), "range": list(colours.values())}
    columns = max(1, (chart.width or DOCUMENT_WIDTH) // (7 * max(map(len, colours), default=1) + 40))
    chosen: Plain = {"field": "series", "type": "nominal", "scale": scale, "legend": {"columns": columns}}
    return {"color": chosen if legend else {**chosen, "legend": None}}


# --- the kinds -----------------------------------------------------------------------------------


def _bars(chart: Chart, theme: Theme) -> tuple[list[Plain], Plain]:
    shared: Plain = {
        "y": _names(chart),
        "x": {**_amount(chart, room=1.14), "axis": None},
        "tooltip": _tooltip(chart),
        **_link(chart),
    }
    step = STEP
    look: Plain = {"type": "bar", "color": palette.COLOURS[theme][0], "height": {"band": 0.72}}
    if chart.series:
        shared["yOffset"] = {"field": "series", "sort": chart.distinct(chart.series)}
        step = 16 * max(1, len(chart.distinct(chart.series))) + 8
        bars = {"mark": {"type": "bar"}, "encoding": {**shared, **_coloured(chart, theme)}}
    else:
        bars = {"mark": look, "encoding": shared}
    text = {
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 5, "color": themes.INK[theme]},
        "encoding": {**shared, "text": {"field": "text"}},
    }
    return [bars, text], {"width": "container", "height": _steps(chart, step)}


def _steps(chart: Chart, step: int, column: str = "") -> int:
    """As high as its bars need."""
    return step * max(1, len(chart.distinct(column or chart.x)))


def _columns(chart: Chart, theme: Theme) -> tuple[list[Plain], Plain]:
    shared: Plain = {
        "x": _names(chart),
        "y": _amount(chart, room=1.08),
        "tooltip": _tooltip(chart),
        **_link(chart),
    }
    bar: Plain = {"mark": {"type": "bar", "color": palette.COLOURS[theme][0]}, "encoding": shared}
    if chart.series:
        offset = {"field": "series", "sort": chart.distinct(chart.series)}
        bar = {"mark": {"type": "bar"}, "encoding": {**shared, "xOffset": offset, **_coloured(chart, theme)}}
        return [bar], {"width": "container", "height": 240}
    text = {
        "mark": {"type": "text", "baseline": "bottom", "dy": -3, "color": themes.INK[theme]},
        "encoding": {**shared, "text": {"field": "text"}},
    }
    return [bar, text], {"width": "container", "height": 240}


def _stacked(chart: Chart, theme: Theme) -> tuple[list[Plain], Plain]:
    """Parts of a whole, with the whole printed at the end of each bar."""
    names, amount = ("x", "y") if chart.upright else ("y", "x")
    room = 1.08 if chart.upright else 1.14
    value: Plain = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "stack": "zero",
        "scale": {"nice": False, "domain": [0, _highest_whole(chart) * room or 1]},
        "axis": {"tickCount": 4, "domain": False, "ticks": False, "format": AXIS_FORMAT} if chart.upright else None,
    }
    order = {"field": "place", "type": "quantitative"}
    rank = [{"calculate": f"indexof({json.dumps(chart.distinct(chart.series))}, datum.series)", "as": "place"}]
    bars = {
        "transform": rank,
        "mark": {"type": "bar", "stroke": themes.PAPER[theme], "strokeWidth": 1},
        "encoding": {
            names: _names(chart),
            amount: value,
            "order": order,
            "tooltip": _tooltip(chart),
            **_coloured(chart, theme),
            **_link(chart),
        },
    }
    beside = {"baseline": "bottom", "dy": -3} if chart.upright else {"align": "left", "baseline": "middle", "dx": 5}
    groupby = ["category", "panel"] if chart.multiples else ["category"]
    text = {
        "transform": [{"aggregate": [{"op": "sum", "field": "value", "as": "whole"}], "groupby": groupby}],
        "mark": {"type": "text", "color": themes.INK[theme], **beside},
        "encoding": {
            names: _names(chart),
            amount: {**value, "field": "whole", "stack": None},
            "text": {"field": "whole", "type": "quantitative", "format": ",.1f" if chart.decimals else ",d"},
        },
    }
    return [bars, text], {"width": "container", "height": 260 if chart.upright else _steps(chart, STEP)}


def _highest_whole(chart: Chart) -> float:
    wholes: dict[tuple[str, str], float] = {}
    for row in chart.data:
        where = (str(row.get(chart.multiples, "")), str(row[chart.x]))
        wholes[where] = wholes.get(where, 0) + (row.get(chart.y) or 0)
    return max([*wholes.values(), 0])


def spread(ends: dict[str, float], top: float) -> dict[str, float]:
    """Heights for the labels at the ends of lines, pushed apart so that none covers another."""
    gap = top * LABEL_GAP
    placed: dict[str, float] = {}
    last = float("-inf")
    for name, height in sorted(ends.items(), key=lambda item: item[1]):
        last = max(height, last + gap)
        placed[name] = last
    return placed


def _ends(chart: Chart) -> list[Plain]:
    """A label for each line, at its last value."""
    last: dict[tuple[str, str], Any] = {}
    for row in chart.data:
        if row.get(chart.y) is not None:
            last[str(row.get(chart.multiples, "")), str(row[chart.series])] = row
    top = max([*chart.values(), 0]) or 1
    labels = []
    for panel in dict.fromkeys(panel for panel, _ in last):
        ends = {name: row[chart.y] for (where, name), row in last.items() if where == panel}
        for name, height in spread(ends, top).items():
            row = last[panel, name]
            labels.append({"panel": panel, "series": name, "category": str(row[chart.x]), "height": height})
    return labels


def _lines(chart: Chart, theme: Theme) -> tuple[list[Plain], Plain]:
    names = _names(chart)
    names["axis"] = {**names["axis"], "domain": True}
    shared: Plain = {"x": names, "y": _amount(chart, room=1.08)}
    whole = {**shared, "tooltip": _tooltip(chart), **_link(chart)}
    size: Plain = {"width": "container", "height": 260}
    if not chart.series:
        colour_of_all = palette.COLOURS[theme][0]
        mark = {"type": "line", "point": {"color": colour_of_all}, "color": colour_of_all}
        text = {
            "mark": {"type": "text", "baseline": "bottom", "dy": -7, "color": themes.INK[theme]},
            "encoding": {**shared, "text": {"field": "text"}},
        }
        if chart.high:
            return [_band(shared, colour_of_all), {"mark": mark, "encoding": whole}, _last(chart, text)], size
        return [{"mark": mark, "encoding": whole}, text], size
    colour = _coloured(chart, theme, legend=bool(chart.multiples))
    lines: Plain = {"mark": {"type": "line", "point": True}, "encoding": {**whole, **colour}}
    if chart.multiples:
        return [lines], size
    room = min(END_ROOM, 8 * max(len(name) for name in chart.distinct(chart.series)) + 12)
    names["scale"] = {"rangeMax": {"expr": f"width - {room}"}}
    ends = {
        "data": {"values": _ends(chart)},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 8, "fontWeight": 600, "limit": room},
        "encoding": {
            "x": shared["x"],
            "y": {**shared["y"], "field": "height"},
            "text": {"field": "series"},
            **_coloured(chart, theme, legend=False),
        },
    }
    return [lines, ends], size


def _band(shared: Plain, colour: str) -> Plain:
    """What lies between the two ends of each category, behind the line; where an end is missing, nothing."""
    return {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "area", "color": colour, "opacity": 0.16, "interpolate": "monotone"},
        "encoding": {"x": shared["x"], "y": {**shared["y"], "field": "low"}, "y2": {"field": "high"}},
    }


def _last(chart: Chart, text: Plain) -> Plain:
    """Of a line before a band only the last value is written: the band says what the others are to be held against."""
    latest = str(chart.data[-1].get(chart.x, "")) if chart.data else ""
    return {**text, "transform": [{"filter": {"field": "category", "equal": latest}}]}


def _slant(chart: Chart) -> Plain:
    """In a matrix every column has its name: where names are long, they stand askew."""
    names = chart.distinct(chart.x)
    crowded = sum(map(len, names)) > CROWDED
    return {"labelAngle": -35, "labelAlign": "left", "labelBaseline": "bottom"} if crowded else {}


def _heat(chart: Chart, theme: Theme) -> tuple[list[Plain], Plain]:
    """A matrix by shade, each cell with its number, so that nothing is told by colour alone."""
    low, high = min([0, *chart.values()]), max([*chart.values(), 0])
    ramp = list(palette.RAMPS[theme])
    edges = [low + (high - low) * step / palette.STEPS for step in range(1, palette.STEPS)]
    shade = {"field": "value", "type": "quantitative", "legend": None}
    scale = {"type": "threshold", "domain": edges, "range": ramp} if high > low else {"range": [ramp[0], ramp[0]]}
    flip = edges[palette.FLIP[theme] - 1] if high > low else high + 1
    before, after = themes.ON_RAMP[theme]
    across = _names(chart)
    across["axis"] = {**across["axis"], "orient": "top", "labelOverlap": False, **_slant(chart)}
    shared: Plain = {"x": across, "y": _names(chart, "series", chart.series)}
    cells = {
        "mark": {"type": "rect", "stroke": themes.PAPER[theme], "strokeWidth": 2, "invalid": None},
        "encoding": {**shared, "color": {**shade, "scale": scale}, "tooltip": _tooltip(chart), **_link(chart)},
    }
    text = {
        "mark": {"type": "text", "baseline": "middle"},
        "encoding": {
            **shared,
            "text": {"field": "text"},
            "color": {"condition": {"test": f"datum.value >= {flip}", "value": after}, "value": before},
        },
    }
    return [cells, text], {"width": "container", "height": _steps(chart, 30, chart.series)}
