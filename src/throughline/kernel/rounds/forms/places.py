"""Paths and places: 'rows/place' names a question, 'rows[2]/place' its answer in the second row."""

import re
from collections.abc import Collection, Mapping

Answers = dict[str, str]
_STEP = re.compile(r"([^\[\]/]+)(?:\[([1-9]\d{0,5})\])?")
_NUMBER = re.compile(r"\[\d+\]")
MOST_ROWS = 1_000


def path_of(place: str) -> str:
    """The path of a place."""
    return _NUMBER.sub("", place)


def section_of(place: str) -> str:
    """The part of the form a place belongs to: its top-level group, repeat or question."""
    return path_of(place).partition("/")[0]


def within(place: str, sections: Collection[str]) -> bool:
    """Whether a place belongs to these sections; none named means all of them."""
    return not sections or section_of(place) in sections


def steps(place: str) -> list[tuple[str, int | None]] | None:
    """The names of a place with their row numbers; None where it is not written as a place is."""
    found = []
    for part in place.split("/"):
        match = _STEP.fullmatch(part)
        if match is None:
            return None
        found.append((match[1], int(match[2]) if match[2] else None))
    return found


def join(above: str, name: str, number: int | None = None) -> str:
    step = name if number is None else f"{name}[{number}]"
    return f"{above}/{step}" if above else step


def is_row(place: str) -> bool:
    """Whether it names a row itself, and no answer in it."""
    return place.endswith("]")


def given(answers: Mapping[str, str]) -> Answers:
    """The answers without the empty ones; the markers of rows stay."""
    return {place: value for place, value in answers.items() if value != "" or is_row(place)}
