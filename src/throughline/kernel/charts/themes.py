"""How charts look in light and dark: the tokens of the pages, said to Vega-Lite."""

from typing import Any

from babel import Locale

from throughline.kernel.charts.palette import COLOURS, RAMPS
from throughline.kernel.ui import formats

FONT = "IBM Plex Sans, system-ui, Noto Sans, DejaVu Sans, sans-serif"
INK = {"light": "#17202a", "dark": "#e9ecec"}
SOFT = {"light": "#434e59", "dark": "#b9c3c6"}
RULE = {"light": "#dedbd2", "dark": "#2e393f"}
RULE_STRONG = {"light": "#7d858c", "dark": "#7c8a90"}
LAND = {"light": "#eceae4", "dark": "#20292e"}
PAPER = {"light": "#ffffff", "dark": "#182025"}
ON_RAMP = {"light": ("#17202a", "#ffffff"), "dark": ("#e9ecec", "#0c1114")}
SMALL = 12


def number_locale(locale: Locale | None = None) -> dict[str, Any]:
    """Decimal and thousands signs of the page's language, for axes and tooltips."""
    symbols = (locale or formats.locale()).number_symbols
    signs = symbols.get("latn", symbols)
    return {"decimal": signs["decimal"], "thousands": signs["group"], "grouping": [3], "currency": ["", ""]}


def config(theme: str) -> dict[str, Any]:
    """The configuration every chart shares."""
    ink, soft = INK[theme], SOFT[theme]
    axis = {
        "labelColor": soft,
        "titleColor": soft,
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "domainColor": RULE_STRONG[theme],
        "tickColor": RULE_STRONG[theme],
        "gridColor": RULE[theme],
        "labelPadding": 6,
        "labelLimit": 260,
    }
    return {
        "background": None,
        "font": FONT,
        "padding": 4,
        "locale": {"number": number_locale()},
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"labelAngle": 0},
        "legend": {
            "orient": "top",
            "direction": "horizontal",
            "labelColor": ink,
            "labelFontSize": SMALL,
            "title": None,
            "symbolType": "square",
            "symbolStrokeWidth": 0,
            "columnPadding": 16,
            "labelLimit": 260,
            "offset": 8,
        },
        "header": {
            "labelColor": ink,
            "labelFontSize": 13,
            "labelFontWeight": 600,
            "title": None,
            "labelAnchor": "start",
        },
        "title": {"color": ink, "fontSize": 14, "fontWeight": 600, "anchor": "start", "offset": 10, "frame": "group"},
        "range": {"category": list(COLOURS[theme]), "heatmap": list(RAMPS[theme]), "ramp": list(RAMPS[theme])},
        "text": {"color": ink, "fontSize": SMALL},
        "bar": {"cornerRadiusEnd": 0},
        "line": {"strokeWidth": 2.5},
        "point": {"filled": True, "size": 36},
    }
