"""Words, heads and rows that tables of documents share: a figure beside the periods it is compared with."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from throughline.kernel.measures import words
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.questions import PREVIOUS
from throughline.kernel.periods import Period
from throughline.kernel.reporting.blocks import Cell, Figure, Row
from throughline.kernel.reporting.context import Context


def bold_note() -> str:
    return _("Changes in bold are more than chance explains (exact interval at 95 %).")


def short(period: Period) -> str:
    """'Q3 2023': a period as a table's head."""
    return words.block_words(type(period).__name__.lower(), str(period))


def against(context: Context, which: str) -> str:
    return short(context.period.previous if which == PREVIOUS else context.period.last_year)


def ranked(context: Context, answer: Answer) -> list[tuple[str | None, str, Figure]]:
    """The values of a one-dimensional answer that anything stands under, most first."""
    found = [(key, label, context.figure(answer, key)) for key, label in answer.axes[0].values if key is not None]
    return sorted((one for one in found if one[2].value), key=lambda one: -(one[2].value or 0))


def pairs(found: Sequence[tuple[str | None, str, Figure]]) -> list[tuple[str, Figure]]:
    return [(label, figure) for _key, label, figure in found]


def compared_heads(context: Context, answer: Answer, first: str) -> list[str]:
    heads = [first, short(context.period)]
    for which in answer.question.compare:
        heads += [against(context, which), _("Change")]
    return heads


def compared_row(context: Context, answer: Answer, label: str, *keys: str | None, total: bool = False) -> Row:
    """A figure with each earlier one and the change."""
    cells = [context.cell(answer, *keys)]
    for which in answer.question.compare:
        cells += [context.earlier_cell(answer, which, *keys), context.change_cell(answer, which, *keys)]
    return row(label, *cells, total=total)


def row(label: str, *cells: Cell, total: bool = False) -> Row:
    return Row((Cell(text=label), *cells), "total" if total else "body")
