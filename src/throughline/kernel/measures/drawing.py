"""The chart of an answer: which kind says it best, and the rows it is drawn from."""

from collections.abc import Sequence
from typing import Any, Literal

from throughline.kernel.charts.chart import Chart
from throughline.kernel.measures.answers import ALL, Answer, Axis, Cell
from throughline.kernel.measures.declare import Kind
from throughline.kernel.measures.links import records_url

Drawn = Literal["bar", "column", "line", "stacked", "heat"]
KINDS: tuple[Drawn, ...] = ("bar", "column", "line", "stacked", "heat")
MOST_LINES = 8
VALUE = "value"


def chart_of(answer: Answer, kind: str = "", title: str = "") -> Chart | None:
    """A chart of the answer, of the kind wished for where it fits; None where there is nothing to draw."""
    if not answer.cells:
        return None
    x, series, multiples = _roles(answer.axes)
    chosen = kind if kind in KINDS and (series is not None or kind not in ("stacked", "heat")) else ""
    drawn = chosen or _best(answer, x, series)
    return Chart(
        drawn,  # type: ignore[arg-type]
        title or answer.title,
        [_row(answer, cell) for cell in answer.cells],
        x.id,
        VALUE,
        series=series.id if series else "",
        multiples=multiples.id if multiples else "",
        unit=answer.unit,
        note="\n".join(answer.footnotes),
        labels={**{one.id: one.label for one in answer.axes}, VALUE: answer.label},
        keys={label: code for one in answer.axes for code, label in one.values if code},
        upright=bool(x.time),
    )


def map_of(answer: Answer, title: str = "") -> Chart | None:
    """The answer by place, as a map; None where it was not asked by place."""
    at = next((index for index, one in enumerate(answer.axes) if one.place), None)
    if at is None:
        return None
    axis = answer.axes[at]
    cells = {code: _by_place(answer, at, code) for code, _label in axis.values if code}
    rows = [
        {
            axis.id: label,
            "place": code,
            VALUE: cells[code].value,  # type: ignore[union-attr]
            "url": records_url(answer.question, cells[code].keys),  # type: ignore[union-attr]
        }
        for code, label in axis.values
        if code and cells[code] is not None
    ]
    labels = {axis.id: axis.label, VALUE: answer.label}
    note = "\n".join(answer.footnotes)
    heading = title or answer.title
    return Chart("choropleth", heading, rows, axis.id, VALUE, unit=answer.unit, note=note, labels=labels)


def _by_place(answer: Answer, at: int, code: str) -> Cell | None:
    key = tuple(code if index == at else ALL for index in range(len(answer.axes)))
    return answer.margins.get(key) or answer.index.get(key)


def _roles(axes: Sequence[Axis]) -> tuple[Axis, Axis | None, Axis | None]:
    """Time goes along the line; of the rest the one with fewer values is the series."""
    times = [one for one in axes if one.time]
    x = times[-1] if times else axes[0]
    rest = sorted((one for one in axes if one is not x), key=lambda one: len(one.values))
    return x, rest[0] if rest else None, rest[1] if len(rest) > 1 else None


def _best(answer: Answer, x: Axis, series: Axis | None) -> Drawn:
    if series is None:
        return "column" if x.time else "bar"
    if x.time:
        return "line" if len(series.values) <= MOST_LINES else "heat"
    adds_up = answer.additive and answer.kind is not Kind.SHARE
    return "stacked" if adds_up and len(series.values) <= MOST_LINES else "heat"


def _row(answer: Answer, cell: Cell) -> dict[str, Any]:
    row: dict[str, Any] = {one.id: label for one, label in zip(answer.axes, cell.labels, strict=True)}
    row[VALUE] = cell.value
    if cell.value:
        row["url"] = records_url(answer.question, cell.keys)
    return row
