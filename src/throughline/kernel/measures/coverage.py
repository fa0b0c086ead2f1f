"""What was reported at all: the difference between zero and missing."""

from collections.abc import Mapping, Sequence

from django.utils.translation import ngettext

from throughline.kernel.measures.answers import ALL, Coverage
from throughline.kernel.measures.declare import Dimension
from throughline.kernel.measures.plans import Key


class Reported:
    """The counted records a viewer may read, by place and by the periods of a question.

    A cell whose place has a counted record in the cell's period is zero where nothing fits the question; any
    other cell without rows is missing.
    """

    def __init__(
        self,
        found: Mapping[Key, tuple[int, bool]],
        dimensions: Sequence[Dimension],
        places: Mapping[str, str],
        records: int | None = None,
    ) -> None:
        self.found = {key: count for key, (count, _mark) in found.items() if count}
        self.illustrative = any(mark for _count, mark in found.values())
        self.dimensions = dimensions
        self.places = places
        self.records = sum(self.found.values()) if records is None else records
        self._cuts: dict[tuple[bool, ...], set[Key]] = {}

    def covers(self, key: Key) -> bool:
        """Whether anything was counted where this cell stands; ALL covers every place, or every period."""
        if not self.dimensions or not key:
            return bool(self.found)
        pairs = list(zip(key, self.dimensions, strict=True))
        place = next((value for value, one in pairs if one.place), ALL)
        wanted = (place, *(value for value, one in pairs if one.time))
        return wanted in self._cut(tuple(value == ALL for value in wanted))

    def _cut(self, summed: tuple[bool, ...]) -> set[Key]:
        """The places and periods found, with ALL where they are summed over."""
        if summed not in self._cuts:
            self._cuts[summed] = {
                tuple(ALL if gone else value for value, gone in zip(key, summed, strict=True)) for key in self.found
            }
        return self._cuts[summed]

    def coverage(self) -> Coverage:
        """'7 of 7 jurisdictions', and the names of those without any counted record."""
        have = {key[0] for key in self.found}
        missing = tuple(name for code, name in self.places.items() if code not in have)
        expected = len(self.places)
        words = ngettext("%(count)d of %(expected)d jurisdiction", "%(count)d of %(expected)d jurisdictions", expected)
        count = expected - len(missing)
        return Coverage(count, expected, missing, words % {"count": count, "expected": expected})
