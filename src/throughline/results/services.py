"""The verbs of what is laid down: the secretariat of a framework's programme keeps it. Nothing is deleted: it ends."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note_many, verb
from throughline.reference import services as reference
from throughline.reference.models import Programme
from throughline.results import exporting, loading, rules
from throughline.results.models import (
    Baseline,
    Crosswalk,
    Framework,
    Goal,
    Indicator,
    IndicatorVersion,
    OverallTarget,
    Target,
)
from throughline.results.scorecards import Scorecard

KEEPERS = (Role.SECRETARIAT, Role.ADMINISTRATOR)
Rule = Callable[[Mapping[str, Any]], Iterable[Problem]]
REGION_CODE = "region"


def framework_of(record: Any) -> Framework:
    """The framework something of it belongs to."""
    match record:
        case Framework():
            return record
        case OverallTarget():
            return record.goal.framework
        case IndicatorVersion() | Baseline() | Target():
            return record.indicator.framework
        case Crosswalk():
            return record.before.framework
        case _:
            return record.framework  # type: ignore[no-any-return]


def may_keep(viewer: Viewer, record: Any = None) -> bool:
    """Whether the viewer keeps the framework this belongs to (none named: any at all)."""
    return viewer.has_role(framework_of(record).programme_id if record else None, *KEEPERS)


def check_keeper(actor: Viewer, record: Any) -> None:
    """Refuse everybody but those who run the framework's programme."""
    if not may_keep(actor, record):
        raise Refused(_("A framework is kept by the secretariat and the administrators of its programme."))


def code_of(record: Any) -> str:
    """The code of what gets one from what it is about."""
    match record:
        case IndicatorVersion():
            return f"{record.indicator.code}.v{record.number}"
        case Baseline() | Target():
            place = record.jurisdiction.code if record.jurisdiction else REGION_CODE
            kind = "baseline" if isinstance(record, Baseline) else "target"
            return f"{record.indicator.code}.{kind}.{place}.{record.period or 'overall'}"
        case Crosswalk():
            return f"{record.before.code}..{record.after.code if record.after else 'none'}"
        case _:
            return str(record.code)


@dataclass(frozen=True)
class Keeper:
    """The two verbs of one kind of thing that is laid down."""

    create: Callable[..., Any]
    change: Callable[..., Any]


def keeper(noun: str, model: type[Any], rule: Rule) -> Keeper:
    """Make the verbs '<noun>.create' and '<noun>.change'."""

    @verb(f"{noun}.create")
    def create(actor: Viewer, *, values: Mapping[str, Any]) -> Any:
        check(values, rule)
        record = model(**values)
        check_keeper(actor, record)
        given = dict(values) | {"code": code_of(record)}
        return reference.create(model, given)

    @verb(f"{noun}.change")
    def change(actor: Viewer, *, record: Any, values: Mapping[str, Any]) -> Any:
        check_keeper(actor, record)
        if "code" in values and values["code"] != record.code:
            raise Invalid(
                [Problem("code", _("The code stays as it is: sheets, forms and crosswalks name it by that."))]
            )
        whole = {one.name: getattr(record, one.name) for one in record._meta.concrete_fields} | dict(values)
        check(whole, rule)
        moved = model(**{**whole, "code": record.code})
        check_keeper(actor, moved)
        if isinstance(record, IndicatorVersion) and code_of(moved) != record.code:
            raise Invalid([Problem("number", _("A definition keeps its indicator and number. Add another one."))])
        return reference.change(record, dict(values) | {"code": code_of(moved)})

    return Keeper(create, change)


def check(values: Mapping[str, Any], rule: Rule) -> None:
    """Refuse what breaks a rule of the whole."""
    problems = list(rule(values))
    if problems:
        raise Invalid(problems)


FRAMEWORK = keeper("framework", Framework, rules.framework_problems)
GOAL = keeper("goal", Goal, rules.validity_problems)
OVERALL_TARGET = keeper("overall-target", OverallTarget, rules.validity_problems)
INDICATOR = keeper("indicator", Indicator, rules.goal_problems)
DEFINITION = keeper("definition", IndicatorVersion, rules.definition_problems)
BASELINE = keeper("baseline", Baseline, rules.set_problems)
TARGET = keeper("target", Target, rules.set_problems)
CROSSWALK = keeper("crosswalk", Crosswalk, rules.crosswalk_problems)


@verb("framework.load")
def load_framework(actor: Viewer, *, name: str, programme: Programme) -> list[Any]:
    """Add a framework that comes with the program to a programme, where it is missing; what stands is left as it is."""
    if not actor.has_role(programme.pk, *KEEPERS):
        raise Refused(_("A framework is kept by the secretariat and the administrators of its programme."))
    if name not in loading.names():
        known = ", ".join(loading.names())
        message = _("There is no such framework. There are: %(known)s") % {"known": known}
        raise Invalid([Problem("framework", message, name)])
    added = loading.add(name, programme)
    note_many((one, None, {"added": str(one)}) for one in added)
    return added


@verb("scorecard.export", whole=False)
def hand_out(actor: Viewer, *, card: Scorecard, fmt: str) -> bytes:
    """The values of a scorecard as a file, and a line of history that it was handed out: what, how many."""
    count = sum(1 for _row in exporting.rows_of(card))
    after = {"framework": card.framework, "format": fmt, "rows": count, "period": card.period}
    note_many([(None, None, after | ({"jurisdiction": card.jurisdiction} if card.jurisdiction else {}))])
    return exporting.FORMATS[fmt](card)
