"""What a document with a focus is about: a question of its own, from a list of ready ones or from any question's address.

Apps declare the ready ones with the slices worth printing; of any other question the slices are found from
what its measure can be sliced by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry as measures
from throughline.kernel.measures import words
from throughline.kernel.measures.questions import Question, Where

Text = str | Promise
LONGEST, MOST_SLICES = 300, 6
PROGRAMME = "programme"


@dataclass(frozen=True)
class Slice:
    """A measure to put beside the focus, whole or by a dimension. Without a measure: the one of the focus itself."""

    by: str = ""
    measure: str = ""
    where: Where = ()
    label: Text = ""


@dataclass(frozen=True)
class Focus:
    """One question, the figures that belong beside it, and the slices that explain it."""

    id: str
    title: Text
    measure: str
    where: Where = ()
    beside: tuple[Slice, ...] = ()
    slices: tuple[Slice, ...] = ()
    description: Text = ""

    @property
    def question(self) -> Question:
        return Question.ask(self.measure, where=self.where)


focuses: dict[str, Focus] = {}
# noun -> where its records come from, in words, for the annex of documents about any question on them
sources: dict[str, Text] = {}


def register(*declared: Focus) -> None:
    focuses.update({one.id: one for one in declared})


def say_sources(noun: str, words: Text) -> None:
    sources[noun] = words


def focus_of(given: str) -> Focus:
    """The ready focus of that code, or one from a question's address; Invalid, in words, if it is neither."""
    given = given.strip()
    if given in focuses:
        return focuses[given]
    query = urlsplit(given).query or given
    if "measure=" not in query:
        message = _("Choose one of: %(all)s; or give the address of a question.") % {"all": ", ".join(focuses)}
        raise Invalid([Problem("focus", message, given[:100])])
    try:
        asked = Question.from_query(query).but(period=None, scope=None, compare=(), as_of=())
        asked = asked.but(where=tuple(one for one in asked.where if one[0] != PROGRAMME)).checked()
    except Invalid as invalid:
        raise Invalid([Problem("focus", one.message, one.value) for one in invalid.problems]) from invalid
    if len(asked.to_query()) > LONGEST:
        raise Invalid([Problem("focus", _("This question has too many conditions for a document."), given[:100])])
    return _from(asked)


def _from(asked: Question) -> Focus:
    measure = measures.measure(asked.measure)
    return Focus(
        id=asked.to_query(),
        title=": ".join(part for part in (str(measure.label), ", ".join(_conditions(asked))) if part),
        measure=asked.measure,
        where=asked.where,
        slices=tuple(Slice(by=one) for one in _slices(asked)),
        description=measure.description,
    )


def _conditions(asked: Question) -> Iterator[str]:
    """'Serbia', 'men or women': the values that a question is narrowed to, as they are printed."""
    known = measures.dimensions_of(measures.measure(asked.measure))
    for name, values in asked.where:
        said = known[name].words() if known[name].words else {}  # type: ignore[misc]
        yield words.listed([str(said.get(value, value)) for value in values])


def _slices(asked: Question) -> list[str]:
    """The dimensions asked for, then those of the measure's own rows that have words, none that is fixed already."""
    measure = measures.measure(asked.measure)
    fact, fixed = measures.facts[measure.fact], {name for name, _values in asked.where}
    usable = {
        name: one
        for name, one in measures.dimensions_of(measure).items()
        if not one.time and not one.place and not one.every_state and name != PROGRAMME
    }
    own = [
        name
        for name, one in usable.items()
        if one.words and one.fill and name not in fixed and measures.home_of(one, fact) is fact
    ]
    chosen = [name for name in asked.by if name in usable]
    return list(dict.fromkeys([*chosen, *own]))[:MOST_SLICES]
