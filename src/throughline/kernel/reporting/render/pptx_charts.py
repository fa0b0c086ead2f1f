"""Charts on slides: native ones where PowerPoint has the kind, so that they can be edited; else a picture."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Emu, Inches, Pt

from throughline.kernel.reporting.blocks import Panel
from throughline.kernel.reporting.render import pictures, words

NATIVE = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
Box = tuple[int, int, int, int]
THICKEST_BAR, MARGIN_OF_BARS = Inches(0.8), Inches(0.5)


def place_panel(slide: Any, panel: Panel, box: Box, *, small: bool) -> None:
    """A map takes the left half and its numbers, as bars, the right one."""
    if panel.chart["kind"] == "choropleth":
        left, top, width, height = box
        half = width // 2
        ranked = sorted(panel.chart["data"], key=lambda row: -(row[panel.chart["y"]] or 0))
        bars = replace(panel, chart=panel.chart | {"kind": "bar", "data": ranked})
        place_panel(slide, bars, (left + half, top, width - half, height), small=small)
        box = (left, top, half, height)
    kind = NATIVE.get(panel.chart["kind"])
    shape = _picture(slide, panel, box) if kind is None else _native(slide, panel, box, kind, small=small)
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", panel.alt)


def _picture(slide: Any, panel: Panel, box: Box) -> Any:
    """A picture as large as fits, in its own proportions."""
    left, top, width, height = box
    shape = slide.shapes.add_picture(BytesIO(pictures.png(panel)), left, top)
    ratio = min(width / shape.width, height / shape.height)
    shape.width, shape.height = Emu(int(shape.width * ratio)), Emu(int(shape.height * ratio))
    shape.left = Emu(left + (width - shape.width) // 2)
    return shape


def _native(slide: Any, panel: Panel, box: Box, kind: Any, *, small: bool) -> Any:
    names, table = pictures.series_of(panel.chart)
    data = CategoryChartData(number_format="General")
    data.categories = list(table)
    for index, name in enumerate(names):
        data.add_series(name, [row[index] for row in table.values()])
    if kind != XL_CHART_TYPE.LINE_MARKERS:  # few bars would be as thick as walls
        box = (*box[:3], min(box[3], MARGIN_OF_BARS + len(table) * THICKEST_BAR))
    frame = slide.shapes.add_chart(kind, *box, data)
    chart = frame.chart
    chart.font.size, chart.font.color.rgb = Pt(10 if small else 11), RGBColor.from_string(words.INK)
    chart.has_title = small
    if small:
        chart.chart_title.text_frame.text = panel.chart["title"]
        run = chart.chart_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(12), True
        chart.chart_title.include_in_layout = False
    chart.has_legend = len(names) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(chart, bars=kind != XL_CHART_TYPE.LINE_MARKERS)
    _series(chart, kind, few=len(names) == 1, colours=pictures.colours_of(panel.chart))
    return frame


def _axes(chart: Any, *, bars: bool) -> None:
    values, categories = chart.value_axis, chart.category_axis
    values.minimum_scale = 0
    values.format.line.fill.background()
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string(words.RULE)
    values.major_gridlines.format.line.width = Pt(0.5)
    categories.format.line.color.rgb = RGBColor.from_string(words.MUTED)
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if bars:  # the first row of a bar chart is read first, so it stands on top
        categories.reverse_order = True
        values.has_major_gridlines = False
        values.visible = False


def _series(chart: Any, kind: Any, *, few: bool, colours: list[str]) -> None:
    plot = chart.plots[0]
    if kind != XL_CHART_TYPE.LINE_MARKERS:
        plot.gap_width = 40
    if few:
        plot.has_data_labels = True
        plot.data_labels.font.size = Pt(10)
        plot.data_labels.show_value = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = "#,##0", False
        above = XL_LABEL_POSITION.ABOVE if kind == XL_CHART_TYPE.LINE_MARKERS else XL_LABEL_POSITION.OUTSIDE_END
        plot.data_labels.position = above
    elif kind == XL_CHART_TYPE.BAR_STACKED:
        plot.has_data_labels = True
        plot.data_labels.font.size, plot.data_labels.font.color.rgb = Pt(10), RGBColor(255, 255, 255)
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "#,##0;;", False
    for series, colour in zip(plot.series, colours, strict=False):
        if kind == XL_CHART_TYPE.LINE_MARKERS:
            series.smooth = False
            series.format.line.color.rgb, series.format.line.width = RGBColor.from_string(colour), Pt(2)
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour)
            series.marker.format.line.color.rgb = RGBColor.from_string(colour)
            series.marker.size = 5
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
