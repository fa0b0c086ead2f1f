"""Numbers and parameters in words, for pages, documents and the command line."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.ui import formats
from throughline.needs import arithmetic, queries, rules
from throughline.needs.choices import Estimate, Horizon, Merge, Missing, Rounding, Vote
from throughline.needs.models import TopicResult, Validation


def number(text: str) -> Fraction | None:
    """A number as results keep it ('82/1') back as a fraction; '' is none."""
    return Fraction(text) if text else None


def shown(text: str, taken: Mapping[str, Any]) -> str:
    """A kept number as it is printed, by the method's own rounding: '82.0'."""
    return arithmetic.written(number(text), taken["decimals"], taken["rounding"])


def percent(text: str, taken: Mapping[str, Any]) -> str:
    return f"{shown(text, taken)}{formats.NARROW_SPACE}%" if text else formats.MISSING


def link(code: str) -> str:
    """What put a topic below the one above it."""
    return {
        "cut-off": _("cut-off"), "rate": _("relevance"), "urgency": _("urgency"), "demand": _("demand"),
        "list": _("place in the list"),
    }.get(code, "")  # fmt: skip


def decided(result: TopicResult, *, moved: bool) -> str:
    """What gave a topic its place: a link of the chain, or the validating body."""
    return _("the validating body") if moved else link(result.decided_by)


def method_words(taken: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every parameter of a method with its name, as the annex prints them."""
    yield _("Method"), f"{taken['title']}" + (f" ({_('to be verified')})" if taken["to_be_verified"] else "")
    if taken["source"]:
        yield _("Source"), taken["source"]
    for name, label in (("relevance", _("Relevance")), ("urgency", _("Urgency"))):
        weights = [one.strip() for one in taken[f"{name}_weights"].split(",")]
        pairs = zip(taken["scales"][name], weights, strict=False)
        yield (
            _("%(scale)s: categories and weights") % {"scale": label},
            "; ".join(f"{one['label']} = {weight}" for one, weight in pairs),
        )
    yield _("Proficiency: categories"), "; ".join(one["label"] for one in taken["scales"]["proficiency"])
    if any(one["to_be_verified"] for scale in taken["scales"].values() for one in scale):
        yield _("Scales"), _("The wording and number of the categories are to be verified.")
    yield _("Rate"), "100 × Σ (w × n) / (max(w) × Σ n)"
    yield _("Votes"), str(Vote(taken["votes"]).label)
    yield _("What is missing"), str(Missing(taken["missing"]).label)
    yield _("Position proposed for a country"), str(Merge(taken["merge"]).label)
    cutoff = taken["cutoff"]
    yield _("Cut-off"), _("none") if cutoff is None else f"{arithmetic.plain(Fraction(cutoff))} %"
    yield _("Estimate of officials"), str(Estimate(taken["estimate"]).label)
    if taken.get("horizons"):
        yield (
            _("Short and mid term from urgency"),
            "; ".join(f"{arithmetic.plain(one)} %" for one in rules.numbers(taken["horizons"])),
        )
    yield _("Order of ties"), " → ".join(link(one) for one in _chain(taken["chain"]))
    yield _("Rounding"), f"{Rounding(taken['rounding']).label}, {taken['decimals']}"


def horizon(result: TopicResult, taken: Mapping[str, Any]) -> str:
    """'Short term', where the method groups needs by how urgent they are."""
    found = queries.horizon(result, taken)
    return str(Horizon(found).label) if found else ""


def vote(one: Validation) -> str:
    """How the body voted: 'Two thirds of the votes: 18 of 27 in favour, 18 needed; 6 against, 2 abstained; 3 by proxy.'"""
    if one.votes is None:
        return ""
    told = {"rule": one.get_majority_display(), "given": one.votes_for, "votes": one.votes, "needed": one.needed}
    said = _("%(rule)s: %(given)d of %(votes)d in favour, %(needed)d needed") % told
    rest = (
        (one.votes_against, _("%(number)d against")), (one.abstained, _("%(number)d abstained")),
        (one.proxies, _("%(number)d by proxy")),
    )  # fmt: skip
    return "; ".join([said, *(words % {"number": number} for number, words in rest if number is not None)])


def _chain(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def level_names(taken: Mapping[str, Any]) -> dict[str, str]:
    """The words of the levels of proficiency, and of none."""
    return {**{one["code"]: one["label"] for one in taken["scales"]["proficiency"]}, "": _("not said")}


def scenario(one: Mapping[str, Any], countries: Mapping[str, str]) -> str:
    """What a scenario of the sensitivity check changes."""
    match one["kind"]:
        case "weights":
            return _("Weights %(weights)s") % {"weights": one["name"]}
        case "votes":
            return str(Vote(one["name"]).label)
        case _:
            return _("Without %(country)s") % {"country": countries.get(one["name"], one["name"])}


def row(result: TopicResult, taken: Mapping[str, Any]) -> dict[str, Any]:
    """One topic's numbers as they are printed, each with its formula."""
    return {
        "relevance": percent(result.relevance, taken),
        "urgency": percent(result.urgency, taken),
        "demand": formats.number(result.demand),
        "estimate": shown(result.estimate, taken) if result.estimate else "",
        "decided_by": link(result.decided_by),
        "national": _("%(yes)d of %(all)d")
        % {"yes": result.national.get("yes", 0), "all": sum(result.national.values())}
        if result.national
        else "",
    }
