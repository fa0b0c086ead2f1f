"""What the documents of a framework are made from: its narrative or scorecard as shared, and each thing as a figure.

A figure of these documents is no answer of a measure: it is what a jurisdiction reported, or what was put together from
that. Its link leads to the page where it stands.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.kernel.reporting.blocks import MISSING, Figure
from throughline.kernel.reporting.context import Context
from throughline.kernel.rounds import queries as rounds
from throughline.kernel.rounds.choices import ReturnState
from throughline.kernel.rounds.rules import may_run
from throughline.kernel.ui import formats
from throughline.results import queries
from throughline.results.models import Framework
from throughline.results.scorecards import IndicatorCard, Measured, Narrative, NarrativeAnswer, NarrativeTarget, Place
from throughline.results.scorecards import Scorecard as Card

NARRATIVE_ASKING = "narrative"


def framework_of(context: Context) -> Framework:
    """The framework of the document's programme that holds at the end of its period; Invalid, if none does.

    The scope is the programme's own: what is asked of six jurisdictions is no report on seven.
    """
    return context.once("framework", lambda: _framework(context))


def _framework(context: Context) -> Framework:
    programme, end = context.programme, context.period.end
    rows = queries.frameworks(context.viewer).filter(programme=programme)
    held = [
        one
        for one in rows
        if (one.valid_from is None or one.valid_from <= end) and (one.valid_to is None or one.valid_to >= end)
    ]
    problems = []
    if not held:
        text = _("This programme has no framework that holds in this period.")
        problems.append(Problem("period", text, str(context.period)))
    own = programme.scope.code
    if context.scope != own:
        text = _("The documents of this programme are about its own jurisdictions: %(scope)s.") % {"scope": own}
        problems.append(Problem("scope", text, context.scope))
    if problems:
        raise Invalid(problems)
    return max(held, key=lambda one: (one.valid_from is not None, one.valid_from))


def narrative_of(context: Context) -> Narrative:
    """What is accepted and shared in the programme: the same for everybody with the builder's roles."""

    def read() -> Narrative:
        found = queries.narrative(context.viewer.of_what_is_shared(), framework_of(context), period=context.period)
        context.illustrative = context.illustrative or found.illustrative
        return found

    return context.once("narrative", read)


def scorecard_of(context: Context) -> Card:
    """The scorecard of the year, read as the narrative is."""

    def read() -> Card:
        found = queries.scorecard(context.viewer.of_what_is_shared(), framework_of(context), period=context.period)
        context.illustrative = context.illustrative or found.illustrative
        return found

    return context.once("scorecard", read)


def capital(place: Place) -> str:
    """How reports on the Roadmap name a jurisdiction."""
    return place.capital or place.name


# ---- figures of a narrative


def progress_path(narrative: Narrative, goal: int | None = None) -> str:
    asked = urlencode({"period": narrative.period})
    return f"{reverse('scorecard-progress', args=[narrative.framework])}?{asked}" + (f"#goal-{goal}" if goal else "")


def said(answer: NarrativeAnswer) -> str:
    """The status as it is printed: nothing to report is not the same as no report."""
    if not answer.answered:
        return _("Not reported")
    if answer.nil:
        return _("Nothing to report")
    return answer.status_label or _("No status named")


def status_figure(context: Context, narrative: Narrative, target: NarrativeTarget, answer: NarrativeAnswer) -> Figure:
    """The status one jurisdiction gave on one overall target; its link leads to the answer."""
    return context.stated(
        Figure(
            id=f"{target.code}/{answer.place.code}/{narrative.period}",
            label=_("Overall target %(target)s, %(place)s, %(period)s")
            % {"target": target.label, "place": capital(answer.place), "period": narrative.period_label},
            value=None,
            text=said(answer),
            path=answer.behind.url if answer.behind else progress_path(narrative),
            reason="" if answer.answered else _("not reported"),
        )
    )


def count_figure(context: Context, narrative: Narrative, name: str, label: str, count: int, base: str) -> Figure:
    """How many jurisdictions, or answers: counted from the statuses."""
    return context.stated(
        Figure(
            id=f"{narrative.framework}/{name}/{narrative.period}",
            label=f"{label}, {narrative.period_label}",
            value=count,
            text=formats.number(count),
            unit=_("jurisdictions"),
            base=base,
            coverage=narrative.coverage.words,
            path=progress_path(narrative),
        )
    )


def why_missing(viewer: Viewer, framework: Framework, period: Period | str) -> Mapping[str, str]:
    """For each jurisdiction without an accepted report, how far its report is; by code.

    Empty for those who do not run the round: that a neighbour is late is the business of the secretariat.
    """
    found: dict[str, str] = {}
    asked = rounds.rounds_for(viewer).filter(
        programme=framework.programme_id, period=str(period), edition__questionnaire__asking=NARRATIVE_ASKING
    )
    for one in asked:
        if not may_run(viewer, one):
            continue
        for row in rounds.standing(viewer, one):
            if row.jurisdiction and row.state != ReturnState.ACCEPTED:
                found[row.jurisdiction.code] = _why(row)
    return found


def _why(row: Any) -> str:
    day = {"due": formats.day(row.due), "at": formats.day(row.submitted_at)}
    if row.state == ReturnState.SUBMITTED:
        return _("A report was submitted on %(at)s and has not been accepted yet.") % day
    if row.state == ReturnState.RETURNED:
        return _("The report was sent back with comments and has not come in again; it was due on %(due)s.") % day
    if row.late:
        return _("Asked to report by %(due)s; no report was submitted.") % day
    return _("Asked to report by %(due)s; no report has been submitted yet.") % day


# ---- figures of a scorecard


def value_text(measured: Measured | None, *, short: bool = False) -> str:
    """A value as a cell prints it: '45 %' for 45 of 100; in words where there is nothing to report."""
    if measured is None:
        return MISSING
    if measured.nil:
        return _("nil") if short else _("Nothing to report")
    if measured.numerator is not None and measured.value is not None:
        return formats.percent(measured.value / 100, 1)
    return measured.words


def base_text(measured: Measured | None) -> str:
    """'45 of 100' for what is a share."""
    if measured is None or measured.numerator is None or measured.denominator is None:
        return ""
    parts = {"part": formats.number(measured.numerator), "whole": formats.number(measured.denominator)}
    return _("%(part)s of %(whole)s") % parts


def value_figure(
    context: Context,
    card: IndicatorCard,
    measured: Measured | None,
    *,
    what: str,
    of: str,
    place: Place | None = None,
    coverage: str = "",
    short: bool = False,
) -> Figure:
    """One value of an indicator. What is computed leads to its question, what was reported to the indicator's page.

    `what` tells values of one indicator apart ('actual', 'baseline/2018'), `of` says it in words.
    """
    where = place.code if place else "region"
    words = [f"{card.label} {card.title}", capital(place) if place else "", of]
    return context.stated(
        Figure(
            id=f"{card.code}/{where}/{what}" + ("/short" if short else ""),
            label=", ".join(word for word in words if word),
            value=measured.value if measured else None,
            text=value_text(measured, short=short),
            unit=unit_of(card),
            base=base_text(measured),
            coverage=coverage,
            path=_way_back(context, card, measured, place),
            numerator=measured.numerator if measured else None,
            denominator=measured.denominator if measured else None,
            reason=measured.why if measured else "",
        )
    )


def unit_of(card: IndicatorCard) -> str:
    return "%" if card.kind == "ratio" else card.unit


def _way_back(context: Context, card: IndicatorCard, measured: Measured | None, place: Place | None) -> str:
    behind = measured.behind if measured else ()
    if len(behind) == 1 and behind[0].kind == "question" and behind[0].url:
        return behind[0].url
    asked = {"period": str(context.period)} | ({"jurisdiction": place.code} if place else {})
    return f"{card.url}?{urlencode(asked)}"
