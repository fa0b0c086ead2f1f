"""The indicators goal by goal: the scorecard of the goal, then each indicator with its jurisdictions, trend and parts."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Heading,
    Panel,
    Row,
    Statement,
    Statements,
    Table,
    Text,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.sentences import plain
from throughline.results.blocks import figures, wording
from throughline.results.documents import capital, framework_of, scorecard_of, unit_of
from throughline.results.scorecards import GoalCard, IndicatorCard, Scorecard

FEWEST_POINTS = 2
MANY_POINTS = 8


def goals(context: Context) -> Iterator[Block]:
    card = scorecard_of(context)
    for goal in card.goals:
        if not goal.indicators:
            continue
        yield Heading(wording.goal_heading(goal.number, goal.title), new_page=True)
        if goal.text:
            yield Text((plain(goal.text),), aside=True)
        yield _regional(context, card, goal)
        by_place = _by_place(context, card, goal)
        if by_place:
            yield by_place
        for one in goal.indicators:
            yield from _indicator(context, card, one)


# ---- the scorecard of a goal


def _regional(context: Context, card: Scorecard, goal: GoalCard) -> Table:
    since = framework_of(context).baseline_period
    heads = [
        _("Indicator"), _("Unit"), _("Baseline %(period)s") % {"period": since} if since else _("Baseline"), _("Target"),
        card.period_label, _("Reported"), _("Progress"),
    ]  # fmt: skip
    rows = [
        wording.row(
            Cell(f"{one.label} {one.title}"),
            Cell(unit_of(one)),
            Cell(figure=figures.baseline(context, one).id),
            Cell(figure=figures.target(context, card, one).id),
            Cell(figure=figures.actual(context, card, one).id, strong=True),
            Cell(
                _("%(reported)s of %(expected)s")
                % {"reported": one.coverage.reported, "expected": one.coverage.expected}
            ),
            Cell(figure=figures.progress(context, card, one).id),
        )
        for one in goal.indicators
    ]
    title = _("%(goal)s, the region: baseline, target and value") % {"goal": _short_name(goal)}
    made = context.table(f"{goal.code or 'other'}/region", title, heads, rows, notes=_notes(goal))
    widths = (30, 13, 12, 12, 13, 11, 15)
    columns = tuple(
        replace(column, align="left" if place in {0, 1} else "right", width=width)
        for place, (column, width) in enumerate(zip(made.columns, widths, strict=True))
    )
    return replace(made, columns=columns)


def _short_name(goal: GoalCard) -> str:
    return _("Goal %(number)s") % {"number": goal.number} if goal.number else goal.title


def _notes(goal: GoalCard) -> Iterator[str]:
    """What must be said under the table: partial totals, definitions that changed, words not confirmed."""
    partial = [one.label for one in goal.indicators if one.coverage.partial]
    if partial:
        yield _("%(labels)s: of those that reported only.") % {"labels": ", ".join(partial)}
    changed = [one.label for one in goal.indicators if one.changes]
    if changed:
        yield _("%(labels)s: the definition changed over the years, see ‘Definitions and changes’.") % {
            "labels": ", ".join(changed)
        }
    unsure = [one.label for one in goal.indicators if one.to_be_verified]
    if unsure:
        yield _("%(labels)s: wording to be verified.") % {"labels": ", ".join(unsure)}


def _by_place(context: Context, card: Scorecard, goal: GoalCard) -> Table | None:
    told = [one for one in goal.indicators if one.places and one.kind != "text"]
    if not any(place.measured.reported for one in told for place in one.places):
        return None
    heads = [_("Indicator"), *(capital(one) for one in card.places), _("Region")]
    rows = [
        wording.row(
            Cell(one.label),
            *(Cell(figure=figures.actual_of(context, card, one, place, short=True).id) for place in one.places),
            Cell(figure=figures.actual(context, card, one).id, strong=True),
        )
        for one in told
    ]
    title = _("%(goal)s by jurisdiction, %(period)s") % {"goal": _short_name(goal), "period": card.period_label}
    notes = (_("–: not reported. nil: nothing to report. %: numerator of denominator, see each indicator."),)
    made = context.table(f"{goal.code or 'other'}/places", title, heads, rows, notes=notes)
    drawn = all(one.kind in {"count", "ratio"} for one in told)  # then slides show each as bars
    return replace(made, aside=drawn)


# ---- one indicator


def _indicator(context: Context, card: Scorecard, one: IndicatorCard) -> Iterator[Block]:
    yield Heading(f"{one.label} {one.title}", level=2)
    yield Text((plain(_in_words(one)),), aside=True)
    charts = tuple(_panels(context, card, one))
    if charts:
        title = f"{one.label} {one.title}"
        yield Charts(f"{one.code}/charts", title, charts, columns=2, notes=tuple(_chart_notes(one)))
    if one.kind == "text" and any(place.measured.reported for place in one.places):
        yield Statements(one.code, one.title, tuple(_texts(one)))
    elif _tells_more(one):
        yield _places(context, card, one)
    if one.cells and any(cell.measured.reported for cell in one.cells):
        yield _cells(context, card, one)


def _tells_more(one: IndicatorCard) -> bool:
    """Whether the jurisdictions have more to show than the values in the table of the goal."""
    return any(
        place.measured.numerator is not None or (place.measured.reported and (place.baseline or place.target))
        for place in one.places
    )


def _in_words(one: IndicatorCard) -> str:
    """What the indicator is and where it stands, in one paragraph."""
    way = figures.region_way(one)
    parts = [one.definition, f"{one.coverage.words}.", f"{way.words}." if way.words else ""]
    missing = ", ".join(one.coverage.missing)
    if missing and one.coverage.reported:
        parts.append(_("Not reported by: %(names)s.") % {"names": missing})
    return " ".join(part for part in parts if part).replace("..", ".")


def _panels(context: Context, card: Scorecard, one: IndicatorCard) -> Iterator[Panel]:
    """Its jurisdictions as bars, its years as a line; what was not reported is a gap, never nought."""
    unit = unit_of(one)
    if one.kind in {"count", "ratio"} and any(place.measured.value is not None for place in one.places):
        bars = [(capital(place.place), figures.actual_of(context, card, one, place)) for place in one.places]
        yield panels.bars(_("By jurisdiction, %(period)s") % {"period": card.period_label}, bars, unit, small=True)
    points = [at for at in one.trend if figures.comparable_at(one, at)]
    while points and points[0].measured.value is None:
        points.pop(0)
    if len(points) >= FEWEST_POINTS:
        line = [(at.period, figures.point(context, one, at)) for at in points]
        yield panels.lines(_("The region, year by year"), line, unit, small=True)


def _chart_notes(one: IndicatorCard) -> Iterator[str]:
    partial = [f"{at.period}: {at.coverage.words}" for at in one.trend if at.coverage.partial]
    if partial:
        yield "; ".join(partial[-MANY_POINTS:]) + "."
    if any(not figures.comparable_at(one, at) for at in one.trend):
        yield _("A sum of some jurisdictions is not drawn beside sums of all.")
    for change in one.changes:
        yield _("From %(period)s by another definition: %(note)s") % {
            "period": change.label,
            "note": change.note or "–",
        }


def _texts(one: IndicatorCard) -> Iterator[Statement]:
    for place in one.places:
        measured = place.measured
        text = measured.text_english or measured.text
        if text:
            yield Statement(capital(place.place), Cell(), tuple(line for line in text.splitlines() if line.strip()))
        else:
            words = _("Nothing to report.") if measured.nil else _("Not reported.")
            yield Statement(capital(place.place), Cell(), (words,), missing=True)


def _places(context: Context, card: Scorecard, one: IndicatorCard) -> Table:
    since = framework_of(context).baseline_period
    heads = [
        _("Jurisdiction"), _("Baseline %(period)s") % {"period": since} if since else _("Baseline"), _("Target"),
        card.period_label, _("Of which"), _("Progress"),
    ]  # fmt: skip
    is_ratio = one.kind == "ratio"
    rows = []
    for place in one.places:
        value = figures.actual_of(context, card, one, place)
        base = [Cell(value.base)] if is_ratio else []
        rows.append(
            wording.row(
                Cell(capital(place.place)),
                Cell(figure=figures.baseline(context, one, place).id),
                Cell(figure=figures.target(context, card, one, place).id),
                Cell(figure=value.id),
                *base,
                Cell(figure=figures.progress(context, card, one, place).id),
            )
        )
    rows.append(_region_row(context, card, one, is_ratio=is_ratio))
    if not is_ratio:
        heads.pop(4)
    made = context.table(f"{one.code}/places", f"{one.label}, {one.unit or one.title}", heads, rows)
    return replace(made, aside=True)


def _region_row(context: Context, card: Scorecard, one: IndicatorCard, *, is_ratio: bool) -> Row:
    value = figures.actual(context, card, one)
    return wording.row(
        Cell(_("Region, %(coverage)s") % {"coverage": one.coverage.words}),
        Cell(figure=figures.baseline(context, one).id),
        Cell(figure=figures.target(context, card, one).id),
        Cell(figure=value.id),
        *([Cell(value.base)] if is_ratio else []),
        Cell(figure=figures.progress(context, card, one).id),
        kind="total",
    )


def _cells(context: Context, card: Scorecard, one: IndicatorCard) -> Table:
    """The parts of the total, for the region."""
    rows = [
        wording.row(
            Cell(cell.label),
            Cell(
                figure=figures.value_figure(
                    context, one, cell.measured, what=f"cell/{cell.code}/{card.period}",
                    of=f"{cell.label}, {card.period_label}", coverage=cell.coverage.words,
                ).id
            ),
            Cell(cell.coverage.words),
        )
        for cell in one.cells
    ]  # fmt: skip
    rows.append(wording.row(Cell(_("Total")), Cell(figure=figures.actual(context, card, one).id), Cell(), kind="total"))
    heads = [_("Of which"), unit_of(one) or _("Value"), _("Reported")]
    notes = (one.cells_words,) if one.cells_words else ()
    made = context.table(f"{one.code}/parts", _("%(label)s by parts") % {"label": one.label}, heads, rows, notes=notes)
    return replace(made, aside=True)
