"""What changed between two sheets of answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from throughline.kernel.rounds.forms.places import is_row


@dataclass(frozen=True)
class Change:
    """An answer before and after; '' where there was, or is, none."""

    place: str
    before: str
    after: str


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """All answers that differ, in the order of the sheets. Empty answers and the markers of rows do not count."""
    found = []
    for place in {**before, **after}:
        was, now = before.get(place, ""), after.get(place, "")
        if was != now and not is_row(place):
            found.append(Change(place, was, now))
    return tuple(found)
