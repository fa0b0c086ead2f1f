"""From many answers of a country's institutions to one position: what the rule proposes. Writes rows of a verb."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.needs import arithmetic, queries
from throughline.needs.models import Answer, Exercise, Method, Position, PositionLine, Topic
from throughline.reference.models import Jurisdiction, Organisation

FIELDS = ("relevance", "urgency", "proficiency", "numbers", "national", "comment")


def answers_by_country(exercise: Exercise) -> dict[Jurisdiction, list[Answer]]:
    """What came in, by eligible country; answers of others (agencies, partners) make no position."""
    entitled = {one.pk for one in queries.eligible(exercise)}
    found: dict[Jurisdiction, list[Answer]] = defaultdict(list)
    rows = Answer.objects.filter(exercise=exercise, counted=True, jurisdiction__in=entitled)
    for one in rows.select_related("jurisdiction", "ret__owner", "topic").order_by(
        "jurisdiction__order", "ret__reference"
    ):
        if one.jurisdiction is not None:
            found[one.jurisdiction].append(one)
    return found


def speakers(exercise: Exercise, answers: dict[Jurisdiction, list[Answer]]) -> dict[Jurisdiction, Organisation]:
    """Who speaks for each country: the contact point named, else the only organisation that answered.

    Raises Invalid with every country where several answered and nobody was named.
    """
    named = {
        one.organisation.jurisdiction_id: one.organisation for one in exercise.contacts.select_related("organisation")
    }
    found, problems = {}, []
    for country, rows in answers.items():
        owners = {one.ret.owner_id: one.ret.owner for one in rows}
        if country.pk in named:
            found[country] = named[country.pk]
        elif len(owners) == 1:
            found[country] = next(iter(owners.values()))
        else:
            message = _("Several organisations of %(country)s answered. Name its contact point first.")
            problems.append(Problem("contacts", message % {"country": country}, country.code))
    if problems:
        raise Invalid(problems)
    return found


def scales_of(method: Method) -> dict[str, list[str]]:
    """The codes of the scales, the lowest first."""
    taxonomies = {
        "relevance": method.relevance_scale, "urgency": method.urgency_scale, "proficiency": method.proficiency_scale,
    }  # fmt: skip
    return {name: [one.code for one in queries.scale(taxonomy)] for name, taxonomy in taxonomies.items()}


def proposal(rows: Sequence[Answer], scales: dict[str, list[str]], merge: str) -> dict[str, Any]:
    """The position proposed on one topic: categories by the rule, numbers added up, 'yes' if anybody said so."""
    return {
        **{name: _merged((getattr(one, name) for one in rows), codes, merge) for name, codes in scales.items()},
        "numbers": _added(one.numbers for one in rows),
        "national": _any([one.national for one in rows]),
        "comment": "\n".join(f"{one.ret.owner}: {one.comment}" for one in rows if one.comment),
    }


def _merged(given: Iterable[str], codes: list[str], merge: str) -> str:
    place = arithmetic.merged((codes.index(one) if one in codes else None for one in given), merge)
    return "" if place is None else codes[place]


def _added(many: Iterable[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in many:
        for profile, number in one.items():
            found[profile] = found.get(profile, 0) + int(number)
    return found


def _any(given: Sequence[bool | None]) -> bool | None:
    known = [one for one in given if one is not None]
    return any(known) if known else None


def write_lines(position: Position, answers: Sequence[Answer], topics: Sequence[Topic]) -> bool:
    """The lines of a position, proposed afresh; what the contact point adjusted stays. Whether anything is new."""
    method = position.exercise.method
    scales = scales_of(method)
    there = {one.topic_id: one for one in position.said.all()}
    changed = False
    for topic in topics:
        proposed = proposal([one for one in answers if one.topic_id == topic.pk], scales, method.merge)
        line = there.get(topic.pk) or PositionLine(position=position, topic=topic)
        if line.proposed == proposed:
            continue
        changed, line.proposed = True, proposed
        if not line.reason:
            for name, value in proposed.items():
                setattr(line, name, value)
        line.save()
    return changed
