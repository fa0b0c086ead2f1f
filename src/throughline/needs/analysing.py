"""From positions to frozen results: one run of the arithmetic and of its sensitivity check. Writes rows of a verb."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from throughline.needs import arithmetic, queries
from throughline.needs.arithmetic import Number, Parameters, Ranked
from throughline.needs.models import Analysis, Exercise, PositionLine, Topic, TopicResult
from throughline.needs.sensitivity import Sensitivity, sensitivity


def fraction(value: Number | None) -> str:
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def write_results(exercise: Exercise, analysis: Analysis) -> list[TopicResult]:
    """Rank main topics, and subtopics within their topic, and keep every number with its formula."""
    chosen = queries.parameters(analysis.method)
    lines = _lines(exercise)
    made = []
    for group in groups_of(list(exercise.topics.all())):
        said = queries.votes_on(group, exercise, analysis.method)
        by_code = {one.code: one for one in group}
        for ranked in arithmetic.rank(said, chosen, len(analysis.eligible)):
            made.append(_result(analysis, by_code[ranked.code], ranked, lines[by_code[ranked.code].pk]))
    return TopicResult.objects.bulk_create(made)


def groups_of(topics: Sequence[Topic]) -> list[list[Topic]]:
    """The main topics, then the subtopics of each of them."""
    main = [one for one in topics if not one.part_of]
    below = [[one for one in topics if one.part_of == upper.code] for upper in main]
    return [main, *(group for group in below if group)]


def sensitivity_of(exercise: Exercise, taken: Mapping[str, Any], eligible: int) -> dict[str, Any]:
    """The sensitivity check of the main topics, as plain data."""
    topics = [one for one in exercise.topics.all() if not one.part_of]
    chosen: Parameters = queries.parameters(taken)
    said = queries.votes_on(topics, exercise, taken)
    found = sensitivity(said, chosen, eligible, queries.alternatives(taken))
    return told(found, arithmetic.rank(said, chosen, eligible))


def told(found: Sensitivity, base: Sequence[Ranked]) -> dict[str, Any]:
    return {
        "scenarios": [
            {"kind": one.kind, "name": one.name, "ranks": one.ranks, "kept": sorted(one.kept)}
            for one in found.scenarios
        ],
        "pairs": [{"above": one.above, "below": one.below, "held": one.held, "of": one.of} for one in found.pairs],
        "ranges": {one.code: list(found.range_of(one.code)) for one in base},
        "crossing": found.crossing(base),
        "stable": found.stable,
    }


def _lines(exercise: Exercise) -> dict[Any, list[PositionLine]]:
    found = defaultdict(list)
    for one in PositionLine.objects.filter(position__exercise=exercise):
        found[one.topic_id].append(one)
    return found


def _result(analysis: Analysis, topic: Topic, ranked: Ranked, lines: Sequence[PositionLine]) -> TopicResult:
    by_profile: Counter[str] = Counter()
    by_level: Counter[str] = Counter()
    for one in lines:
        by_profile.update({profile: int(number) for profile, number in one.numbers.items()})
        if one.numbers:
            by_level[one.proficiency] += one.officials
    national = Counter("yes" if one.national else "no" for one in lines if one.national is not None)
    return TopicResult(
        analysis=analysis,
        topic=topic,
        rank=ranked.rank,
        kept=ranked.kept,
        decided_by=ranked.decided_by,
        relevance=fraction(ranked.relevance.value),
        relevance_counts=list(ranked.relevance.counts),
        relevance_formula=ranked.relevance.formula,
        urgency=fraction(ranked.urgency.value),
        urgency_counts=list(ranked.urgency.counts),
        urgency_formula=ranked.urgency.formula,
        demand=ranked.demand.declared,
        demand_countries=ranked.demand.countries,
        demand_formula=ranked.demand.formula,
        estimate=fraction(ranked.demand.estimate),
        by_profile=dict(by_profile),
        by_level=dict(by_level),
        national=dict(national),
        missing=ranked.relevance.missing,
    )
