"""Several institutions' answers to the same questions, put together. Pure: no database, no viewer.

A question says how with `bind::throughline:together` in its form: `sum` adds figures, `same` expects one
answer from all, `list` puts texts one after another with the institution's name, `none` leaves it to the
contact point. Without it, figures are added, choices and dates expected to be the same, texts listed; the rows
of a repeated group are put one after another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from throughline.kernel.rounds.forms.places import is_row, path_of

if TYPE_CHECKING:
    from throughline.kernel.rounds.forms.definition import Form, Item

FIGURES = frozenset({"integer", "decimal", "range"})
TEXTS = frozenset({"text"})
UNASKED = frozenset({"note", "calculate", "hidden"})
SUM, SAME, LIST, NONE = "sum", "same", "list", "none"


@dataclass(frozen=True)
class Given:
    """What one institution handed in."""

    key: str
    name: str
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One place of the form with what each institution says, and what follows from it."""

    place: str
    rule: str
    values: Mapping[str, str]
    proposed: str
    contradiction: bool
    item: "Item | None" = None
    names: tuple[str, ...] = field(default=())
    marker: bool = False


def consolidate(form: "Form", given: Sequence[Given]) -> tuple[Line, ...]:
    """A line for every place anybody answered, in the order of the form."""
    moved = _rows_apart(form, given)
    names = {one.key: one.name for one in given}
    values: dict[str, dict[str, str]] = {}
    for key, answers in moved.items():
        for place, value in answers.items():
            values.setdefault(place, {})[key] = value
    order = {path: number for number, path in enumerate(form.items)}
    lines = [_line(form, place, found, names) for place, found in values.items()]
    asked = [line for line in lines if line is not None]
    return tuple(sorted(asked, key=lambda line: _position(line.place, order)))


def _line(form: "Form", place: str, values: Mapping[str, str], names: Mapping[str, str]) -> Line | None:
    item = form.items.get(path_of(place))
    if item is None or getattr(item, "kind", "") in UNASKED:
        return None
    if is_row(place):
        return Line(place, SUM, values, "", contradiction=False, item=item, marker=True)
    rule = getattr(item, "extra", {}).get("together") or default_rule(getattr(item, "kind", ""))
    proposed, contradiction = _together(rule, values, names)
    told = tuple(names[key] for key in values)
    return Line(place, rule, values, proposed, contradiction, item, told)


def default_rule(kind: str) -> str:
    """What is done with a question whose form says nothing about it."""
    if kind in FIGURES:
        return SUM
    return LIST if kind in TEXTS else SAME


def _together(rule: str, values: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, bool]:
    different = list(dict.fromkeys(values.values()))
    if len(values) == 1 and rule != NONE:
        return different[0], False
    if rule == SUM:
        return _sum(different, values)
    if rule == LIST:
        if len(different) == 1:
            return different[0], False
        return "\n\n".join(f"{names[key]}: {value}" for key, value in values.items()), False
    return (different[0], False) if len(different) == 1 and rule == SAME else ("", True)


def _sum(different: Sequence[str], values: Mapping[str, str]) -> tuple[str, bool]:
    try:
        total = sum((Decimal(value) for value in values.values()), Decimal(0))
    except InvalidOperation:
        return "", True
    if not total.is_finite():
        return "", True
    return format(total.normalize(), "f") if total else "0", False


def _rows_apart(form: "Form", given: Sequence[Given]) -> dict[str, dict[str, str]]:
    """Each institution's rows moved behind those of the ones before, so that no row is taken for another's."""
    taken: dict[str, int] = {}
    moved: dict[str, dict[str, str]] = {}
    for one in given:
        highest: dict[str, int] = {}
        out = {}
        for place, value in one.answers.items():
            head, bracket, tail = place.partition("[")
            if not bracket:
                out[place] = value
                continue
            number, _close, rest = tail.partition("]")
            highest[head] = max(highest.get(head, 0), int(number))
            out[f"{head}[{int(number) + taken.get(head, 0)}]{rest}"] = value
        for head, rows in highest.items():
            taken[head] = taken.get(head, 0) + rows
        moved[one.key] = out
    return moved


def _position(place: str, order: Mapping[str, int]) -> tuple[int, int, int, str]:
    """Rows stand together, in their order, where their repeated group stands in the form."""
    head, bracket, tail = place.partition("[")
    number = int(tail.partition("]")[0]) if bracket else 0
    return (order.get(path_of(head), len(order)), number, order.get(path_of(place), len(order)), place)
