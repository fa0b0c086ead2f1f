"""Ways of counting a printed figure that no measure knows: how many documents, how many authorities.

An app registers each way under the word that stands in the column `give` of `data/figures.csv`, so that publications
need not know the subjects they print figures of.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from throughline.kernel.access.viewer import Viewer


class Counter(Protocol):
    """What is counted, and counting it."""

    def to_query(self) -> str:
        """What is counted, in the manner of a question's address."""

    def counted(self, viewer: Viewer) -> Decimal | None:
        """The number, of what this viewer may see; None where the records hold nothing of the kind."""


Make = Callable[[Mapping[str, str]], Counter]
_ways: dict[str, Make] = {}


def register(give: str, make: Make) -> None:
    """`make` turns a row of the table (of, where, period, scope) into what is counted."""
    _ways[give] = make


def counter(row: Mapping[str, str]) -> Counter | None:
    """What a row counts in a registered way; None for what is asked of a measure."""
    make = _ways.get(row["give"])
    return make(row) if make else None
