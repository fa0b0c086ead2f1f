"""What lists, forms, sheets and the API know of frameworks and what belongs to them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Panel, Resource, Rule, Section
from throughline.reference.resources import VALID, VALIDITY
from throughline.results import models, rules, services
from throughline.results.queries import laid_down
from throughline.results.services import Keeper, may_keep

CODE = Field("code", column=True)
FIXED = Field("code", column=True, read_only=True)
PLACE = Field("jurisdiction", column=True, filter=True)
FIGURES = (
    Field("number", column=True),
    Field("numerator"),
    Field("denominator"),
    Field("status", help=_("Its code on the indicator's scale.")),
    Field("text"),
)


def verbs(keeper: Keeper) -> dict[str, Any]:
    """What a declaration needs to make and change rows."""

    def create(actor: Viewer, /, *, programme: Any, draft: Draft) -> Any:
        return keeper.create(actor, values=draft.values)

    def change(actor: Viewer, /, *, record: Any, draft: Draft) -> Any:
        return keeper.change(actor, record=record, values=draft.values)

    return {
        "create": create,
        "change": change,
        "adders": may_keep,
        "changers": may_keep,
        "station": "measure",
        "order": "code",
        "key": "code",
    }


def ruled(check: services.Rule) -> tuple[Rule, ...]:
    """The rule of the whole, told beside the fields."""

    def rule(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
        said = {problem.field for problem in draft.problems}
        return [problem for problem in check(draft.whole) if problem.field not in said]

    return (rule,)


def sections(title: Any, *names: str) -> tuple[Section, ...]:
    return (Section(title, names), VALID)


FRAMEWORK = Resource(
    noun="framework",
    plural="frameworks",
    model=models.Framework,
    title=_("framework"),
    title_plural=_("frameworks"),
    search=("title", "code"),
    related=("programme",),
    fields=(
        Field("title", column=True),
        CODE,
        Field("programme", column=True, filter=True),
        Field("vision"),
        Field("baseline_period"),
        Field("statuses"),
        *VALIDITY,
    ),
    sections=sections(_("Framework"), "programme", "title", "code", "vision", "baseline_period", "statuses"),
    panels=(Panel("results/parts/framework.html", side=True),),
    rules=ruled(rules.framework_problems),
    **verbs(services.FRAMEWORK),
)
GOAL = Resource(
    noun="goal",
    plural="goals",
    model=models.Goal,
    title=_("goal"),
    title_plural=_("goals"),
    search=("title", "code", "text"),
    related=("framework",),
    fields=(
        Field("framework", column=True, filter=True),
        Field("number", column=True),
        Field("title", column=True),
        CODE,
        Field("text"),
        *VALIDITY,
    ),
    sections=sections(_("Goal"), "framework", "number", "title", "code", "text"),
    rules=ruled(rules.validity_problems),
    **verbs(services.GOAL),
)
OVERALL_TARGET = Resource(
    noun="overall-target",
    plural="overall-targets",
    model=models.OverallTarget,
    title=_("overall target"),
    title_plural=_("overall targets"),
    search=("text", "code"),
    related=("goal__framework", "indicator__framework"),
    fields=(
        Field("goal", column=True, filter=True),
        Field("number", column=True),
        Field("text", column=True),
        CODE,
        Field("indicator"),
        *VALIDITY,
    ),
    sections=sections(_("Overall target"), "goal", "number", "text", "code", "indicator"),
    rules=ruled(rules.validity_problems),
    **verbs(services.OVERALL_TARGET),
)
INDICATOR = Resource(
    noun="indicator",
    plural="indicators",
    model=models.Indicator,
    title=_("indicator"),
    title_plural=_("indicators"),
    search=("label", "code", "note"),
    related=("framework", "goal"),
    fields=(
        Field("framework", column=True, filter=True),
        Field("goal", column=True),
        Field("label", column=True),
        CODE,
        Field("order"),
        Field("note"),
        *VALIDITY,
    ),
    sections=sections(_("Indicator"), "framework", "goal", "label", "code", "order", "note"),
    panels=(Panel("results/parts/indicator.html", side=True),),
    rules=ruled(rules.goal_problems),
    **verbs(services.INDICATOR),
)
DEFINITION = Resource(
    noun="definition",
    plural="definitions",
    model=models.IndicatorVersion,
    title=_("definition"),
    title_plural=_("definitions"),
    search=("title", "code", "definition"),
    related=("indicator__framework",),
    fields=(
        Field("indicator", column=True, filter=True),
        Field("number", column=True),
        FIXED,
        Field("title", column=True),
        Field("definition"),
        Field("unit"),
        Field("kind", column=True, filter=True),
        Field("direction", filter=True),
        Field("cumulative"),
        Field("across_places"),
        Field("across_periods"),
        Field("answered_by", filter=True),
        Field("origin", column=True, filter=True),
        Field("measure"),
        Field("where"),
        Field("numerator"),
        Field("denominator"),
        Field("disaggregation"),
        Field("statuses"),
        Field("met"),
        Field("change_note"),
        *VALIDITY,
    ),
    sections=(
        Section(_("Definition"), ("indicator", "number", "title", "definition", "unit", "change_note")),
        Section(
            _("What it is"), ("kind", "direction", "numerator", "denominator", "disaggregation", "statuses", "met")
        ),
        Section(_("How it is put together"), ("across_places", "across_periods", "cumulative")),
        Section(_("Where it comes from"), ("answered_by", "origin", "measure", "where")),
        VALID,
    ),
    rules=ruled(rules.definition_problems),
    **verbs(services.DEFINITION),
)


def baselines(viewer: Viewer) -> Any:
    return laid_down(viewer, models.Baseline)


def targets(viewer: Viewer) -> Any:
    return laid_down(viewer, models.Target)


OPEN_TO = _("Everyone with a role in the programme reads this. What fewer may read comes in through a return.")
SET = (Field("indicator", column=True, filter=True, help=OPEN_TO), PLACE, Field("period", column=True), *FIGURES)
SET_NAMES = ("indicator", "jurisdiction", "period", "number", "numerator", "denominator", "status", "text")
BASELINE = Resource(
    noun="baseline",
    plural="baselines",
    model=models.Baseline,
    title=_("baseline"),
    title_plural=_("baselines"),
    search=("code", "text"),
    related=("indicator__framework", "jurisdiction"),
    fields=(FIXED, *SET, *VALIDITY),
    sections=sections(_("Baseline"), *SET_NAMES),
    readable=baselines,
    rules=ruled(rules.set_problems),
    **verbs(services.BASELINE),
)
TARGET = Resource(
    noun="target",
    plural="targets",
    model=models.Target,
    title=_("target"),
    title_plural=_("targets"),
    search=("code", "text"),
    related=("indicator__framework", "jurisdiction"),
    fields=(FIXED, *SET, *VALIDITY),
    sections=sections(_("Target"), *SET_NAMES),
    readable=targets,
    rules=ruled(rules.set_problems),
    **verbs(services.TARGET),
)
CROSSWALK = Resource(
    noun="crosswalk",
    plural="crosswalks",
    model=models.Crosswalk,
    title=_("crosswalk"),
    title_plural=_("crosswalks"),
    search=("code", "note"),
    related=("before__framework", "after__framework"),
    fields=(
        FIXED,
        Field("before", column=True, filter=True),
        Field("relation", column=True, filter=True),
        Field("after", column=True, filter=True),
        Field("note"),
        *VALIDITY,
    ),
    sections=sections(_("Crosswalk"), "before", "relation", "after", "note"),
    rules=ruled(rules.crosswalk_problems),
    **verbs(services.CROSSWALK),
)
EVERYTHING = (FRAMEWORK, GOAL, OVERALL_TARGET, INDICATOR, DEFINITION, BASELINE, TARGET, CROSSWALK)
