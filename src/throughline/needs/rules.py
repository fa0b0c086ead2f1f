"""What must hold for methods and exercises as wholes. Pure functions that yield problems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.needs.arithmetic import DEFAULT_CHAIN, majority
from throughline.needs.choices import Majority, Outcome

MOST_DECIMALS = 4
MOST_PERCENT = 100


def numbers(text: str) -> tuple[Fraction, ...]:
    """'0, 1, 2.5' as numbers. Raises ValueError."""
    return tuple(Fraction(one.strip()) for one in text.replace(";", ",").split(",") if one.strip())


def weight_problems(field: str, text: str, categories: int) -> Iterator[Problem]:
    """Weights fit their scale, do not fall, and are not all nought."""
    try:
        weights = numbers(text)
    except (ValueError, ZeroDivisionError):
        yield Problem(field, _("Write numbers with commas between them, such as 0, 1, 2, 3, 4."), text)
        return
    if len(weights) != categories:
        message = _("The scale has %(categories)d categories, so there are as many weights.")
        yield Problem(field, message % {"categories": categories}, text)
    elif min(weights, default=Fraction(0)) < 0 or max(weights, default=Fraction(0)) <= 0:
        yield Problem(field, _("Weights are not below nought, and not all nought."), text)
    elif list(weights) != sorted(weights):
        yield Problem(field, _("Weights do not fall from one category to the next."), text)


def method_problems(values: Mapping[str, Any], relevance: int, urgency: int) -> Iterator[Problem]:
    """A method can be computed with: `relevance` and `urgency` are how many categories the scales have."""
    yield from weight_problems("relevance_weights", values["relevance_weights"], relevance)
    yield from weight_problems("urgency_weights", values["urgency_weights"], urgency)
    for line in values.get("alternatives", "").splitlines():
        if line.strip():
            yield from weight_problems("alternatives", line, relevance)
    links = chain(values["chain"])
    if not links or set(links) - set(DEFAULT_CHAIN) or len(set(links)) != len(links):
        known = ", ".join(DEFAULT_CHAIN)
        yield Problem("chain", _("Name each of these once at most: %(known)s.") % {"known": known}, values["chain"])
    if not 1 <= values["asked_from"] <= relevance:
        yield Problem("asked_from", _("There is no such category on the scale."), str(values["asked_from"]))
    cutoff = values.get("cutoff")
    if cutoff is not None and not 0 <= cutoff <= MOST_PERCENT:
        yield Problem("cutoff", _("The cut-off is between 0 and 100 percent."), str(cutoff))
    if values["decimals"] > MOST_DECIMALS:
        yield Problem("decimals", _("Four decimals are the most."), str(values["decimals"]))


def chain(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def exercise_problems(values: Mapping[str, Any], lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Problem]:
    """Dates in order, codes once, subtopics under topics of the list."""
    if values["results_to"] < values["results_from"]:
        yield Problem("results_to", _("Results end before they begin."), str(values["results_to"]))
    topics = lines.get("topics", ())
    main = {one.get("code") for one in topics if not one.get("part_of")}
    for place, one in enumerate(topics):
        if one.get("part_of") and one["part_of"] not in main:
            message = _("A subtopic names the code of a topic of this list that is no subtopic itself.")
            yield Problem(f"topics.{place}.part_of", message, one["part_of"])
    for name in ("topics", "profiles"):
        yield from _once(name, (str(one.get("code", "")) for one in lines.get(name, ())))
    yield from _one_contact(lines.get("contacts", ()))


def _once(name: str, codes: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            yield Problem(f"{name}.{place}.code", _("This code is there already."), code)
        seen.add(code)


def _one_contact(contacts: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: set[Any] = set()
    for place, one in enumerate(contacts):
        organisation = one.get("organisation")
        if organisation is None:
            continue
        if organisation.jurisdiction_id is None or organisation.jurisdiction_id in seen:
            message = _("A contact point speaks for one country, and a country has one.")
            yield Problem(f"contacts.{place}.organisation", message, str(organisation))
        seen.add(organisation.jurisdiction_id)


def vote_problems(rule: str, outcome: str, votes: int | None, votes_for: int | None) -> Iterator[Problem]:
    """Both numbers or none, and enough of them by the rule of the body."""
    if outcome not in Outcome.values:
        yield Problem("outcome", _("Choose one of the outcomes."), outcome)
    if (votes is None) != (votes_for is None):
        yield Problem("votes_for", _("Give both numbers of votes, or none."))
    elif votes is not None and votes_for is not None:
        needed = majority(votes, rule)
        if votes_for > votes:
            yield Problem("votes_for", _("There cannot be more votes in favour than votes."), str(votes_for))
        elif outcome == Outcome.VALIDATED and votes_for < needed:
            message = _("%(rule)s: %(needed)d of %(votes)d votes are needed.")
            label = Majority(rule).label
            yield Problem("votes_for", message % {"rule": label, "needed": needed, "votes": votes}, str(votes_for))


def move_problems(order: Sequence[Any], moves: Sequence[tuple[Any, int, str]]) -> Iterator[Problem]:
    """Topics of the ranking, to places it has, with reasons."""
    for at, (topic, place, reason) in enumerate(moves):
        if topic not in order or not 1 <= place <= len(order):
            yield Problem(f"moves.{at}", _("Move topics to places of the ranking."), f"{topic}: {place}")
        if not reason.strip():
            yield Problem(f"moves.{at}", _("Say why the topic was moved."), str(topic))
