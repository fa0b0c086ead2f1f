"""What becomes of accepted answers: values of indicators and progress on overall targets.

Questions are known by what their form says of them (`Question.extra`): `indicator` or `target`, and `role`. Everything
happens inside the verb that accepts (or reopens) the return; what does not fit is refused, and with it the accepting.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note
from throughline.kernel.periods import NotAPeriodError, Period
from throughline.kernel.rounds.models import Return, Version
from throughline.results.choices import CELL, Availability, Kind, Role
from throughline.results.models import IndicatorValue, IndicatorVersion, OverallTarget, Progress
from throughline.results.reading import valid_version


@dataclass
class Answered:
    """The answers on one indicator or overall target: role -> (place, value)."""

    code: str
    definition: str = ""
    roles: dict[str, tuple[str, str]] = field(default_factory=dict)

    def value(self, role: str) -> str:
        return self.roles.get(role, ("", ""))[1]

    @property
    def place(self) -> str:
        """The question to show for it: the first that was answered, else the first."""
        answered = [place for place, value in self.roles.values() if value]
        return answered[0] if answered else next((place for place, _value in self.roles.values()), "")

    @property
    def empty(self) -> bool:
        return not any(value for role, (_place, value) in self.roles.items() if role != Role.ANSWER)


@dataclass(frozen=True)
class Taking:
    """One return being taken in."""

    ret: Return
    version: Version
    period: Period

    def common(self, answered: Answered) -> dict[str, Any]:
        """What every row of this return has."""
        nil = self.version.nil or answered.value(Role.ANSWER) == Availability.NIL
        return {
            "ret": self.ret,
            "handed_in": self.version,
            "place": answered.place,
            "jurisdiction": self.ret.owner.jurisdiction,
            "period": str(self.period),
            "period_end": self.period.end,
            "nil": nil,
        }


def on_accept(actor: Viewer, ret: Return, version: Version) -> None:
    """Take the answers of an accepted return in; what the same return gave before is replaced.

    Raises Invalid, with the question, for what fits no indicator, scale or total.
    """
    taking = Taking(ret, version, _period(ret))
    by_indicator, by_target = _sorted(version)
    definitions, targets = _definitions(by_indicator, taking.period), _targets(by_target)
    problems: list[Problem] = []
    values: list[IndicatorValue] = []
    progress: list[Progress] = []
    for answered in by_indicator.values():
        definition = definitions.get(answered.code)
        if definition is None:
            problems.append(Problem(answered.place, _("There is no such indicator."), answered.code))
            continue
        found = list(_values(taking, answered, definition))
        problems.extend(_problems(found, answered, definition))
        values.extend(found)
    for answered in by_target.values():
        target = targets.get(answered.code)
        if target is None:
            problems.append(Problem(answered.place, _("There is no such overall target."), answered.code))
            continue
        problems.extend(_off_scale(answered, target.goal.framework.scale))
        progress.extend(_progress(taking, answered, target))
    if problems:
        raise Invalid(problems)
    IndicatorValue.objects.filter(ret=ret).delete()
    Progress.objects.filter(ret=ret).delete()
    IndicatorValue.objects.bulk_create(values)
    Progress.objects.bulk_create(progress)
    note(ret, after={"values": len(values), "progress": len(progress)}, verb="results.take-in")


def on_reopen(actor: Viewer, ret: Return, version: Version) -> None:
    """The values of a return that is open again stay, and do not count."""
    values = IndicatorValue.objects.filter(ret=ret).update(counted=False)
    progress = Progress.objects.filter(ret=ret).update(counted=False)
    note(ret, after={"values": values, "progress": progress}, verb="results.set-aside")


def _period(ret: Return) -> Period:
    try:
        return Period.parse(ret.round.period)
    except NotAPeriodError as error:
        raise Invalid([Problem("period", str(error), error.text)]) from error


def _sorted(version: Version) -> tuple[dict[str, Answered], dict[str, Answered]]:
    """The answers by indicator and by overall target. Questions in repeats have no one value and are left out."""
    by_indicator: dict[str, Answered] = {}
    by_target: dict[str, Answered] = {}
    for question in version.edition.form.questions():
        role = question.extra.get("role", "")
        if not role or question.repeats:
            continue
        value = str(version.answers.get(question.path, ""))
        for key, found in (("indicator", by_indicator), ("target", by_target)):
            if code := question.extra.get(key, ""):
                answered = found.setdefault(code, Answered(code, question.extra.get("definition", "")))
                answered.roles[role] = (question.path, value)
    return by_indicator, by_target


def _definitions(asked: Mapping[str, Answered], period: Period) -> dict[str, IndicatorVersion]:
    """The definition each question was asked by; if it names none, the one that holds at the end of the period."""
    found: dict[str, dict[int, IndicatorVersion]] = defaultdict(dict)
    for one in IndicatorVersion.objects.filter(indicator__code__in=list(asked)).select_related("indicator"):
        found[one.indicator.code][one.number] = one
    chosen = {}
    for code, versions in found.items():
        number = asked[code].definition
        named = versions.get(int(number)) if number.isdecimal() else None
        if definition := named or valid_version(versions, period):
            chosen[code] = definition
    return chosen


def _targets(asked: Mapping[str, Answered]) -> dict[str, OverallTarget]:
    rows = OverallTarget.objects.filter(code__in=list(asked)).select_related("goal__framework")
    return {one.code: one for one in rows}


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise Invalid([Problem("value", _("This is no number."), text)]) from error


def _values(taking: Taking, answered: Answered, definition: IndicatorVersion) -> Iterator[IndicatorValue]:
    """The total, then its parts. What was left empty is missing: it makes no row."""
    common = taking.common(answered)
    if common["nil"]:
        yield IndicatorValue(definition=definition, **common)
        return
    if answered.empty:
        return
    yield IndicatorValue(
        definition=definition,
        number=_number(answered.value(Role.VALUE)),
        numerator=_number(answered.value(Role.NUMERATOR)),
        denominator=_number(answered.value(Role.DENOMINATOR)),
        status=answered.value(Role.STATUS),
        text=answered.value(Role.TEXT),
        text_english=answered.value(Role.TEXT_ENGLISH),
        **common,
    )
    for role, (place, value) in answered.roles.items():
        if role.startswith(CELL) and value:
            cell = role.removeprefix(CELL)
            yield IndicatorValue(definition=definition, cell=cell, number=_number(value), **{**common, "place": place})


def _problems(rows: list[IndicatorValue], answered: Answered, definition: IndicatorVersion) -> Iterator[Problem]:
    """What a form made elsewhere may have let through."""
    yield from _off_scale(answered, definition.scale)
    for row in rows:
        if any(value is not None and value < 0 for value in (row.number, row.numerator, row.denominator)):
            yield Problem(row.place, _("A value lies below zero."), str(row.number))
        if (row.numerator is None) != (row.denominator is None):
            yield Problem(row.place, _("Give numerator and denominator, or neither."))
        elif row.numerator is not None and row.denominator is not None and row.numerator > row.denominator:
            yield Problem(row.place, _("The numerator is greater than the denominator."), str(row.numerator))
    total = next((row.number for row in rows if not row.cell), None)
    parts = sum((row.number or Decimal(0) for row in rows if row.cell), Decimal(0))
    if definition.kind == Kind.COUNT and total is not None and parts > total:
        message = _("The parts add up to %(parts)s, more than the total of %(total)s.")
        yield Problem(answered.place, message % {"parts": parts, "total": total}, str(parts))


def _off_scale(answered: Answered, scale: Mapping[str, str]) -> Iterator[Problem]:
    status = answered.value(Role.STATUS)
    if status and status not in scale:
        yield Problem(answered.place, _("This status is not on the scale."), status)


def _progress(taking: Taking, answered: Answered, target: OverallTarget) -> Iterator[Progress]:
    common = taking.common(answered)
    if answered.empty and not common["nil"]:
        return
    told = (
        {}
        if common["nil"]
        else {
            "status": answered.value(Role.STATUS),
            "text": answered.value(Role.TEXT),
            "text_english": answered.value(Role.TEXT_ENGLISH),
        }
    )
    yield Progress(target=target, **told, **common)
