"""What must hold for what is laid down, beyond its single fields. One list for form, sheet, API and loading."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures.questions import Question
from throughline.kernel.periods import NotAPeriodError, Period
from throughline.results.choices import Kind, Origin, Places, Way
from throughline.results.scales import NotAScaleError, conditions, scale

Values = Mapping[str, Any]
NEEDS: dict[str, tuple[str, ...]] = {
    Places.SUM: (Kind.COUNT,),
    Places.RATIO: (Kind.RATIO,),
    Places.COUNT: (Kind.STATUS,),
    Places.NONE: tuple(Kind),
}


def scale_problems(values: Values, *names: str) -> Iterator[Problem]:
    for name in names:
        try:
            scale(values.get(name) or "")
        except NotAScaleError as error:
            yield Problem(
                name, _("Write one a line: code, colon, label. Each code once, in small letters."), error.line
            )


def period_problems(values: Values, *names: str) -> Iterator[Problem]:
    for name in names:
        text = values.get(name) or ""
        try:
            if text:
                Period.parse(text)
        except NotAPeriodError as error:
            yield Problem(name, str(error), text)


def framework_problems(values: Values) -> Iterator[Problem]:
    yield from scale_problems(values, "statuses")
    yield from period_problems(values, "baseline_period")
    yield from validity_problems(values)


def validity_problems(values: Values) -> Iterator[Problem]:
    begin, end = values.get("valid_from"), values.get("valid_to")
    if begin and end and end < begin:
        yield Problem("valid_to", _("The end lies before the beginning."), end.isoformat())


def definition_problems(values: Values) -> Iterator[Problem]:
    """A definition whose rules fit its kind, and whose scale and measure exist."""
    found = list(scale_problems(values, "statuses", "disaggregation"))
    yield from found
    yield from validity_problems(values)
    kind, rule = values.get("kind"), values.get("across_places")
    if rule and kind and kind not in NEEDS[rule]:
        message = _("Across jurisdictions this does not fit “%(kind)s”. Choose another rule.")
        yield Problem("across_places", message % {"kind": Kind(kind).label}, str(rule))
    if kind == Kind.TEXT and values.get("direction") not in {None, "", Way.NONE}:
        yield Problem("direction", _("Text neither rises nor falls."), str(values.get("direction")))
    if not found:
        yield from _status_problems(values)
    yield from _measure_problems(values)


def _status_problems(values: Values) -> Iterator[Problem]:
    statuses, met = scale(values.get("statuses") or ""), values.get("met") or ""
    if values.get("kind") == Kind.STATUS and not statuses:
        yield Problem("statuses", _("Say which statuses there are, one a line: 'on-track: On track'."))
    if met and met not in statuses:
        yield Problem("met", _("This status is not on the scale."), met)


def _measure_problems(values: Values) -> Iterator[Problem]:
    if values.get("origin") != Origin.COMPUTED:
        return
    measure = values.get("measure") or ""
    try:
        where = conditions(values.get("where") or "")
    except NotAScaleError as error:
        yield Problem("where", _("Write one condition a line: 'type: weapon-seizure'."), error.line)
        return
    try:
        Question.ask(measure, by=["jurisdiction"], where=where).checked()
    except (Invalid, KeyError) as error:
        told = "; ".join(one.message for one in error.problems) if isinstance(error, Invalid) else ""
        yield Problem("measure", told or _("There is no such measure."), measure)


def set_problems(values: Values) -> Iterator[Problem]:
    """A baseline or target with a figure, a status or words, and no numerator above its denominator."""
    yield from period_problems(values, "period")
    numerator, denominator = values.get("numerator"), values.get("denominator")
    if (numerator is None) != (denominator is None):
        missing = "numerator" if numerator is None else "denominator"
        yield Problem(missing, _("Give numerator and denominator, or neither."))
    elif numerator is not None and denominator is not None and numerator > denominator:
        yield Problem("numerator", _("The numerator is greater than the denominator."), str(numerator))
    if values.get("number") is None and numerator is None and not values.get("status") and not values.get("text"):
        yield Problem("number", _("Give a number, numerator and denominator, a status or words."))


def goal_problems(values: Values) -> Iterator[Problem]:
    """An indicator belongs to a goal of its own framework."""
    goal, framework = values.get("goal"), values.get("framework")
    if goal is not None and framework is not None and goal.framework_id != framework.pk:
        yield Problem("goal", _("The goal belongs to another framework."), str(goal))


def crosswalk_problems(values: Values) -> Iterator[Problem]:
    """A crosswalk leads from one framework into another; what has no counterpart leads nowhere."""
    before, after, relation = values.get("before"), values.get("after"), values.get("relation")
    if before is not None and after is not None and before.framework_id == after.framework_id:
        yield Problem("after", _("Both indicators are of the same framework."), str(after))
    if (after is None) != (relation == "none"):
        yield Problem("after", _("Name the indicator it became, or say that it has no counterpart; not both."))
