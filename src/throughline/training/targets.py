"""What a project set out to reach, as its framework of results says it, and how far that is reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Prefetch
from django.urls import reverse

from throughline.results.models import IndicatorVersion, Target
from throughline.results.scales import NotAScaleError, conditions
from throughline.training.models import Project

ACTIVITIES, PARTICIPATIONS = "training-activities", "training-participations"


@dataclass(frozen=True)
class Goal:
    """A number that was laid down for a whole project, and where."""

    number: Decimal
    source: str
    url: str


def over(actual: float | None, target: Decimal | None) -> Fraction | None:
    """By how many percent the actual number lies over the target (under it: negative), exactly."""
    if actual is None or not target:
        return None
    return (Fraction(actual) / Fraction(target) - 1) * 100


def goals_of(projects: Iterable[Project]) -> dict[str, Goal]:
    """The target of each measure for these projects together; of a measure one of them has no target for, none."""
    wanted = list(projects)
    found: dict[str, list[Goal]] = {ACTIVITIES: [], PARTICIPATIONS: []}
    versions = _versions(wanted)
    for project in wanted:
        for measure, goals in found.items():
            goal = next((one for one in _goals(project, versions) if one[0] == measure), None)
            if goal:
                goals.append(goal[1])
    return {measure: _together(goals) for measure, goals in found.items() if wanted and len(goals) == len(wanted)}


def _versions(projects: list[Project]) -> list[IndicatorVersion]:
    whole = Prefetch("indicator__targets", Target.objects.filter(jurisdiction=None, number__isnull=False))
    return list(
        IndicatorVersion.objects.filter(
            indicator__framework__in=[one.framework_id for one in projects if one.framework_id],
            measure__in=(ACTIVITIES, PARTICIPATIONS),
        )
        .select_related("indicator__framework")
        .prefetch_related(whole)
        .order_by("-number")
    )


def _goals(project: Project, versions: list[IndicatorVersion]) -> Iterable[tuple[str, Goal]]:
    """What the framework says of the project as a whole, the newest definition first."""
    for version in versions:
        indicator = version.indicator
        if indicator.framework_id != project.framework_id or not _is_of(project, version):
            continue
        for target in sorted(indicator.targets.all(), key=lambda one: one.period):
            url = reverse("scorecard-indicator", args=[indicator.framework.code, indicator.code])
            source = f"{indicator.framework.title}, {indicator.label}"
            yield version.measure, Goal(target.number or Decimal(0), source, url)


def _is_of(project: Project, version: IndicatorVersion) -> bool:
    try:
        where = conditions(version.where)
    except NotAScaleError:
        return False
    return where in ({}, {"project": [project.code]})


def _together(goals: list[Goal]) -> Goal:
    source = "; ".join(dict.fromkeys(one.source for one in goals))
    return Goal(sum((one.number for one in goals), Decimal(0)), source, goals[0].url if len(goals) == 1 else "")
