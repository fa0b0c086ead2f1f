"""Which colour a jurisdiction or a term has in charts: the order of the reference data that comes with the program.

Read from the files and not from the database, so that a colour is the same in every installation and every process.
"""

import csv
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def groups() -> list[list[str]]:
    """The jurisdictions, then the terms of the first level of each taxonomy."""
    terms: dict[str, list[str]] = defaultdict(list)
    for row in _rows("terms.csv"):
        if not row["parent"]:
            terms[row["taxonomy"]].append(row["code"])
    return [[row["code"] for row in _rows("jurisdictions.csv")], *terms.values()]
