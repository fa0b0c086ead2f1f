"""`{% chart chart %}`: the drawing, its title and notes, and the same numbers as a table."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from throughline.kernel.charts import boundaries, maps
from throughline.kernel.charts.chart import Chart
from throughline.kernel.charts.table import table_of

register = template.Library()
# What could end a script element or open a comment is written as an escape; JSON stays the same.
_UNSAFE = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    ord("\u2028"): "\\u2028",
    ord("\u2029"): "\\u2029",
}


@register.inclusion_tag("charts/chart.html")
def chart(description: Chart, level: int = 3, *, open_table: bool = False) -> dict[str, Any]:
    """A chart in a page. Two charts of one page may well have the same title."""
    return {
        "chart": description,
        "island": _island(description),
        "table": table_of(description),
        "level": level,
        "open_table": open_table,
        "links": any(row.get("url") for row in description.data),
    }


@register.simple_tag
def chart_table(description: Chart) -> dict[str, Any]:
    """The table of a chart alone: `{% chart_table chart as table %}`."""
    return {"table": table_of(description)}


def _island(description: Chart) -> SafeString:
    """What the script draws: the data once, and the specification for light and for dark."""
    if description.is_map and not boundaries.available():
        return mark_safe("")
    light, dark = description.spec("light"), description.spec("dark")
    datasets = light.pop("datasets")
    dark.pop("datasets")
    plain: dict[str, Any] = {"datasets": datasets, "light": light, "dark": dark}
    if description.is_map:
        plain["map"] = maps.island(description)
    return _script(plain)


def _script(plain: dict[str, Any]) -> SafeString:
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)
    return format_html('<script type="application/json" class="chart-island">{}</script>', mark_safe(text))
