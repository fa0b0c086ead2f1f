"""Rows of results as the figures are made from them: answers by place, period and cell, with where each comes from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from django.urls import reverse

from throughline.kernel.periods import Block, Half, Month, NotAPeriodError, Period, Quarter, Year
from throughline.results.arithmetic import Across, Combined, Given, across_periods, exact
from throughline.results.models import IndicatorValue, IndicatorVersion, Set
from throughline.results.scorecards import Behind

REGION = ""
KINDS: tuple[type[Block], ...] = (Year, Half, Quarter, Month)


@dataclass(frozen=True)
class Answer:
    """One answer and its way back."""

    given: Given
    text_english: str = ""
    version: int = 0
    behind: tuple[Behind, ...] = ()
    why_partial: Combined | None = None


NOT_ANSWERED = Answer(Given())
Cells = dict[str, Answer]


@cache
def _block(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except NotAPeriodError:
        return None


@dataclass
class Reported:
    """All accepted values of one indicator: (place, period) -> cell -> answer."""

    answers: dict[tuple[str, str], Cells] = field(default_factory=dict)
    periods: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def put(self, place: str, period: str, cells: Cells) -> None:
        self.answers[place, period] = cells
        self.periods[place].add(period)

    def at(self, place: str, period: Period, rule: Across, *, cumulative: bool, cell: str = "") -> Answer:
        """The answer for a place and period: as given, or put together from the periods it consists of."""
        exactly = self.answers.get((place, str(period)))
        if exactly is not None:
            return exactly.get(cell, NOT_ANSWERED)
        smaller = self._parts_of(place, period)
        if not smaller:
            return NOT_ANSWERED
        found = {str(one): self.answers.get((place, str(one)), {}).get(cell) for one in smaller}
        given = {name: one.given if one else None for name, one in found.items()}
        combined = across_periods(rule, given, cumulative=cumulative)
        known = [one for one in found.values() if one is not None]
        return Answer(
            given=combined.given if combined.why is None else Given(nil=bool(combined.nil and combined.reported)),
            version=max((one.version for one in known), default=0),
            behind=tuple(behind for one in known for behind in one.behind),
            why_partial=combined,
        )

    def _parts_of(self, place: str, period: Period) -> list[Period]:
        """The blocks of the period, of the widest kind in which anything was reported within it."""
        inside = [one for text in self.periods.get(place, ()) if (one := _block(text)) and period.covers(one)]
        for kind in KINDS:
            if any(type(one) is kind for one in inside):
                return [*period.blocks(kind)]
        return []


def set_answer(row: Set, label: str, url: str) -> Answer:
    """A baseline or target as it was laid down."""
    given = Given(
        number=exact(row.number),
        numerator=exact(row.numerator),
        denominator=exact(row.denominator),
        status=row.status,
        text=row.text,
    )
    return Answer(given, behind=(Behind("set", label, url),))


VALUE_FIELDS = (
    "definition__indicator_id", "definition__number", "jurisdiction__code", "period", "cell", "number", "numerator",
    "denominator", "status", "text", "text_english", "nil", "place", "ret__reference", "ret__illustrative",
)  # fmt: skip


def reported(rows: Iterable[tuple]) -> tuple[dict[object, Reported], bool]:  # type: ignore[type-arg]
    """Rows of VALUE_FIELDS, the earlier decided first -> indicator -> its values; and whether any is illustrative.

    Where two returns answer for the same place and period, the later decided one stands, whole.
    """
    found: dict[object, Reported] = defaultdict(Reported)
    taken: dict[tuple[object, str, str], tuple[str, Cells]] = {}
    illustrative = False
    for row in rows:
        indicator, version, place, period, cell, *rest = row
        number, numerator, denominator, status, text, english, nil, question, reference, made_up = rest
        key = (indicator, place or REGION, period)
        if key not in taken or taken[key][0] != reference:
            taken[key] = (reference, {})
        given = Given(exact(number), exact(numerator), exact(denominator), status, text, nil)
        taken[key][1][cell] = Answer(given, english, version, (from_return(reference, question),))
        illustrative = illustrative or made_up
    for (indicator, place, period), (_reference, cells) in taken.items():
        found[indicator].put(place, period, cells)
    return found, illustrative


@cache
def return_url(reference: str) -> str:
    return reverse("return-detail", args=[reference])


def from_return(reference: str, place: str) -> Behind:
    """The question of a return, on the return's page."""
    return Behind("return", reference, f"{return_url(reference)}#{quote(place)}", reference, place)


def valid_version(versions: Mapping[int, IndicatorVersion], period: Period) -> IndicatorVersion | None:
    """The definition that holds at the end of a period; before the first one, the first."""
    held = [one for one in versions.values() if one.valid_from is None or one.valid_from <= period.end]
    running = [one for one in held if one.valid_to is None or one.valid_to >= period.end]
    ordered = sorted(running or held or versions.values(), key=lambda one: one.number)
    if not ordered:
        return None
    return ordered[-1] if running or held else ordered[0]


__all__ = ["NOT_ANSWERED", "REGION", "VALUE_FIELDS", "Answer", "IndicatorValue", "Reported", "reported", "set_answer"]
