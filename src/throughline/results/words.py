"""What the figures of results are called in words, in the language of the page. No database."""

from collections.abc import Mapping
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from throughline.kernel.periods import Period
from throughline.kernel.ui import formats
from throughline.results.arithmetic import Achieved, Combined, Given, Parts, Remark, Why
from throughline.results.scorecards import Behind, Coverage, Measured, Way

REASONS: dict[Why, str | Promise] = {
    Why.NOTHING_REPORTED: gettext_lazy("Nothing reported"),
    Why.NOT_ADDED_UP: gettext_lazy("Not put together: read it jurisdiction by jurisdiction"),
    Why.NOTHING_TO_DIVIDE_BY: gettext_lazy("The denominator is zero: there is nothing to divide by"),
    Why.NO_BASELINE: gettext_lazy("No baseline"),
    Why.NO_TARGET: gettext_lazy("No target"),
    Why.NO_ACTUAL: gettext_lazy("Nothing reported"),
    Why.INCOMPLETE: gettext_lazy("Not said while some have not reported"),
    Why.NO_DIRECTION: gettext_lazy("No direction was set"),
    Why.TARGET_IS_BASELINE: gettext_lazy("The target is the baseline: there is no way to go"),
    Why.TARGET_AGAINST_DIRECTION: gettext_lazy("The target lies against the direction of the indicator"),
}


def reason(why: Why | None) -> str:
    return str(REASONS[why]) if why else ""


def period_label(period: Period) -> str:
    return period.label(str(formats.locale()))


def printed(value: Fraction | None) -> str:
    """A number as the page's language writes it."""
    return formats.number(as_float(value))


def ratio(numerator: Fraction, denominator: Fraction) -> str:
    """'45 of 100 (45 %)'; without the percentage where there is nothing to divide by."""
    parts = {"part": printed(numerator), "whole": printed(denominator)}
    if not denominator:
        return _("%(part)s of %(whole)s") % parts
    share = formats.percent(float(numerator / denominator), 1)
    return _("%(part)s of %(whole)s (%(share)s)") % {**parts, "share": share}


def value_words(given: Given, scale: Mapping[str, str]) -> str:
    """A value as it is printed."""
    if given.nil:
        return _("Nothing to report")
    if given.numerator is not None and given.denominator is not None:
        return ratio(given.numerator, given.denominator)
    if given.number is not None:
        return printed(given.number)
    if given.status:
        return scale.get(given.status, given.status)
    return given.text or formats.MISSING


def as_float(value: Fraction | None) -> float | None:
    """A number for charts, JSON and sheets: whole numbers stay whole."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def measured(
    given: Given | None,
    scale: Mapping[str, str],
    *,
    why: Why | None = None,
    text_english: str = "",
    period: str = "",
    version: int = 0,
    behind: tuple[Behind, ...] = (),
) -> Measured:
    """A value with its words; None is missing."""
    told = given or Given()
    if why is None and not told.is_answer:
        why = Why.NOTHING_REPORTED
    if why is None and told.is_ratio and not told.denominator:
        why = Why.NOTHING_TO_DIVIDE_BY
    return Measured(
        value=as_float(told.value),
        numerator=as_float(told.numerator),
        denominator=as_float(told.denominator),
        status=told.status,
        status_label=scale.get(told.status, told.status),
        text=told.text,
        text_english=text_english,
        nil=told.nil,
        why=reason(why),
        words=value_words(told, scale),
        period=period,
        version=version,
        behind=behind,
    )


def coverage(combined: Combined, names: Mapping[str, str]) -> Coverage:
    """'5 of 6 reported', with nil returns told apart."""
    counts = {"reported": combined.reported, "expected": combined.expected}
    words = ngettext(
        "%(reported)d of %(expected)d reported", "%(reported)d of %(expected)d reported", combined.expected
    )
    text = words % counts
    if combined.nil:
        nil = ngettext("%(nil)d of them nothing to report", "%(nil)d of them nothing to report", combined.nil)
        text = f"{text}, {nil % {'nil': combined.nil}}"
    missing = tuple(names.get(code, code) for code in combined.missing)
    return Coverage(combined.reported, combined.expected, combined.nil, missing, text)


def way(found: Achieved, *, partial: str = "") -> Way:
    """How far a target is reached, in a sentence; `partial` is the coverage where it is not whole."""
    if found.percent is None:
        return Way(why=reason(found.why), words=reason(found.why))
    percent = formats.percent(float(found.percent / 100), 0)
    match found.remark:
        case Remark.REACHED:
            text = _("Target reached")
        case Remark.EXCEEDED:
            text = _("Target exceeded: %(percent)s of the way") % {"percent": percent}
        case Remark.MOVED_AWAY:
            text = _("Moved away from the target: %(percent)s of the way") % {"percent": percent}
        case _:
            text = _("%(percent)s of the way") % {"percent": percent}
    if partial:
        text = _("%(text)s, by what was reported (%(coverage)s)") % {"text": text, "coverage": partial}
    return Way(percent=as_float(found.percent), words=text, remark=str(found.remark or ""))


def parts_words(parts: Parts) -> str:
    """Whether the cells add up to their total."""
    if parts.missing is None:
        return ""
    if parts.agree:
        return _("The parts add up to the total.")
    counts = {
        "sum": printed(parts.sum),
        "total": printed(parts.total),
        "missing": printed(abs(parts.missing)),
    }
    if parts.exceed:
        return _("The parts add up to %(sum)s, %(missing)s more than the total of %(total)s.") % counts
    return _("The parts add up to %(sum)s; %(missing)s of %(total)s are not in any part.") % counts
