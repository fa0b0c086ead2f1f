"""Charts of a document as pictures, drawn on this machine."""

import json
import re
from functools import lru_cache
from typing import Any

from throughline.kernel.charts.chart import Chart
from throughline.kernel.charts.palette import LIGHT
from throughline.kernel.charts.render import png as draw_png
from throughline.kernel.charts.render import svg as draw_svg
from throughline.kernel.charts.specs import series_colours
from throughline.kernel.reporting.blocks import Panel

SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
# A drawing of this many pixels is as wide as the text of a page; smaller ones print smaller, so that
# letters have one size in all charts of a document.
PAGE_PIXELS = 630


def svg(panel: Panel) -> str:
    return _svg(json.dumps(panel.chart, sort_keys=True))


def png(panel: Panel) -> bytes:
    return _png(json.dumps(panel.chart, sort_keys=True))


def share_of_page(panel: Panel) -> float:
    """How much of the text's width a drawing takes, at most all of it."""
    found = SIZE.search(svg(panel))
    return min(1.0, float(found[1]) / PAGE_PIXELS) if found else 1.0


@lru_cache(maxsize=64)
def _svg(plain: str) -> str:
    """Kept for a while: a release draws each chart for several formats."""
    return draw_svg(Chart.from_plain(json.loads(plain)))


@lru_cache(maxsize=64)
def _png(plain: str) -> bytes:
    return draw_png(Chart.from_plain(json.loads(plain)), 3.0)


def series_of(plain: dict[str, Any]) -> tuple[list[str], dict[str, list[float | None]]]:
    """A chart's data as a small table: names of the series, and for each category their values."""
    chart = Chart.from_plain(plain)
    names = chart.distinct(chart.series) if chart.series else [chart.title]
    table: dict[str, list[float | None]] = {}
    for row in chart.data:
        values = table.setdefault(str(row[chart.x]), [None] * len(names))
        values[names.index(str(row[chart.series])) if chart.series else 0] = row[chart.y]
    return names, table


def colours_of(plain: dict[str, Any]) -> list[str]:
    """The colour of each series as in every other place (RRGGBB, in the order of the series)."""
    chart = Chart.from_plain(plain)
    found = list(series_colours(chart, "light").values()) if chart.series else [LIGHT[0]]
    return [colour.lstrip("#").upper() for colour in found]
