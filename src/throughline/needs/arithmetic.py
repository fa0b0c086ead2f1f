"""The arithmetic of needs: exact, pure, and with the formula of every number in figures beside it.

It knows no Django and no method of anybody's: all that can be chosen (weights, what is missing, whose votes count, the
cut-off, the estimate, the order of ties, rounding) comes in as `Parameters`. Numbers are fractions until they are shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

Number = Fraction
HUNDRED = Fraction(100)
DEFAULT_CHAIN = ("rate", "urgency", "demand", "list")
LEAST_FOR_QUARTILES = 2


@dataclass(frozen=True)
class Vote:
    """One answer on one topic: the category counted from nought, None for 'don't know' and blank."""

    country: str
    relevance: int | None = None
    urgency: int | None = None


@dataclass(frozen=True)
class Declared:
    """How many officials one country says it has to train in a topic."""

    country: str
    number: int


@dataclass(frozen=True)
class Topic:
    """What was said about one topic; `order` is its place in the closed list.

    `answers` are all that came in, `positions` one per country; which of the two votes is a parameter.
    """

    code: str
    order: int
    answers: tuple[Vote, ...] = ()
    positions: tuple[Vote, ...] = ()
    declared: tuple[Declared, ...] = ()

    def without(self, country: str) -> "Topic":
        return Topic(
            self.code,
            self.order,
            tuple(one for one in self.answers if one.country != country),
            tuple(one for one in self.positions if one.country != country),
            tuple(one for one in self.declared if one.country != country),
        )


@dataclass(frozen=True)
class Parameters:
    """Everything that can be chosen. Two runs with the same parameters and answers give the same numbers."""

    weights: tuple[Number, ...]
    urgency_weights: tuple[Number, ...]
    missing: str = "left-out"
    votes: str = "country"
    cutoff: Number | None = None
    chain: tuple[str, ...] = DEFAULT_CHAIN
    estimate: str = "none"
    decimals: int = 1
    rounding: str = "half-up"


@dataclass(frozen=True)
class Rate:
    """A rate in percent with what it was made of; `value` is None where nobody answered."""

    value: Number | None
    counts: tuple[int, ...]
    missing: int
    formula: str


@dataclass(frozen=True)
class Demand:
    """Officials declared, and what that would be for all eligible countries (None: no estimate)."""

    declared: int
    countries: int
    estimate: Number | None
    formula: str


@dataclass(frozen=True)
class Ranked:
    code: str
    rank: int
    kept: bool
    relevance: Rate
    urgency: Rate
    demand: Demand
    decided_by: str = ""  # which link of the chain put it below the one above


# ---- rounding and writing


def rounded(value: Number, decimals: int = 0, rule: str = "half-up") -> Number:
    """A number as it is shown: 'half-up' (away from nought) or 'down' (cut off)."""
    scale = Fraction(10) ** decimals
    size = abs(value) * scale
    whole = size.numerator // size.denominator
    if rule == "half-up" and size - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if value >= 0 else -whole) / scale


def written(value: Number | None, decimals: int = 1, rule: str = "half-up") -> str:
    """Digits for people: 82.0, 88."""
    if value is None:
        return "–"
    shown = rounded(value, decimals, rule)
    return f"{float(shown):.{decimals}f}" if abs(shown) < 10**12 else str(shown)


def plain(value: Number) -> str:
    """A parameter as it was given: 4, 1.5."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


# ---- rates


def counted(categories: Iterable[int | None], size: int, missing: str = "left-out") -> tuple[tuple[int, ...], int]:
    """How many answers fell into each category, and how many are missing ('lowest' puts those into the first)."""
    found = [0] * size
    blank = 0
    for one in categories:
        if one is None:
            blank += 1
        else:
            found[one] += 1
    if missing == "lowest" and size:
        found[0] += blank
    return tuple(found), blank


def rate(counts: Sequence[int], weights: Sequence[Number]) -> Number | None:
    """100 · Σ w·n / (max(w) · Σ n); None where nobody answered."""
    if len(counts) != len(weights):
        raise ValueError("There must be one weight for each category.")
    if not weights or max(weights) <= 0 or min(weights) < 0:
        raise ValueError("Weights start at nought or above, and one of them is above nought.")
    answers = sum(counts)
    if not answers:
        return None
    total = sum((weight * number for weight, number in zip(weights, counts, strict=True)), Fraction(0))
    return HUNDRED * total / (max(weights) * answers)


def rate_formula(counts: Sequence[int], weights: Sequence[Number], parameters: Parameters) -> str:
    """'100 × (0×0 + 1×1 + …) / (4 × 25) = 82.0'."""
    value = rate(counts, weights)
    if value is None:
        return "–"
    terms = " + ".join(f"{plain(weight)}×{number}" for weight, number in zip(weights, counts, strict=True))
    shown = written(value, parameters.decimals, parameters.rounding)
    return f"100 × ({terms}) / ({plain(max(weights))} × {sum(counts)}) = {shown}"


def rated(categories: Iterable[int | None], weights: Sequence[Number], parameters: Parameters) -> Rate:
    """The rate of these answers under the parameters, with its formula."""
    counts, missing = counted(categories, len(weights), parameters.missing)
    return Rate(rate(counts, weights), counts, missing, rate_formula(counts, weights, parameters))


def share(part: int, whole: int) -> Number | None:
    """Percent; None of nothing. Coverage, answer and implementation rates are all this."""
    return HUNDRED * part / whole if whole else None


def response_rate(answering: Iterable[str], eligible: Iterable[str]) -> Number | None:
    """Answering countries of eligible countries, however many answers each of them gave."""
    entitled = set(eligible)
    return share(len(set(answering) & entitled), len(entitled))


# ---- numbers of officials


def quartiles(values: Sequence[Number]) -> tuple[Number, Number]:
    """The first and third quartile, inclusive: by interpolation between the values, ends included."""
    ordered = sorted(values)
    if len(ordered) < LEAST_FOR_QUARTILES:
        raise ValueError("Quartiles need two values.")

    def at(part: Number) -> Number:
        place = part * (len(ordered) - 1)
        below = place.numerator // place.denominator
        above = min(below + 1, len(ordered) - 1)
        return Fraction(ordered[below]) + (place - below) * (ordered[above] - ordered[below])

    return at(Fraction(1, 4)), at(Fraction(3, 4))


def fences(values: Sequence[Number]) -> tuple[Number, Number]:
    """Tukey's fences: one and a half times the spread of the middle half, below and above it."""
    first, third = quartiles(values)
    reach = Fraction(3, 2) * (third - first)
    return first - reach, third + reach


def mean(values: Sequence[Number]) -> Number:
    return sum(values, Fraction(0)) / len(values)


def within_fences(values: Sequence[Number]) -> list[Number]:
    """The values without outliers; one value alone is none."""
    if len(values) < LEAST_FOR_QUARTILES:
        return list(values)
    low, high = fences(values)
    return [one for one in values if low <= one <= high]


CENTRES: Mapping[str, Callable[[Sequence[Number]], Number]] = {
    "mean": mean,
    "median": lambda values: Fraction(median(values)),
    "tukey": lambda values: mean(within_fences(values)),
}


def demand(declared: Sequence[Declared], eligible: int, parameters: Parameters) -> Demand:
    """The sum declared, and the centre of the countries that declared times the eligible countries."""
    by_country: dict[str, int] = {}
    for one in declared:
        by_country[one.country] = by_country.get(one.country, 0) + one.number
    numbers = [Fraction(number) for number in by_country.values()]
    total = sum(by_country.values())
    # How many declared and what they add up to: who declared what is theirs.
    formula = f"Σ (n = {len(numbers)}) = {total}"
    if parameters.estimate not in CENTRES or not numbers:
        return Demand(total, len(numbers), None, formula)
    centre = CENTRES[parameters.estimate](numbers)
    estimate = centre * eligible
    return Demand(total, len(numbers), estimate, f"{formula}; {_estimated(numbers, centre, eligible, parameters)}")


def _estimated(numbers: Sequence[Number], centre: Number, eligible: int, parameters: Parameters) -> str:
    digits = max(parameters.decimals, 1)
    centre_shown = written(centre, 3, parameters.rounding).rstrip("0").rstrip(".")
    shown = written(centre * eligible, digits, parameters.rounding)
    fenced = ""
    if parameters.estimate == "tukey" and len(numbers) >= LEAST_FOR_QUARTILES:
        low, high = fences(numbers)
        left = len(numbers) - len(within_fences(numbers))
        fenced = f" [{plain(low)}; {plain(high)}] −{left}"
    return f"{parameters.estimate}{fenced} {centre_shown} × {eligible} = {shown}"


# ---- ranking


def rank(topics: Iterable[Topic], parameters: Parameters, eligible: int) -> list[Ranked]:
    """The topics in order: what is above the cut-off first, then by the chain, one link after the other.

    The chain ends with the closed list, so that the order is never left to chance; a rate nobody gave comes last.
    """
    measured = [(one, *_measured(one, parameters, eligible)) for one in topics]
    keyed = []
    for topic, relevance, urgency, wanted in measured:
        kept = above(relevance.value, parameters.cutoff)
        links = {"rate": _last(relevance.value), "urgency": _last(urgency.value), "demand": _last(wanted.declared)}
        links["list"] = (0, Fraction(topic.order))
        keys = [("cut-off", (0 if kept else 1, Fraction(0))), *((name, links[name]) for name in chain(parameters))]
        keyed.append((keys, topic, relevance, urgency, wanted, kept))
    keyed.sort(key=lambda one: [key for _name, key in one[0]] + [one[1].code])
    found: list[Ranked] = []
    before: list[tuple[str, tuple[int, Number]]] = []
    for place, (keys, topic, relevance, urgency, wanted, kept) in enumerate(keyed, start=1):
        decided = next((name for (name, mine), (_n, theirs) in zip(keys, before, strict=False) if mine != theirs), "")
        found.append(Ranked(topic.code, place, kept, relevance, urgency, wanted, decided))
        before = keys
    return found


def chain(parameters: Parameters) -> tuple[str, ...]:
    """The links of the chain; the closed list always ends it."""
    unknown = set(parameters.chain) - set(DEFAULT_CHAIN)
    if unknown:
        raise ValueError(f"No such link: {', '.join(sorted(unknown))}.")
    return (*(one for one in dict.fromkeys(parameters.chain) if one != "list"), "list")


def above(value: Number | None, cutoff: Number | None) -> bool:
    """Whether a topic stays in: what nobody rated does not, if there is a cut-off."""
    return cutoff is None or (value is not None and value >= cutoff)


def _measured(topic: Topic, parameters: Parameters, eligible: int) -> tuple[Rate, Rate, Demand]:
    votes = topic.answers if parameters.votes == "answer" else topic.positions
    return (
        rated((one.relevance for one in votes), parameters.weights, parameters),
        # Urgency is asked only where a topic is relevant: who was not asked is not missing.
        rated((one.urgency for one in votes if one.urgency is not None), parameters.urgency_weights, parameters),
        demand(topic.declared, eligible, parameters),
    )


def _last(value: Number | int | None) -> tuple[int, Number]:
    """A key for falling order in which what is missing comes last."""
    return (1, Fraction(0)) if value is None else (0, -Fraction(value))


def horizon(urgency: Number | None, cuts: Sequence[Number]) -> str:
    """'short', 'mid' or 'long' by the urgency rate and the two rates from which the first two begin; '' if unknown."""
    if urgency is None or not cuts:
        return ""
    return next((name for name, cut in zip(("short", "mid"), cuts, strict=True) if urgency >= cut), "long")


# ---- positions, votes


def middle(categories: Sequence[int]) -> int | None:
    """The middle category; of the two in the middle, the higher."""
    return sorted(categories)[len(categories) // 2] if categories else None


def merged(categories: Iterable[int | None], rule: str = "median") -> int | None:
    """What is proposed for a country whose institutions gave these answers."""
    given = [one for one in categories if one is not None]
    if rule == "highest":
        return max(given, default=None)
    return middle(given)


def majority(votes: int, rule: str) -> int:
    """How many votes carry a decision: 'two-thirds' is ⌈2n/3⌉, 'simple' ⌊n/2⌋ + 1, 'consensus' all of them."""
    if rule == "two-thirds":
        return -(-2 * votes // 3)
    return votes // 2 + 1 if rule == "simple" else votes


def moved(order: Sequence[str], moves: Iterable[tuple[str, int]]) -> list[str]:
    """The order after topics were put to other places, one move after the other."""
    found = list(order)
    for code, place in moves:
        found.remove(code)
        found.insert(max(place - 1, 0), code)
    return found


# ---- rapid response


def score(urgency: int, proficiency: int, most_urgency: int, most_proficiency: int) -> tuple[Number, str]:
    """Urgency × proficiency, and as percent of the most there can be, with its formula."""
    value = Fraction(urgency * proficiency)
    share_of = HUNDRED * value / (most_urgency * most_proficiency)
    ends = f"{most_urgency} × {most_proficiency}"
    return value, f"{urgency} × {proficiency} = {plain(value)}; 100 × {plain(value)} / ({ends}) = {written(share_of)} %"
