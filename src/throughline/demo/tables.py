"""The tables of totals the records must meet (`demo/data/*.csv`). docs/demo.md says which are published."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the tables."""
    text = files("throughline.demo").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def table(name: str) -> dict[str, dict[str, int]]:
    """A table of whole numbers: first column the row's key, the others its cells."""
    found = {}
    for row in rows(name):
        key, *_ = row.values()
        found[key] = {column: int(value) for column, value in list(row.items())[1:]}
    return found


@cache
def people_by_type() -> dict[tuple[str, str, str], int]:
    """(quarter, outcome, type) -> people, mass shootings left out."""
    return {
        (row["quarter"], row["outcome"], type_): int(value)
        for row in rows("people_by_type")
        for type_, value in list(row.items())[2:]
    }


class Published(NamedTuple):
    """One published figure, with the question that asks the records for it."""

    set: str
    period: str
    scope: str
    figure: str
    value: float
    kind: str
    measure: str
    where: str
    compare: str
    note: str
    source: str

    def conditions(self) -> dict[str, str]:
        """'type=suicide sex=men' as a mapping."""
        return dict(pair.split("=", 1) for pair in self.where.split())


@cache
def published() -> list[Published]:
    """Every published figure the records must meet."""
    return [Published(**{**row, "value": float(row["value"])}) for row in rows("published")]  # type: ignore[arg-type]
