"""What must hold for methods and exercises as wholes. Pure functions that yield problems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    if values.get("horizons"):
        yield from _horizon_problems(values["horizons"])
    if values["decimals"] > MOST_DECIMALS:
        yield Problem("decimals", _("Four decimals are the most."), str(values["decimals"]))


def _horizon_problems(text: str) -> Iterator[Problem]:
    try:
        first, second = numbers(text)
    except (ValueError, ZeroDivisionError):
        yield Problem("horizons", _("Write two percentages with a comma between them, such as 66, 33."), text)
        return
    if not MOST_PERCENT >= first > second >= 0:
        yield Problem("horizons", _("The first is above the second, and both are between 0 and 100 percent."), text)


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


@dataclass(frozen=True)
class Votes:
    """How a body voted: `all` is how many votes there are, `proxies` how many of those given were given by proxy."""

    all: int | None = None
    given_for: int | None = None
    against: int | None = None
    abstained: int | None = None
    proxies: int | None = None

    @property
    def given(self) -> int:
        return sum(one or 0 for one in (self.given_for, self.against, self.abstained))


def vote_problems(rule: str, outcome: str, votes: Votes) -> Iterator[Problem]:
    """A body that votes says how, no vote is given twice, and what is validated carried by the rule of the body."""
    if outcome not in Outcome.values:
        yield Problem("outcome", _("Choose one of the outcomes."), outcome)
    if votes.all is None or votes.given_for is None:
        if votes.given or votes.proxies or votes.all is not None or _has_to_vote(rule, outcome):
            name = "votes" if votes.all is None else "votes_for"
            yield Problem(name, _("Give the votes there are and those in favour."))
        return
    if votes.given > votes.all:
        yield Problem("votes", _("More votes were given than there are."), str(votes.given))
    if (votes.proxies or 0) > votes.given:
        yield Problem("proxies", _("More votes by proxy than votes given."), str(votes.proxies))
    needed = majority(votes.all, rule)
    if outcome == Outcome.VALIDATED and votes.given_for < needed:
        message = _("The vote does not carry. %(rule)s: %(needed)d of %(votes)d votes are needed.")
        told = {"rule": Majority(rule).label, "needed": needed, "votes": votes.all}
        yield Problem("votes_for", message % told, str(votes.given_for))


def _has_to_vote(rule: str, outcome: str) -> bool:
    return rule != Majority.CONSENSUS and outcome == Outcome.VALIDATED


def body_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Validity in order, and at least one vote."""
    if values.get("votes") == 0:
        yield Problem("votes", _("There is at least one vote."), "0")
    if values.get("valid_from") and values.get("valid_to") and values["valid_to"] < values["valid_from"]:
        yield Problem("valid_to", _("It ends before it begins."), str(values["valid_to"]))


def move_problems(order: Sequence[Any], moves: Sequence[tuple[Any, int, str]]) -> Iterator[Problem]:
    """Topics of the ranking, to places it has, with reasons."""
    for at, (topic, place, reason) in enumerate(moves):
        if topic not in order or not 1 <= place <= len(order):
            yield Problem(f"moves.{at}", _("Move topics to places of the ranking."), f"{topic}: {place}")
        if not reason.strip():
            yield Problem(f"moves.{at}", _("Say why the topic was moved."), str(topic))
