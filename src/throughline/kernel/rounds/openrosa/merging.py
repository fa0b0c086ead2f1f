"""How answers from a phone go in beside those that stand there. No Django here.

A phone fills what is empty and replaces what came from itself. What somebody else wrote in the meantime stays;
a row of a table that would go over somebody else's row is put behind it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from throughline.kernel.rounds.forms.definition import Form, Question, Repeat
from throughline.kernel.rounds.forms.places import MOST_ROWS, Answers, path_of
from throughline.kernel.rounds.forms.repeats import count_rows

ROW = re.compile(r"([^\[]*)\[(\d+)\](.*)", re.DOTALL)
WORKED_OUT = frozenset({"calculate", "hidden"})
Foreign = Callable[[str], bool]


@dataclass(frozen=True)
class Merged:
    """What to write, what was left as somebody else wrote it, and which rows were put behind others."""

    answers: Answers
    left: tuple[str, ...]
    added: tuple[str, ...]


def merge(
    form: Form, present: Mapping[str, str], sent: Mapping[str, str], *, defaults: Mapping[str, str], foreign: Foreign
) -> Merged:
    """Put what was sent beside what is present; `foreign` says of a place whether somebody else wrote what is there."""
    touched = {
        place: value for place, value in sent.items() if not (present.get(place) and defaults.get(place) == value)
    }
    answers: Answers = {}
    left: list[str] = []
    rows: dict[tuple[str, int], Answers] = {}
    for place, value in touched.items():
        match = ROW.fullmatch(place)
        if match:
            rows.setdefault((match[1], int(match[2])), {})[match[3]] = value
        elif _kind(form, place) in WORKED_OUT or not _differs(present, place, value) or not foreign(place):
            answers[place] = value
        else:
            left.append(place)
    added = _rows(form, present, rows, foreign, answers, left)
    return Merged(answers, tuple(left), tuple(added))


def _rows(
    form: Form,
    present: Mapping[str, str],
    rows: Mapping[tuple[str, int], Answers],
    foreign: Foreign,
    answers: Answers,
    left: list[str],
) -> list[str]:
    """Rows that go where they were, into `answers`; then those that would go over another's, behind them all."""
    behind = []
    for (repeat, number), row in rows.items():
        there = _row(present, repeat, number)
        theirs = any(value and foreign(f"{repeat}[{number}]{rest}") for rest, value in there.items())
        if theirs and not _within(row, there):
            behind.append((repeat, number, row))
        else:
            answers |= {f"{repeat}[{number}]{rest}": value for rest, value in row.items()}
    added = []
    for repeat, number, row in behind:
        item = form.items.get(repeat)
        last = max(count_rows(present, repeat), count_rows(answers, repeat))
        if not isinstance(item, Repeat) or item.count is not None or last >= MOST_ROWS:
            left.extend(f"{repeat}[{number}]{rest}" for rest in row if rest)
        elif not any(_within(row, _row(present, repeat, other)) for other in range(1, last + 1)):
            answers |= {f"{repeat}[{last + 1}]{rest}": value for rest, value in row.items()}
            added.append(f"{repeat}[{last + 1}]")
    return added


def _row(answers: Mapping[str, str], repeat: str, number: int) -> Answers:
    start = f"{repeat}[{number}]"
    return {place[len(start) :]: value for place, value in answers.items() if place.startswith(start)}


def _within(row: Mapping[str, str], there: Mapping[str, str]) -> bool:
    """Whether all that the row says stands there already."""
    return all(there.get(rest, "") == value for rest, value in row.items())


def _differs(present: Mapping[str, str], place: str, value: str) -> bool:
    return bool(present.get(place)) and present[place] != value


def _kind(form: Form, place: str) -> str:
    item = form.items.get(path_of(place))
    return item.kind if isinstance(item, Question) else ""
