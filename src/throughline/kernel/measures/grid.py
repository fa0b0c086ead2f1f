"""An answer as a table: rows, columns, totals, each number with the way to its records. Plain data."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from throughline.kernel.measures import words
from throughline.kernel.measures.answers import ALL, Answer, Cell
from throughline.kernel.measures.links import records_url
from throughline.kernel.measures.plans import Key
from throughline.kernel.measures.questions import PREVIOUS

MOST_COLUMNS = 13


@dataclass(frozen=True)
class Entry:
    """One number of the table: in words for the page, bare for a sheet."""

    text: str
    value: float | None
    url: str = ""
    why: str = ""
    worth: str = ""
    interval: str = ""

    @property
    def sentence(self) -> str:
        """A change in one line, for a sheet."""
        return "; ".join(part for part in (self.text, self.worth, self.interval) if part)


@dataclass(frozen=True)
class Row:
    heads: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Grid:
    """`heads` name the columns of labels, `columns` those of numbers; `total` is None where there is none."""

    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None


def grid_of(answer: Answer) -> Grid:
    """Crosswise for two dimensions (the second across, if it has few values), else one row a cell."""
    axes = answer.axes
    if len(axes) >= 2 and len(axes[-1].values) <= MOST_COLUMNS and not answer.question.compare:
        return _crosswise(answer)
    return _lengthwise(answer)


def _crosswise(answer: Answer) -> Grid:
    across, down = answer.axes[-1], answer.axes[:-1]
    codes = [code for code, _label in across.values]
    with_total = answer.total.value is not None or not answer.cells
    keys: dict[Key, tuple[str, ...]] = {cell.keys[:-1]: cell.labels[:-1] for cell in answer.cells}
    rows = []
    for key, labels in keys.items():
        found = [_entry(answer, answer.index.get((*key, code)), (*key, code)) for code in codes]
        rows.append(Row(labels, (*found, _entry(answer, answer.margins.get((*key, ALL)), (*key, ALL)))))
    columns = (*(label for _code, label in across.values), _("Total"))
    whole = (ALL,) * len(down)
    foot = [_entry(answer, answer.margins.get((*whole, code)), (*whole, code)) for code in codes]
    total = Row((_("Total"), *[""] * (len(down) - 1)), (*foot, _entry(answer, answer.total, None)))
    return Grid(tuple(one.label for one in down), columns, tuple(rows), total if with_total else None)


def _lengthwise(answer: Answer) -> Grid:
    question = answer.question
    columns = [answer.label]
    for against in question.compare:
        columns.append(_("The period before") if against == PREVIOUS else _("A year earlier"))
        columns.append(_("Change"))
    rows = tuple(Row(cell.labels, _entries(answer, cell, cell.keys)) for cell in answer.cells)
    blank = [""] * max(len(answer.axes) - 1, 0)
    total = Row((_("Total"), *blank), _entries(answer, answer.total, None)) if answer.axes else None
    if not answer.axes:
        rows = (Row((answer.label,), _entries(answer, answer.total, None)),)
    heads = tuple(one.label for one in answer.axes) or (_("Measure"),)
    return Grid(heads, tuple(columns), rows, total)


def _entries(answer: Answer, cell: Cell, key: Key | None) -> tuple[Entry, ...]:
    entries = [_entry(answer, cell, key)]
    for against in answer.question.compare:
        found = cell.compared(against)
        value = found.value if found else None
        why = found.words if found and found.value is None else ""
        entries.append(Entry(words.figure(value, answer.kind), value, why=why or _("nothing to compare with")))
        entries.append(_change_entry(found.change if found else None))
    return tuple(entries)


def _change_entry(change: words.Change | None) -> Entry:
    if change is None:
        return Entry("", None)
    return Entry(
        words.percent_words(change),
        change.percent,
        worth=words.worth_words(change.worth),
        interval=words.interval_words(change),
    )


def _entry(answer: Answer, cell: Cell | None, key: Key | None) -> Entry:
    if cell is None:
        return Entry(words.figure(None, answer.kind), None, why=_("nothing reported"))
    url = records_url(answer.question, key) if cell.value else ""
    return Entry(words.figure(cell.value, answer.kind), cell.value, url, cell.why)
