"""Charts of a document from answers: the drawing's data, what it shows in words, and the figures it draws."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from throughline.kernel.measures.answers import Answer
from throughline.kernel.reporting.blocks import Figure, Panel
from throughline.kernel.reporting.context import Context

Labelled = Sequence[tuple[str, Figure]]


WIDE, HALF = 470, 190


def bars(title: str, values: Labelled, unit: str = "", *, small: bool = False) -> Panel:
    """One bar a category, in the order given."""
    data = [{"label": label, "value": figure.value} for label, figure in values]
    width = HALF if small else WIDE
    chart = {"kind": "bar", "title": title, "data": data, "x": "label", "y": "value", "unit": unit}
    return Panel(chart | {"small": small, "width": width}, _alt(title, values), _ids(values))


def lines(title: str, values: Labelled, unit: str = "", *, small: bool = False) -> Panel:
    """One line over time."""
    data = [{"label": label, "value": figure.value} for label, figure in values]
    size = {"width": 340, "height": 130} if small else {"width": 560, "height": 240}
    chart = {"kind": "line", "title": title, "data": data, "x": "label", "y": "value", "unit": unit}
    return Panel(chart | {"small": small} | size, _alt(title, values), _ids(values))


def stacked(title: str, values: Iterable[tuple[str, str, Figure]], keys: Mapping[str, str], unit: str = "") -> Panel:
    """Bars in parts: (category, part, figure). `keys` says what a part's label stands for, for its colour."""
    kept = list(values)
    data = [{"label": label, "part": part, "value": figure.value} for label, part, figure in kept]
    chart = {
        "kind": "stacked",
        "title": title,
        "data": data,
        "x": "label",
        "y": "value",
        "series": "part",
        "unit": unit,
    }
    said = [(f"{label}, {part}", figure) for label, part, figure in kept]
    return Panel(chart | {"width": WIDE, "keys": dict(keys)}, _alt(title, said), _ids(said))


def heat(context: Context, title: str, answer: Answer) -> Panel:
    """A grid of two dimensions, the first down and the second across, darker where there is more."""
    data, said = [], []
    for row, row_label in answer.axes[0].values:
        for column, column_label in answer.axes[1].values:
            figure = context.figure(answer, row, column)
            said.append((f"{row_label}, {column_label}", figure))
            data.append({"row": row_label, "column": column_label, "value": figure.value})
    chart = {
        "kind": "heat",
        "title": title,
        "data": data,
        "x": "column",
        "y": "value",
        "series": "row",
        "unit": answer.unit,
    }
    return Panel(chart | {"width": WIDE}, _alt(title, said), _ids(said))


def places(context: Context, title: str, answer: Answer) -> Panel:
    """A map of the jurisdictions, darker where there is more."""
    values = [(label, context.figure(answer, code)) for code, label in answer.axes[0].values]
    data = [
        {"place": code, "label": label, "value": figure.value}
        for (code, _name), (label, figure) in zip(answer.axes[0].values, values, strict=True)
    ]
    chart = {"kind": "choropleth", "title": title, "data": data, "x": "label", "y": "value", "unit": answer.unit}
    return Panel(chart | {"width": 540, "height": 430}, _alt(title, values), _ids(values))


def _ids(values: Labelled) -> tuple[str, ...]:
    return tuple(figure.id for _label, figure in values)


def _alt(title: str, values: Labelled) -> str:
    """The chart in words, for who cannot see it: every value, as printed."""
    said = "; ".join(f"{label} {figure.text}" for label, figure in values)
    return _("%(title)s: %(values)s.") % {"title": title, "values": said}
