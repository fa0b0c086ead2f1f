"""The figures of a scorecard in a document, each under an id that is the same in every edition."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from throughline.kernel.reporting.blocks import MISSING, Figure
from throughline.kernel.reporting.context import Context
from throughline.kernel.ui import formats
from throughline.results.documents import capital, value_figure
from throughline.results.models import Framework
from throughline.results.scorecards import IndicatorCard, PlaceFigure, Scorecard, TrendPoint, Way


def actual(context: Context, card: Scorecard, one: IndicatorCard) -> Figure:
    """The value of the region."""
    what = f"actual/{card.period}"
    return value_figure(context, one, one.actual, what=what, of=card.period_label, coverage=one.coverage.words)


def actual_of(
    context: Context, card: Scorecard, one: IndicatorCard, place: PlaceFigure, *, short: bool = False
) -> Figure:
    what = f"actual/{card.period}"
    return value_figure(context, one, place.measured, what=what, of=card.period_label, place=place.place, short=short)


def baseline(context: Context, one: IndicatorCard, place: PlaceFigure | None = None) -> Figure:
    measured, where = (place.baseline, place.place) if place else (one.baseline, None)
    return value_figure(context, one, measured, what="baseline", of=_("baseline"), place=where)


def target(context: Context, card: Scorecard, one: IndicatorCard, place: PlaceFigure | None = None) -> Figure:
    measured, where = (place.target, place.place) if place else (one.target, None)
    return value_figure(context, one, measured, what=f"target/{card.period}", of=_("target"), place=where)


def point(context: Context, one: IndicatorCard, at: TrendPoint) -> Figure:
    """The region in an earlier period, with how many reported then."""
    return value_figure(context, one, at.measured, what=f"actual/{at.period}", of=at.label, coverage=at.coverage.words)


def progress(context: Context, card: Scorecard, one: IndicatorCard, place: PlaceFigure | None = None) -> Figure:
    """How much of the way from baseline to target is gone."""
    way, where = (place.progress, place.place) if place else (region_way(one), None)
    name = where.code if where else "region"
    words = [
        f"{one.label} {one.title}",
        capital(where) if where else "",
        _("progress to the target"),
        card.period_label,
    ]
    return context.stated(
        Figure(
            id=f"{one.code}/{name}/progress/{card.period}",
            label=", ".join(word for word in words if word),
            value=way.percent,
            text=progress_text(way),
            unit="%",
            coverage="" if where else one.coverage.words,
            path=f"{one.url}?{urlencode({'period': card.period})}",
            reason=way.why,
        )
    )


def region_way(one: IndicatorCard) -> Way:
    """The region's way to its target; none while a sum is of some jurisdictions only: it has no baseline of those."""
    if comparable(one):
        return one.progress
    return Way(why=_("not said while jurisdictions are missing from the sum"))


def comparable(one: IndicatorCard) -> bool:
    """Whether the region's value may stand beside that of all: a share may, a sum of some may not."""
    return not one.coverage.partial or one.kind == "ratio"


def comparable_at(one: IndicatorCard, at: TrendPoint) -> bool:
    return not at.coverage.partial or one.kind == "ratio"


def progress_text(way: Way) -> str:
    if way.percent is None:
        return MISSING
    percent = formats.percent(way.percent / 100)
    return {
        "reached": _("reached"),
        "exceeded": _("exceeded (%(percent)s)") % {"percent": percent},
        "moved-away": _("moved away (%(percent)s)") % {"percent": percent},
    }.get(way.remark, percent)


def progress_note() -> str:
    return _(
        "Of the way from baseline to target, the part that is gone: (value − baseline) / (target − baseline). "
        "It may exceed 100 %, and is below 0 where an indicator moved away from its target. "
        "Of a sum from which jurisdictions are missing it is not said."
    )


def count_of(context: Context, card: Scorecard, name: str, label: str, count: int) -> Figure:
    """How many indicators there are of a kind."""
    return context.stated(
        Figure(
            id=f"{card.framework}/{name}/{card.period}",
            label=f"{label}, {card.period_label}",
            value=count,
            text=formats.number(count),
            unit=_("indicators"),
            path=f"{card.url}?{urlencode({'period': card.period})}",
        )
    )


def baseline_name(framework: Framework) -> str:
    return _("The year %(period)s") % {"period": framework.baseline_period} if framework.baseline_period else ""
