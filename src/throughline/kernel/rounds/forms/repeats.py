"""Adding a row to a repeat, and taking one off."""

import re
from collections.abc import Mapping

from throughline.kernel.rounds.forms import places
from throughline.kernel.rounds.forms.definition import Form, Repeat
from throughline.kernel.rounds.forms.evaluating import Run
from throughline.kernel.rounds.forms.places import Answers


def count_rows(answers: Mapping[str, str], repeat: str) -> int:
    """How many rows the repeat at a place has: 'rows', 'rows[1]/inner'."""
    start = f"{repeat}["
    numbers = (place[len(start) :].partition("]")[0] for place in answers if place.startswith(start))
    return max((int(one) for one in numbers if one.isdigit()), default=0)


def add_row(form: Form, answers: Mapping[str, str], place: str, *, seed: str = "") -> Answers:
    """The answers with one more row at the end of the repeat at `place`; its defaults are filled in.

    A place that is no repeat, or whose number of rows the form itself decides, changes nothing.
    """
    item = form.items.get(places.path_of(place))
    if not isinstance(item, Repeat) or item.count is not None or places.is_row(place):
        return dict(answers)
    number = count_rows(answers, place) + 1
    if number > places.MOST_ROWS:
        return dict(answers)
    row = f"{place}[{number}]"
    before = {**answers, row: ""}
    run = Run(form, before, seed=seed, fill=frozenset({f"{row}/"}))
    run.calculate()
    filled = {where: value for where, value in run.kept().items() if where.startswith(f"{row}/")}
    return {**before, **filled}


def remove_row(form: Form, answers: Mapping[str, str], place: str) -> Answers:
    """The answers without the row at `place` ('rows[2]'); the rows behind it move up."""
    item = form.items.get(places.path_of(place))
    match = re.fullmatch(r"(.*)\[(\d+)\]", place)
    if not isinstance(item, Repeat) or match is None:
        return dict(answers)
    repeat, gone = match[1], int(match[2])
    kept: Answers = {}
    for where, value in answers.items():
        found = _row_of(where, repeat)
        if found is None or found < gone:
            kept[where] = value
        elif found > gone:
            rest = where[len(repeat) :].partition("]")[2]
            kept[f"{repeat}[{found - 1}]{rest}"] = value
    # a row between that has no answer keeps its place
    for number in range(1, count_rows(kept, repeat)):
        if not any(_row_of(where, repeat) == number for where in kept):
            kept[f"{repeat}[{number}]"] = ""
    return kept


def _row_of(where: str, repeat: str) -> int | None:
    if not where.startswith(f"{repeat}["):
        return None
    number = where[len(repeat) + 1 :].partition("]")[0]
    return int(number) if number.isdigit() else None
