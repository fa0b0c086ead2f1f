"""The report on indicators as a whole: key figures, how far, coverage, definitions, method."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Definitions,
    Figure,
    FigureRow,
    Item,
    KeyFigure,
    Row,
    Sentence,
    Text,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.registry import Cover
from throughline.kernel.reporting.sentences import joined, sentence, shortened
from throughline.results.blocks import wording
from throughline.results.blocks.figures import actual, baseline_name, count_of, progress, progress_note, region_way
from throughline.results.documents import capital, framework_of, scorecard_of
from throughline.results.scorecards import IndicatorCard, Measured, Scorecard

KEYS_ON_A_PAGE = 6
LABEL = 70
NUMERIC = ("count", "ratio", "status")


def cover(context: Context) -> Cover:
    title = _("Key performance indicators of the Roadmap")
    return Cover(title, _("Regional KPI report %(period)s") % {"period": context.period}, wording.span(context.period))


# ---- the page of figures


def at_a_glance(context: Context) -> Iterator[Block]:
    card = scorecard_of(context)
    found = list(card.indicators())
    if not found:
        return
    yield Text((_in_sum(context, card, found),))
    shown = _headlines(found)
    if shown:
        yield FigureRow(tuple(_key_figure(context, card, one) for one in shown), title=_("Key figures of the region"))
    yield from _ways(context, card, found)


def _in_sum(context: Context, card: Scorecard, found: list[IndicatorCard]) -> Sentence:
    """How many indicators there are, have a value, and have reached their target; each a link to the scorecard."""
    valued = [one for one in found if one.coverage.reported]
    aimed = [one for one in found if one.target is not None]
    reached = [one for one in aimed if region_way(one).remark in {"reached", "exceeded"}]
    return joined(
        sentence(
            _("{with_value} of {all} indicators were reported on or computed for {period}."),
            with_value=count_of(context, card, "with-value", _("Indicators with a value"), len(valued)),
            all=count_of(context, card, "indicators", _("Indicators"), len(found)),
            period=card.period_label,
        ),
        sentence(
            _("{reached} of {aimed} indicators with a target have reached it."),
            reached=count_of(context, card, "reached", _("Indicators that reached their target"), len(reached)),
            aimed=count_of(context, card, "with-target", _("Indicators with a target"), len(aimed)),
        ),
        sentence(_("Figures of the region are of the jurisdictions that reported; each says how many these are.")),
    )


def _headlines(found: list[IndicatorCard]) -> list[IndicatorCard]:
    """First what has a value and a way to its target, one a goal at first; then what has a value at all."""
    valued = [one for one in found if one.actual.value is not None and one.kind in NUMERIC]
    ranked = sorted(valued, key=lambda one: region_way(one).percent is None)
    kept = ranked[:KEYS_ON_A_PAGE]
    return [one for one in found if one in kept]


def _key_figure(context: Context, card: Scorecard, one: IndicatorCard) -> KeyFigure:
    notes = [one.unit if one.kind != "ratio" else one.actual.words, one.coverage.words, region_way(one).words]
    label = f"{one.label} {shortened(one.title, LABEL)}"
    return KeyFigure(
        actual(context, card, one).id, label, note="; ".join(dict.fromkeys(note for note in notes if note))
    )


def _ways(context: Context, card: Scorecard, found: list[IndicatorCard]) -> Iterator[Charts]:
    """How far each indicator is on its way from baseline to target."""
    values: list[tuple[str, Figure]] = []
    for one in found:
        if region_way(one).percent is not None:
            values.append((one.label, progress(context, card, one)))
    if values:
        yield Charts(
            "progress",
            _("How much of the way from baseline to target is gone, in percent"),
            (panels.bars(_("Progress to the target"), values, "%"),),
            notes=(_("0 is the baseline and 100 the target, for rising and falling indicators alike."),),
        )


# ---- annexes


def coverage(context: Context) -> Iterator[Block]:
    """Who reported on what: yes, nothing to report, or not."""
    card = scorecard_of(context)
    rows: list[Row] = []
    for goal in card.goals:
        if goal.indicators:
            heading = Cell(wording.goal_heading(goal.number, goal.title))
            rows.append(wording.row(heading, *[Cell()] * (len(card.places) + 1), kind="group"))
        for one in goal.indicators:
            rows.append(wording.row(Cell(one.label), *_reported(card, one), Cell(one.coverage.words), kind="part"))
    if not rows:
        return
    heads = [_("Indicator"), *(capital(one) for one in card.places), _("Reported")]
    yield context.table(
        "coverage",
        _("Who reported on which indicator"),
        heads,
        rows,
        notes=(_("nil: nothing to report, which is an answer. –: no accepted answer. R: answered for the region."),),
    )


def _reported(card: Scorecard, one: IndicatorCard) -> Iterator[Cell]:
    if not one.places:
        yield from [Cell(_("R"))] * len(card.places)
    for place in one.places:
        yield Cell(_told(place.measured))


def _told(measured: Measured) -> str:
    if measured.nil:
        return _("nil")
    return _("yes") if measured.reported else "–"


def definitions(context: Context) -> Iterator[Block]:
    """What each indicator means this year, and where it began to mean something else."""
    card = scorecard_of(context)
    yield Definitions(tuple(_definition(one) for one in card.indicators()), aside=True)
    changed = [
        wording.item(
            f"{one.label}, {change.label}",
            _("Definition %(before)s until then, definition %(after)s from then on.")
            % {"before": change.before, "after": change.after},
            change.note,
        )
        for one in card.indicators()
        for change in one.changes
    ]
    if changed:
        yield Definitions(tuple(changed), title=_("Changes of definition"))


def _definition(one: IndicatorCard) -> Item:
    asked = (
        _("Answered by the secretariat.") if one.answered_by == "secretariat" else _("Answered by each jurisdiction.")
    )
    return wording.item(
        f"{one.label}. {one.title}",
        one.definition or _("No definition has been laid down yet."),
        _("Unit: %(unit)s.") % {"unit": one.unit} if one.unit else "",
        f"{one.direction_label}.",
        _("Computed from records.") if one.origin == "computed" else asked,
        _("Wording to be verified.") if one.to_be_verified else "",
    )


def method(context: Context) -> Iterator[Block]:
    card, framework = scorecard_of(context), framework_of(context)
    yield Definitions(tuple(_method(card, baseline_name(framework), framework.source)))
    if card.footnotes:
        yield wording.footnotes(card.footnotes)


def _method(card: Scorecard, since: str, source: str) -> Iterable[Item]:
    yield wording.item(
        _("What is taken in"),
        _(
            "Answers the secretariat has accepted, as they were submitted last, and what is computed from verified records."
        ),
        _("Drafts, and returns that were sent back, are no part of it."),
    )
    yield wording.item(
        _("The region"),
        _("Counts are added up. For shares, numerators and denominators are added apart and then divided."),
        _("On a status scale, the figure is the number of jurisdictions that have reached the status."),
    )
    yield wording.item(
        _("Missing"),
        _("‘–’ is not nought. Totals are of those that reported, and say of how many jurisdictions they are."),
    )
    yield wording.item(
        _("Baseline"), _("%(baseline)s, unless another was laid down.") % {"baseline": since} if since else "–"
    )
    yield wording.item(_("Progress"), progress_note())
    yield wording.capitals(card.places)
    yield wording.item(
        _("From a figure to its source"),
        _("Computed figures link to their question, and through it to the records; reported ones to the indicator."),
        _("The Excel file lists every figure with its link."),
    )
    yield wording.item(_("Framework"), f"{card.title}.", source)
    if card.to_be_verified:
        yield wording.item(
            _("To be verified"), _("The wording of goals and indicators has not been confirmed by the secretariat yet.")
        )
