"""Nine quarters of the key figures: this one, and two years to see it against."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from throughline.incidents.blocks.wording import KEY, row
from throughline.kernel.periods import Quarter, Span
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import Block, Cell, Charts
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.sentences import sentence

MEASURES = (*KEY, "seizures")
QUARTERS_BACK = 8
FEWEST = 2


def trend(context: Context) -> Iterator[Block]:
    """Quarters before the first one with anything reported are left out; a gap in between stays a gap."""
    last = Quarter.containing(context.period.end)
    span = Span(last.shifted(-QUARTERS_BACK), last)
    answers = [context.ask(measure, "quarter", period=span) for measure in MEASURES]
    quarters = list(answers[0].axes[0].values)
    while quarters and all(answer.cell(quarters[0][0]).value is None for answer in answers):  # type: ignore[union-attr]
        quarters.pop(0)
    if len(quarters) < FEWEST:
        return
    title = _("%(first)s to %(last)s") % {"first": quarters[0][1], "last": quarters[-1][1]}
    series = [[(_short(key), context.figure(answer, key)) for key, _label in quarters] for answer in answers]
    yield Charts(
        "trend",
        title,
        tuple(
            panels.lines(answer.label, values, answer.unit, small=True)
            for answer, values in zip(answers, series, strict=True)
        ),
        columns=2,
        message=sentence(_("The key figures over time, each on its own scale from zero.")),
    )
    rows = [
        row(label, *(Cell(figure=values[place][1].id) for values in series))
        for place, (_key, label) in enumerate(quarters)
    ]
    heads = [_("Quarter"), *(answer.label for answer in answers)]
    yield context.table("trend-table", _("The key figures by quarter"), heads, rows)


def _short(key: str | None) -> str:
    """'Q1 24', to fit under a small chart."""
    quarter = Quarter.containing(Quarter.parse(str(key)).start)
    return _("Q%(number)d %(year)s") % {"number": quarter.number, "year": f"{quarter.year % 100:02d}"}
