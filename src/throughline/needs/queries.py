"""Reading needs: what a viewer may see of exercises, answers, positions and results, and the arithmetic's input.

Answers are read through the return they came in, positions by their own audience, results by everybody who may read the
exercise once it is published, and until then by those who run it and the programme's analysts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.access.rules import is_owner
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.queries import returns_for
from throughline.needs import arithmetic, rules
from throughline.needs.arithmetic import Declared, Number, Parameters, Vote
from throughline.needs.choices import ANALYSTS, IN_FORCE
from throughline.needs.models import (
    Adjustment,
    Analysis,
    Answer,
    Body,
    Exercise,
    Method,
    Position,
    PositionLine,
    Topic,
    TopicResult,
)
from throughline.needs.rapid_models import Proposal
from throughline.reference.models import Jurisdiction, Taxonomy, Term
from throughline.reference.queries import scope_members

CONTACT_POINT = (Role.VERIFIER, Role.SECRETARIAT)


# ---- who may


def may_run(viewer: Viewer, exercise: Exercise) -> bool:
    """Secretariat of the programme, in the organisation that asks."""
    return viewer.has_role(exercise.programme_id, Role.SECRETARIAT) and is_owner(viewer, exercise)


def may_assess(viewer: Viewer, exercise: Exercise) -> bool:
    """The programme's analysts and secretariat, who read the positions of all countries anyway."""
    return viewer.has_role(exercise.programme_id, *ANALYSTS)


def may_see_results(viewer: Viewer, exercise: Exercise) -> bool:
    """Analysts and the secretariat at once, the others of the programme when it is published."""
    return exercise.state in IN_FORCE or may_assess(viewer, exercise)


def is_contact_point(viewer: Viewer, position: Position) -> bool:
    """Who speaks for the country: verifiers of the organisation the position belongs to."""
    return is_owner(viewer, position) and viewer.has_role(position.programme_id, *CONTACT_POINT)


# ---- what may be seen


def exercises_for(viewer: Viewer) -> QuerySet[Exercise]:
    found = Exercise.objects.visible_to(viewer)
    return found.select_related("programme__scope", "owner", "method", "scope", "body", "follows", "round")  # type: ignore[no-any-return]


def bodies_for(viewer: Viewer) -> QuerySet[Body]:
    """The validating bodies of the programmes the viewer works in."""
    return Body.objects.filter(programme__in=viewer.programmes).select_related("programme")


def exercise_held(programme: Any, reference: str) -> Exercise | None:
    """An exercise of a programme, held until the verb that takes answers in ends: what a form names, not what is read."""
    rows = Exercise._default_manager.select_for_update(of=("self",)).select_related("method")
    return rows.filter(programme=programme, reference=reference).first()  # type: ignore[no-any-return]


def positions_for(viewer: Viewer, exercise: Exercise | None = None) -> QuerySet[Position]:
    found = Position.objects.visible_to(viewer).select_related("jurisdiction", "owner", "exercise__method", "programme")
    return found.filter(exercise=exercise) if exercise else found  # type: ignore[no-any-return]


def proposals_for(viewer: Viewer) -> QuerySet[Proposal]:
    found = Proposal.objects.visible_to(viewer)
    return found.select_related("owner", "programme", "jurisdiction", "priority", "urgency", "proficiency", "entry")  # type: ignore[no-any-return]


def proposals_waiting(programme: Any, states: Sequence[str]) -> list[Proposal]:
    """All proposals of a programme in these states: what the day of delivery is written to, whoever closes the activity."""
    return list(Proposal.objects.filter(programme=programme, state__in=states))


def answers_for(viewer: Viewer, exercise: Exercise) -> QuerySet[Answer]:
    """The answers taken in from returns this viewer may read."""
    rows = Answer.objects.filter(exercise=exercise, counted=True, ret__in=returns_for(viewer).values("pk"))
    return rows.select_related("ret__owner", "jurisdiction", "topic")


# ---- scales and methods


def scale(taxonomy: Taxonomy | str) -> list[Term]:
    """The categories of a scale, the lowest first."""
    where = {"taxonomy__code": taxonomy} if isinstance(taxonomy, str) else {"taxonomy": taxonomy}
    return list(Term.objects.filter(parent=None, **where).order_by("order", "label"))


def method_taken_down(method: Method) -> dict[str, Any]:
    """The parameters as plain data, with the categories of the scales: what an analysis keeps of its method."""
    scales = {
        "relevance": method.relevance_scale,
        "urgency": method.urgency_scale,
        "proficiency": method.proficiency_scale,
    }
    return {
        "code": method.code,
        "title": str(method),
        "to_be_verified": method.to_be_verified,
        "source": method.source,
        "relevance_weights": method.relevance_weights,
        "urgency_weights": method.urgency_weights,
        "missing": method.missing,
        "votes": method.votes,
        "merge": method.merge,
        "cutoff": None if method.cutoff is None else str(method.cutoff),
        "estimate": method.estimate,
        "chain": method.chain,
        "horizons": method.horizons,
        "decimals": method.decimals,
        "rounding": method.rounding,
        "alternatives": method.alternatives,
        "asked_from": method.asked_from,
        "scales": {
            name: [
                {"code": one.code, "label": one.label, "to_be_verified": one.to_be_verified} for one in scale(taxonomy)
            ]
            for name, taxonomy in scales.items()
        },
    }


def parameters(taken: Mapping[str, Any]) -> Parameters:
    """The parameters of the arithmetic, from a method taken down."""
    cutoff = taken["cutoff"]
    return Parameters(
        weights=rules.numbers(taken["relevance_weights"]),
        urgency_weights=rules.numbers(taken["urgency_weights"]),
        missing=taken["missing"],
        votes=taken["votes"],
        cutoff=None if cutoff is None else Fraction(cutoff),
        chain=rules.chain(taken["chain"]),
        estimate=taken["estimate"],
        decimals=taken["decimals"],
        rounding=taken["rounding"],
    )


def horizon(result: TopicResult, taken: Mapping[str, Any]) -> str:
    """Within what time a need asks for training, by the urgency rates of the method; '' where it groups none."""
    urgency = Fraction(result.urgency) if result.urgency else None
    return arithmetic.horizon(urgency, rules.numbers(taken.get("horizons", "")))


def alternatives(taken: Mapping[str, Any]) -> list[tuple[Number, ...]]:
    return [rules.numbers(line) for line in taken["alternatives"].splitlines() if line.strip()]


# ---- coverage


def eligible(exercise: Exercise) -> list[Jurisdiction]:
    """The countries that were entitled to answer: the denominator of the response rate."""
    return scope_members(exercise.scope.code)


@dataclass(frozen=True)
class Coverage:
    """How many answered: answers, and the countries they came from, of those that could."""

    eligible: tuple[str, ...]
    answering: tuple[str, ...]
    answers: int
    others: int
    decimals: int = 1
    rounding: str = "half-up"

    @property
    def rate(self) -> Number | None:
        return arithmetic.response_rate(self.answering, self.eligible)

    @property
    def countries(self) -> int:
        return len(set(self.answering) & set(self.eligible))

    @property
    def shown(self) -> str:
        """The rate as the method rounds it."""
        return arithmetic.written(self.rate, self.decimals, self.rounding)

    @property
    def formula(self) -> str:
        return f"100 × {self.countries} / {len(self.eligible)} = {self.shown} %"


def coverage(exercise: Exercise) -> Coverage:
    """Counts only: whoever reads the exercise may know how many answered."""
    rows = Answer.objects.filter(exercise=exercise, counted=True).values_list("ret", "jurisdiction__code").distinct()
    found = dict(rows)
    codes = tuple(one.code for one in eligible(exercise))
    answering = tuple(sorted({code for code in found.values() if code}))
    others = sum(code not in codes for code in found.values())
    return Coverage(codes, answering, len(found), others, exercise.method.decimals, exercise.method.rounding)


# ---- the arithmetic's input


def votes_on(topics: Sequence[Topic], exercise: Exercise, taken: Mapping[str, Any]) -> list[arithmetic.Topic]:
    """What was said about these topics, all answers and all positions, as the arithmetic takes it."""
    places = {
        name: {one["code"]: at for at, one in enumerate(taken["scales"][name])} for name in ("relevance", "urgency")
    }
    answers = defaultdict(list)
    for one in Answer.objects.filter(exercise=exercise, counted=True).select_related("ret__owner", "jurisdiction"):
        answers[one.topic_id].append(
            _vote(one, one.jurisdiction.code if one.jurisdiction else one.ret.owner.code, places)
        )
    positions, declared = defaultdict(list), defaultdict(list)
    lines = PositionLine.objects.filter(position__exercise=exercise).select_related("position__jurisdiction")
    for line in lines.order_by("position__jurisdiction__order"):
        country = line.position.jurisdiction.code
        positions[line.topic_id].append(_vote(line, country, places))
        if line.numbers:
            declared[line.topic_id].append(Declared(country, line.officials))
    return [
        arithmetic.Topic(one.code, one.order, tuple(answers[one.pk]), tuple(positions[one.pk]), tuple(declared[one.pk]))
        for one in topics
    ]


def _vote(said: Answer | PositionLine, country: str, places: Mapping[str, Mapping[str, int]]) -> Vote:
    return Vote(country, places["relevance"].get(said.relevance), places["urgency"].get(said.urgency))


# ---- results


def analysis_of(exercise: Exercise) -> Analysis | None:
    """The analysis that counts: the last one."""
    return exercise.analyses.select_related("by").order_by("-number").first()


@dataclass(frozen=True)
class Line:
    """A topic in the order that holds: its result, its place after adjustments, and why it was moved."""

    place: int
    result: TopicResult
    adjustment: Adjustment | None


def order_that_holds(analysis: Analysis) -> list[Line]:
    """Main topics in the order of the arithmetic, moved as the validating body decided."""
    rows = analysis.results.select_related("topic", "analysis__exercise")
    results = {one.topic.code: one for one in rows if not one.topic.part_of}
    order = [one.topic.code for one in sorted(results.values(), key=lambda one: one.rank)]
    last = analysis.validations.prefetch_related("adjustments__topic").first()
    adjustments: list[Adjustment] = list(last.adjustments.all()) if last else []
    order = arithmetic.moved(order, [(one.topic.code, one.after) for one in adjustments])
    moved = {one.topic.code: one for one in adjustments}
    return [Line(place, results[code], moved.get(code)) for place, code in enumerate(order, start=1)]


def subtopics_of(analysis: Analysis) -> dict[str, list[TopicResult]]:
    """The subtopics' results by the code of their topic, in their order."""
    found: dict[str, list[TopicResult]] = defaultdict(list)
    for one in analysis.results.select_related("topic", "analysis__exercise").order_by("rank"):
        if one.topic.part_of:
            found[one.topic.part_of].append(one)
    return found
