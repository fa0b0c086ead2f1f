"""The same numbers as a table: for screen readers, for those without JavaScript, for copying."""

from dataclasses import dataclass

from throughline.kernel.charts.chart import Chart


@dataclass(frozen=True)
class TableCell:
    text: str
    url: str = ""


@dataclass(frozen=True)
class TableRow:
    head: tuple[str, ...]
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class Table:
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def table_of(chart: Chart) -> Table:
    """One row a category, one column a series (or one for the values, and two for a band)."""
    if chart.high:
        return _with_band(chart)
    leading = [column for column in (chart.multiples, chart.x) if column]
    columns = chart.distinct(chart.series) if chart.series else []
    found: dict[tuple[str, ...], dict[str, TableCell]] = {}
    for row in chart.data:
        head = tuple(str(row[column]) for column in leading)
        name = str(row[chart.series]) if chart.series else ""
        found.setdefault(head, {})[name] = TableCell(chart.write(row.get(chart.y)), str(row.get("url") or ""))
    wanted = columns or [""]
    empty = TableCell(chart.write(None))
    return Table(
        heads=tuple(chart.heading(column) for column in leading),
        columns=tuple(columns) or (chart.heading(chart.y),),
        rows=tuple(TableRow(head, tuple(cells.get(name, empty) for name in wanted)) for head, cells in found.items()),
    )


def _with_band(chart: Chart) -> Table:
    columns = (chart.y, chart.low, chart.high)
    rows = [
        TableRow((str(row[chart.x]),), tuple(TableCell(chart.write(row.get(column))) for column in columns))
        for row in chart.data
    ]
    return Table((chart.heading(chart.x),), tuple(chart.heading(column) for column in columns), tuple(rows))
