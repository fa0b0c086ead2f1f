"""Reading results: scorecards, narratives, histories. Every value is read as the viewer may read its return."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Half, Month, NotAPeriodError, Period, Quarter, Year
from throughline.reference.models import Jurisdiction
from throughline.reference.queries import footnotes, printed_name, scope_members
from throughline.results import words
from throughline.results.arithmetic import Across, Given, across_places, exact
from throughline.results.cards import Card, Frame, counted
from throughline.results.choices import Origin
from throughline.results.computed import NOTHING, ask_for
from throughline.results.models import (
    Baseline,
    Crosswalk,
    Framework,
    Goal,
    Indicator,
    IndicatorValue,
    IndicatorVersion,
    OverallTarget,
    Progress,
    Target,
)
from throughline.results.numbering import NoReportError, report_number
from throughline.results.reading import VALUE_FIELDS, Reported, from_return, reported, valid_version
from throughline.results.scorecards import (
    Behind,
    GoalCard,
    IndicatorCard,
    Measured,
    Narrative,
    NarrativeAnswer,
    NarrativeGoal,
    NarrativeTarget,
    Place,
    Scorecard,
)

KINDS = (Year, Half, Quarter, Month)
LONGEST_TREND = 24


def frameworks(viewer: Viewer) -> QuerySet[Framework]:
    """Frameworks are laid down in public: everyone who is signed in reads them. Their values follow the returns."""
    rows = Framework.objects.select_related("programme__scope", "programme__secretariat")
    return rows if viewer.signed_in else rows.none()


def laid_down(viewer: Viewer, model: type[Any]) -> QuerySet[Any]:
    """Baselines and targets, for those with a role in the framework's programme."""
    return model.objects.filter(indicator__framework__programme__in=viewer.programmes)  # type: ignore[no-any-return]


def period_of(text: Period | str) -> Period:
    """A year, half-year, quarter or month; Invalid, if it is none."""
    try:
        period = Period.parse(text) if isinstance(text, str) else text
    except NotAPeriodError as error:
        raise Invalid([Problem("period", str(error), error.text)]) from error
    if not isinstance(period, KINDS):
        raise Invalid([Problem("period", _("Choose a year, a half-year, a quarter or a month."), str(text))])
    return period


def usual_period(viewer: Viewer, framework: Framework) -> str:
    """The latest year on which anything was reported; else the last full year within the framework's time."""
    latest = IndicatorValue.objects.visible_to(viewer).counting().filter(definition__indicator__framework=framework)
    end = latest.order_by("-period_end").values_list("period_end", flat=True).first()
    if end is not None:
        return str(end.year)
    last = timezone.localdate().year - 1
    return str(min(last, framework.valid_to.year) if framework.valid_to else last)


def places_of(framework: Framework, period: Period, jurisdiction: str | None = None) -> tuple[Place, ...]:
    """The jurisdictions of the programme's scope at the end of the period, or the one asked for."""
    members = scope_members(framework.programme.scope.code, period.end)
    if jurisdiction:
        members = [one for one in members if one.code == jurisdiction.upper()]
        if not members:
            raise Invalid([Problem("jurisdiction", _("It is not in the scope of this programme."), jurisdiction)])
    return tuple(Place(one.code, printed_name(one), one.capital) for one in members)


def scorecard(
    viewer: Viewer,
    framework: Framework,
    *,
    period: Period | str,
    jurisdiction: str | None = None,
    goal: int | None = None,
    indicator: str | None = None,
    cells: bool = True,
) -> Scorecard:
    """Goals, indicators, what was set, what is and how it went, as far as this viewer may read the returns behind.

    `goal` (its number) or `indicator` (its code) narrow it down. Without `cells` the parts of the values are not read.
    Invalid, if period or jurisdiction do not fit.
    """
    asked = period_of(period)
    places = places_of(framework, asked, jurisdiction)
    baseline = period_of(framework.baseline_period) if framework.baseline_period else None
    trend = _trend(framework, asked, baseline)
    frame = Frame(asked, trend, baseline, places, whole=not jurisdiction, cells=cells)
    chosen = Indicator.objects.filter(framework=framework).select_related("goal", "framework")
    if goal is not None:
        chosen = chosen.filter(goal__number=goal)
    if indicator is not None:
        chosen = chosen.filter(code=indicator)
    goals = framework.goals.all() if goal is None else framework.goals.filter(number=goal)
    cards, illustrative = _cards(viewer, framework, list(chosen), frame)
    if indicator is not None:
        goals = goals.filter(indicators__code=indicator)
    return Scorecard(
        framework=framework.code,
        title=framework.title,
        vision=framework.vision,
        source=framework.source,
        to_be_verified=framework.to_be_verified,
        period=str(asked),
        period_label=words.period_label(asked),
        jurisdiction=jurisdiction.upper() if jurisdiction else "",
        places=places,
        goals=tuple(_goals(list(goals), cards)),
        periods=tuple(str(one) for one in frame.trend),
        footnotes=_footnotes(framework, places),
        illustrative=illustrative or framework.programme.illustrative,
        run_as=viewer.name,
        asked_at=timezone.now().isoformat(timespec="seconds"),
        url=reverse("scorecard-detail", args=[framework.code]),
    )


def _trend(framework: Framework, asked: Period, baseline: Period | None) -> tuple[Period, ...]:
    """The periods of the same kind from the framework's beginning to the one asked for."""
    begin = baseline.start if baseline else framework.valid_from or asked.last_year.start
    kind = type(asked)
    first = kind.containing(min(begin, asked.start))  # type: ignore[attr-defined]
    return tuple(Period.parse(f"{first}..{asked}").blocks(kind))[-LONGEST_TREND:]  # type: ignore[type-var]


def _cards(
    viewer: Viewer, framework: Framework, indicators: list[Indicator], frame: Frame
) -> tuple[list[tuple[Indicator, IndicatorCard]], bool]:
    keys = [one.pk for one in indicators]
    versions: dict[Any, dict[int, IndicatorVersion]] = defaultdict(dict)
    for one in IndicatorVersion.objects.filter(indicator__in=keys).select_related("indicator__framework"):
        versions[one.indicator_id][one.number] = one
    rows = (
        IndicatorValue.objects.visible_to(viewer)
        .counting()
        .filter(definition__indicator__in=keys, period_end__lte=frame.period.end)
        .order_by("ret__decided_at", "ret__reference")
        .values_list(*VALUE_FIELDS)
    )
    if not frame.cells:  # a return never gives a part without a total, so no answer is lost with them
        rows = rows.filter(cell="")
    values, illustrative = reported(rows)
    baselines, targets = _by_indicator(viewer, Baseline, keys), _by_indicator(viewer, Target, keys)
    valid = {one.pk: valid_version(versions[one.pk], frame.period) for one in indicators}
    definitions = {str(key): one for key, one in valid.items() if one is not None and one.origin == Origin.COMPUTED}
    computed = ask_for(viewer, definitions, periods=list(frame.trend), scope=framework.programme.scope.code)
    cards = [
        (
            one,
            Card(
                one,
                versions[one.pk],
                frame,
                values=values.get(one.pk) or Reported(),
                computed=computed.get(str(one.pk), NOTHING),
                baselines=baselines[one.pk],
                targets=targets[one.pk],
            ).made(),
        )
        for one in indicators
    ]
    return cards, illustrative or any(one.illustrative for one in computed.values())


def _by_indicator(viewer: Viewer, model: type[Any], keys: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in laid_down(viewer, model).filter(indicator__in=keys).select_related("jurisdiction"):
        found[row.indicator_id].append(row)
    return found


def _goals(goals: list[Goal], cards: list[tuple[Indicator, IndicatorCard]]) -> Iterable[GoalCard]:
    """The goals in order with their indicators; what belongs to no goal comes last."""
    by_goal: dict[Any, list[IndicatorCard]] = defaultdict(list)
    for one, card in cards:
        by_goal[one.goal_id].append(card)
    for goal in goals:
        yield GoalCard(
            goal.code, goal.number, goal.title, goal.text, goal.to_be_verified, tuple(by_goal.pop(goal.pk, ()))
        )
    if by_goal.get(None):
        yield GoalCard("", 0, _("Of all goals"), "", to_be_verified=False, indicators=tuple(by_goal[None]))


def _footnotes(framework: Framework, places: tuple[Place, ...]) -> tuple[str, ...]:
    """What the programme's publisher prints under these jurisdictions."""
    named = Jurisdiction.objects.filter(code__in=[one.code for one in places]).exclude(mark="")
    found = footnotes(framework.programme.publisher, named)
    return tuple(f"{one.jurisdiction.mark} {one.text}" for one in found)


def narrative(viewer: Viewer, framework: Framework, *, period: Period | str) -> Narrative:
    """What the jurisdictions reported on the overall targets in a period, goal by goal, target by target."""
    asked = period_of(period)
    places = places_of(framework, asked)
    answers: dict[Any, dict[str, Progress]] = defaultdict(dict)
    rows = (
        Progress.objects.visible_to(viewer)
        .counting()
        .filter(target__goal__framework=framework, period=str(asked))
        .select_related("ret", "jurisdiction")
        .order_by("ret__decided_at")
    )
    nil = {}
    illustrative = framework.programme.illustrative
    for row in rows:
        code = row.jurisdiction.code if row.jurisdiction else ""
        answers[row.target_id][code] = row
        illustrative = illustrative or row.ret.illustrative
        if row.ret.nil:
            nil[code] = row.ret.nil_reason
    targets = OverallTarget.objects.filter(goal__framework=framework).select_related("goal")
    by_goal: dict[Any, list[NarrativeTarget]] = defaultdict(list)
    for target in targets:
        by_goal[target.goal_id].append(_narrative_target(target, answers[target.pk], places, framework.scale))
    answered = {code for found in answers.values() for code in found}
    given = {one.code: Given(nil=one.code in nil, status="answered" if one.code in answered else "") for one in places}
    whole = across_places(Across.NONE, given)
    names = {one.code: one.name for one in places}
    return Narrative(
        framework=framework.code,
        title=framework.title,
        period=str(asked),
        period_label=words.period_label(asked),
        number=_report_number(asked),
        scale=tuple(framework.scale.items()),
        places=places,
        goals=tuple(
            NarrativeGoal(one.code, one.number, one.title, one.text, one.to_be_verified, tuple(by_goal[one.pk]))
            for one in framework.goals.all()
        ),
        coverage=words.coverage(whole, names),
        footnotes=_footnotes(framework, places),
        illustrative=illustrative,
        to_be_verified=framework.to_be_verified,
        nil_reasons=tuple((code, reason) for code, reason in nil.items()),
    )


def _narrative_target(
    target: OverallTarget, found: dict[str, Progress], places: tuple[Place, ...], scale: dict[str, str]
) -> NarrativeTarget:
    answers = tuple(_narrative_answer(place, found.get(place.code), scale) for place in places)
    given = {one.place.code: Given(status=one.status, text=one.text, nil=one.nil) for one in answers}
    combined = across_places(Across.NONE, given)
    return NarrativeTarget(
        code=target.code,
        label=target.label,
        text=target.text,
        to_be_verified=target.to_be_verified,
        answers=answers,
        statuses=counted(scale, combined.statuses),
        coverage=words.coverage(combined, {one.code: one.name for one in places}),
    )


def _narrative_answer(place: Place, row: Progress | None, scale: dict[str, str]) -> NarrativeAnswer:
    if row is None:
        return NarrativeAnswer(place, answered=False)
    return NarrativeAnswer(
        place=place,
        answered=True,
        status=row.status,
        status_label=scale.get(row.status, row.status),
        text=row.text,
        text_english=row.text_english,
        nil=row.nil,
        behind=from_return(row.ret.reference, row.place),
    )


def _report_number(period: Period) -> int | None:
    try:
        return report_number(period)
    except NoReportError:
        return None


@dataclass(frozen=True)
class Line:
    """One value in the history of an indicator: what was given, by whom, under which definition, and whether it counts."""

    period: str
    place: str
    cell: str
    measured: Measured
    handed_in: int
    counted: bool
    decided_at: Any


def value_history(viewer: Viewer, indicator: Indicator, *, jurisdiction: str | None = None) -> list[Line]:
    """Every value ever taken in that stands in a return the viewer may read, the newest period first.

    Values of a return that was reopened stay here, marked as not counting.
    """
    rows = IndicatorValue.objects.visible_to(viewer).filter(definition__indicator=indicator)
    if jurisdiction:
        rows = rows.filter(jurisdiction__code=jurisdiction.upper())
    rows = rows.select_related("definition", "jurisdiction", "ret", "handed_in")
    return [_line(row) for row in rows.order_by("-period_end", "jurisdiction__order", "cell", "-ret__decided_at")]


def _line(row: IndicatorValue) -> Line:
    given = Given(exact(row.number), exact(row.numerator), exact(row.denominator), row.status, row.text, row.nil)
    behind: tuple[Behind, ...] = (from_return(row.ret.reference, row.place),)
    shown = words.measured(
        given,
        row.definition.scale,
        text_english=row.text_english,
        period=row.period,
        version=row.definition.number,
        behind=behind,
    )
    place = printed_name(row.jurisdiction) if row.jurisdiction else ""
    counted_now = row.counted and row.ret.state == "accepted"
    return Line(row.period, place, row.cell, shown, row.handed_in.number, counted_now, row.ret.decided_at)


def crosswalk(framework: Framework) -> list[Crosswalk]:
    """What became of this framework's indicators, and what they came from, in the order of print."""
    rows = Crosswalk.objects.filter(Q(before__framework=framework) | Q(after__framework=framework))
    rows = rows.select_related("before__framework", "after__framework")
    return list(rows.order_by("before__framework__code", "before__order", "after__order"))


def definitions_of(indicator: Indicator) -> list[IndicatorVersion]:
    """All definitions of an indicator, the newest first."""
    return list(indicator.versions.select_related("indicator").order_by("-number"))
