"""What the apps declared: facts, dimensions, measures, dashboards and the source of scopes."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures.declare import Dimension, Fact, Measure, Places

TIMES = (
    Dimension("year", gettext_lazy("Year"), time="year"),
    Dimension("half", gettext_lazy("Half-year"), time="half"),
    Dimension("quarter", gettext_lazy("Quarter"), time="quarter"),
    Dimension("month", gettext_lazy("Month"), time="month"),
)

facts: dict[str, Fact] = {}
dimensions: dict[str, Dimension] = {one.id: one for one in TIMES}
measures: dict[str, Measure] = {}
_places: list[Places] = []


def register(*declared: Fact | Dimension | Measure | Places) -> None:
    """Take declarations in; an id stands for one thing only, and the last word on it counts."""
    for one in declared:
        match one:
            case Fact():
                facts[one.name] = one
            case Dimension():
                dimensions[one.id] = one
            case Measure():
                measures[one.id] = one
            case Places():
                _places[:] = [one]


def measure(identity: str) -> Measure:
    """The measure of that id; Invalid, with the ids there are, if none has it."""
    if identity in measures:
        return measures[identity]
    message = _("There is no measure “%(id)s”. There are: %(all)s") % {"id": identity, "all": ", ".join(measures)}
    raise Invalid([Problem("measure", message, identity)])


def siblings(fact: Fact) -> list[Fact]:
    """The facts about the same noun, the fact itself first."""
    return [fact, *(other for other in facts.values() if other.noun == fact.noun and other.name != fact.name)]


def home_of(dimension: Dimension, fact: Fact) -> Fact | None:
    """The fact that has the dimension's column: the measure's own if possible, else one about the same records."""
    return next((one for one in siblings(fact) if dimension.name in one.arrow.names), None)


def dimension(name: str, fact: Fact) -> Dimension:
    """The dimension as the fact that has its column words it."""
    found = dimensions[name]
    home = home_of(found, fact) or fact
    return next((one for one in home.own if one.id == name), found)


def dimensions_of(wanted: Measure) -> dict[str, Dimension]:
    """The dimensions a measure may be sliced by."""
    fact = facts[wanted.fact]
    return {
        one.id: dimension(one.id, fact)
        for one in dimensions.values()
        if (not wanted.dimensions or one.id in wanted.dimensions)
        and (wanted.every_state or not one.every_state)
        and home_of(one, fact) is not None
    }


def records_of(fact: Fact) -> Fact:
    """The fact with one row a record, about the same noun."""
    return next(one for one in siblings(fact) if not one.lines)


def place() -> Dimension | None:
    """The dimension of places."""
    return next((one for one in dimensions.values() if one.place), None)


def members(scope: str | None, on: date | None = None) -> Mapping[str, str]:
    """Code and printed name of the places of a scope (None: of every scope)."""
    return _places[0].members(scope, on) if _places else {}


def scopes() -> Mapping[str, str]:
    return _places[0].scopes() if _places else {}


def footnotes(codes: Iterable[str]) -> list[str]:
    """What the region prints under an answer that names these places."""
    return _places[0].footnotes(codes) if _places else []
