"""The counts of a frozen document as cells: what each counts, in one form for all the figures that count it.

Two figures that count the same (people killed; persons whose outcome is killed) are one cell, whatever they are called,
as `data/same.csv` says. A jurisdiction's count is one cell in every scope. How cells hang together is in `sums`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from throughline.kernel.measures import registry
from throughline.kernel.measures.declare import Kind
from throughline.kernel.measures.questions import Question
from throughline.kernel.reporting.blocks import Figure, Snapshot
from throughline.reference.queries import terms_by_code

PLACE, PROGRAMME, ANYWHERE = "jurisdiction", "programme", "-"
COUNTED = frozenset({Kind.COUNT, Kind.SUM, Kind.DISTINCT})
# A value of the one lies within one value of the other, as the taxonomy says.
WITHIN = {"subtype": ("type", "incident-type"), "weapon-kind": ("weapon", "weapon-type")}
SET = "+"  # several values of a dimension taken together


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

    def but(self, *, without: str = "", more: Mapping[str, str] | None = None, scope: str = "") -> "Key":
        """The cell with a condition less, or some more, or of another scope."""
        where = {name: value for name, value in self.where if name != without} | dict(more or {})
        return Key(self.measure, tuple(sorted(where.items())), self.period, scope or self.scope)


@dataclass(frozen=True)
class Counted:
    """A figure of the document that is a count, and the cell it shows. `value` None is missing, which is no count."""

    id: str
    question: Question
    value: int | None
    key: Key
    reason: str = ""


def counted(snapshot: Snapshot) -> list[Counted]:
    """Every count of checked records of the document. Shares are none: they are not shown, so they give nothing away."""
    found = []
    for figure in snapshot.figures.values():
        if not figure.question or figure.denominator is not None or figure.id.endswith("/share"):
            continue
        question = Question.from_query(figure.question)
        known = registry.measures.get(question.measure)
        if known is not None and known.kind in COUNTED and not known.every_state:
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
def same() -> Mapping[str, tuple[str, tuple[tuple[str, str], ...], str]]:
    """Measures that are a part of another one ('part'), or all of it but a part ('rest')."""
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
    where = {name: SET.join(sorted(values)) for name, values in question.where}
    measure = question.measure
    of, more, how = same().get(measure, (measure, (), "part"))
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
