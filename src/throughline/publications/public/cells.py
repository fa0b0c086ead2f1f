"""The counts of a frozen document as cells of linked tables, and the sums that hang them together.

Two figures that count the same (people killed; persons whose outcome is killed) are one cell, whatever they are called,
as `data/same.csv` says. A jurisdiction's count is one cell in every scope. What is left of a total beside its
printed parts is a cell too, one that is never shown: whoever can subtract knows it.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from throughline.kernel.measures import registry
from throughline.kernel.measures.declare import Kind
from throughline.kernel.measures.questions import Question
from throughline.kernel.periods import Period, Quarter
from throughline.kernel.reporting.blocks import Figure, Snapshot
from throughline.kernel.suppression import Sum
from throughline.reference.queries import terms_by_code

PLACE, PROGRAMME, ANYWHERE = "jurisdiction", "programme", "-"
COUNTED = frozenset({Kind.COUNT, Kind.SUM, Kind.DISTINCT})
# A value of the one lies within one value of the other, as the taxonomy says.
WITHIN = {"subtype": ("type", "incident-type"), "weapon-kind": ("weapon", "weapon-type")}


@dataclass(frozen=True, order=True)
class Key:
    """What a cell counts, in one form for all the figures that count it."""

    measure: str
    where: tuple[tuple[str, str], ...]
    period: str
    scope: str

    def __str__(self) -> str:
        conditions = ";".join(f"{name}={value}" for name, value in self.where)
        return f"{self.measure}|{conditions}|{self.period}|{self.scope}"


@dataclass(frozen=True)
class Counted:
    """A figure of the document that is a count, and the cell it shows. `value` None is missing, which is no count."""

    id: str
    question: Question
    value: int | None
    key: Key
    reason: str = ""


@dataclass
class System:
    """Cells with their values, the sums between them, and the cells that nobody prints but anybody can work out."""

    values: dict[str, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    never_shown: set[str] = field(default_factory=set)


def counted(snapshot: Snapshot) -> list[Counted]:
    """Every count of the document. Shares are none: they are not shown, so they give nothing away."""
    found = []
    for figure in snapshot.figures.values():
        if not figure.question or figure.denominator is not None or figure.id.endswith("/share"):
            continue
        question = Question.from_query(figure.question)
        known = registry.measures.get(question.measure)
        if known is not None and known.kind in COUNTED:
            found.append(Counted(figure.id, question, _whole(figure), key_of(question), figure.reason))
    return found


def _whole(figure: Figure) -> int | None:
    return None if figure.value is None else round(figure.value)


def smallest_parts(snapshot: Snapshot) -> list[int]:
    """The counts that shares of the document are made of: part, and the whole without it."""
    parts = []
    for figure in snapshot.figures.values():
        if figure.denominator is not None and figure.numerator is not None:
            parts += [round(figure.numerator), round(figure.denominator - figure.numerator)]
    return parts


@cache
def _same() -> Mapping[str, tuple[str, tuple[tuple[str, str], ...], str]]:
    text = files("throughline.publications.public").joinpath("data", "same.csv").read_text(encoding="utf-8")
    return {
        row["measure"]: (row["of"], tuple(_pair(one) for one in row["where"].split()), row["how"])
        for row in csv.DictReader(text.splitlines())
    }


def _pair(text: str) -> tuple[str, str]:
    name, _equals, value = text.partition("=")
    return name, value


def key_of(question: Question) -> Key:
    """The cell a question of one figure asks for."""
    where = {name: "+".join(values) for name, values in question.where if name != PROGRAMME}
    measure = question.measure
    of, more, how = _same().get(measure, (measure, (), "part"))
    if how == "part":
        measure, where = of, {**where, **dict(more)}
    for name, (above, taxonomy) in WITHIN.items():
        if name in where and above not in where and (parent := _parent(taxonomy, where[name])):
            where[above] = parent
    scope = ANYWHERE if PLACE in where else question.scope or ANYWHERE
    return Key(measure, tuple(sorted(where.items())), str(question.period), scope)


def _parent(taxonomy: str, code: str) -> str:
    term = terms_by_code(taxonomy).get(code)
    return term.top.code if term is not None and term.parent_id else ""


def system_of(cells: Mapping[Key, int]) -> System:
    """All sums between these cells, each with what is left of its total as a cell of its own."""
    system = System({str(key): value for key, value in cells.items()})
    for total in cells:
        for name, parts in sorted(_parts(total, cells).items()):
            _sum_up(system, str(total), [str(part) for part in parts], name)
        _rest_of(system, total, cells)
        _year_of(system, total, cells)
    return system


def _parts(total: Key, cells: Mapping[Key, int]) -> dict[str, list[Key]]:
    """By dimension, the cells that are this one with one condition more."""
    members = set(registry.members(total.scope)) if total.scope != ANYWHERE else set()
    mine, found = set(total.where), defaultdict(list)
    for key in cells:
        if (key.measure, key.period) != (total.measure, total.period) or len(key.where) != len(mine) + 1:
            continue
        more = set(key.where) - mine
        if len(more) != 1:
            continue
        ((name, value),) = more
        here = key.scope == total.scope if name != PLACE else value in members
        if here:
            found[name].append(key)
    return found


def _sum_up(system: System, total: str, parts: list[str], name: str) -> None:
    left = system.values[total] - sum(system.values[part] for part in parts)
    if left < 0:
        system.sums.append(Sum(total, tuple(parts), overlapping=True))
        return
    if left:
        rest = f"{total}/rest by {name}"
        system.values[rest] = left
        system.never_shown.add(rest)
        parts = [*parts, rest]
    system.sums.append(Sum(total, tuple(parts)))


def _rest_of(system: System, key: Key, cells: Mapping[Key, int]) -> None:
    """A measure that counts all but a part of another: the three are one sum."""
    of, more, how = _same().get(key.measure, ("", (), ""))
    if how != "rest":
        return
    whole = replace(key, measure=of)
    part = replace(whole, where=tuple(sorted({**dict(key.where), **dict(more)}.items())))
    if whole in cells and part in cells and cells[whole] == cells[part] + cells[key]:
        system.sums.append(Sum(str(whole), (str(part), str(key))))


def _year_of(system: System, total: Key, cells: Mapping[Key, int]) -> None:
    """A longer period beside all of its quarters."""
    period = Period.parse(total.period)
    if isinstance(period, Quarter):
        return
    quarters = [replace(total, period=str(one)) for one in period.quarters()]
    if len(quarters) > 1 and all(one in cells for one in quarters):
        _sum_up(system, str(total), [str(one) for one in quarters], "quarter")
