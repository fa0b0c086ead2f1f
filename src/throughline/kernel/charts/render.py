"""Charts as pictures for documents, drawn on this machine without a browser and without a network."""

from functools import cache
from typing import Any

import vl_convert

from throughline.kernel.charts.chart import Chart, Theme
from throughline.kernel.charts.specs import DOCUMENT_WIDTH
from throughline.kernel.fonts import font_folder

VEGA_LITE = "6.4"


@cache
def _fonts() -> None:
    """Make IBM Plex known to the drawing library, once; without it the system's fonts are used."""
    folder = font_folder()
    if folder is not None:
        vl_convert.register_font_directory(str(folder))


def _fixed(chart: Chart, theme: Theme, background: str | None) -> dict[str, Any]:
    """The specification with a width in pixels, because a document has no container to fill."""
    spec = chart.spec(theme)
    if spec.get("width") == "container":
        spec["width"] = chart.width or DOCUMENT_WIDTH
        del spec["autosize"]
    spec["config"]["background"] = background
    return spec


def svg(chart: Chart, *, theme: Theme = "light", background: str | None = None) -> str:
    _fonts()
    return str(vl_convert.vegalite_to_svg(_fixed(chart, theme, background), vl_version=VEGA_LITE, allowed_base_urls=[]))


def png(chart: Chart, scale: float = 2.0, *, theme: Theme = "light", background: str | None = "#ffffff") -> bytes:
    _fonts()
    spec = _fixed(chart, theme, background)
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[]))
