"""An attacker with nothing but the data files: every file of the catalogue, added and subtracted, across editions and revisions.

They know that the tables are complete, that counts are whole and not below nought, and even which figures were not
revised. By linear programming they find the least and the most that each withheld figure, and each revision, can be.
"""

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from django.core.cache import caches
from django.test import Client
from scipy.optimize import linprog

from throughline.incidents.models import Incident
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.worlds import World
from throughline.publications.models import Release
from throughline.publications.public.tests.making import opened, quarter, released

SMALLEST = 5
Row = dict[str, str]


def cell(row: Row) -> tuple[str, str, frozenset[str]]:
    """What a row counts: measure, period, and conditions with the place among them."""
    conditions = {one for one in row["conditions"].split(";") if one}
    return row["measure"], row["period"], frozenset(conditions | {f"jurisdiction={row['jurisdiction'] or '*'}"} - STAR)


STAR = {"jurisdiction=*"}


class Attacker:
    """All rows of all files as unknowns, and every sum between them."""

    def __init__(self, client: Client) -> None:
        catalogue = json.loads(client.get("/public/data/catalogue.json").content)
        self.rows: list[Row] = []
        for one in catalogue["releases"]:
            self.rows += list(csv.DictReader(io.StringIO(client.get(one["csv"]).text)))
        self.rows = [row for row in self.rows if row["status"] != "missing"]
        self.at = {(row["release"], row["figure"]): number for number, row in enumerate(self.rows)}
        self.lines: list[tuple[dict[int, float], float]] = []
        for number, row in enumerate(self.rows):
            if row["status"] == "shown":
                self.lines.append(({number: 1.0}, float(row["value"])))

    def add_up(self) -> None:
        """Each figure is the sum of those with one condition more, dimension by dimension."""
        for release in {row["release"] for row in self.rows}:
            mine = [(number, cell(row)) for number, row in enumerate(self.rows) if row["release"] == release]
            for number, (measure, period, where) in mine:
                parts: dict[str, list[int]] = {}
                for other, (its_measure, its_period, its_where) in mine:
                    more = its_where - where
                    if (its_measure, its_period, len(more), len(its_where)) == (measure, period, 1, len(where) + 1):
                        parts.setdefault(next(iter(more)).partition("=")[0], []).append(other)
                for found in parts.values():
                    self.lines.append(({number: -1.0} | dict.fromkeys(found, 1.0), 0.0))

    def know_as_unrevised(self, pairs: list[tuple[int, int]]) -> None:
        self.lines += [({one: 1.0, other: -1.0}, 0.0) for one, other in pairs]

    def ends(self, wanted: dict[int, float]) -> tuple[float, float]:
        goal = np.zeros(len(self.rows))
        for number, factor in wanted.items():
            goal[number] = factor
        matrix, values = np.zeros((len(self.lines), len(self.rows))), np.zeros(len(self.lines))
        for line, (factors, value) in enumerate(self.lines):
            values[line] = value
            for number, factor in factors.items():
                matrix[line, number] = factor
        found = [linprog(sign * goal, A_eq=matrix, b_eq=values, bounds=(0, 10_000)) for sign in (1, -1)]
        assert [one.status for one in found] == [0, 0]
        return round(found[0].fun, 6), round(-found[1].fun, 6)


def true_values(*releases: Release) -> dict[tuple[str, str], int]:
    return {
        (release.reference, figure.id): int(figure.value)
        for release in releases
        for figure in release.document.figures.values()
        if figure.value is not None
    }


@pytest.fixture
def two_editions(world: World) -> tuple[Release, Release]:
    """A document, and the same again after one of its records was withdrawn; both open."""
    quarter(world)
    first = released(world)
    opened(world, first)
    one: Any = Incident.objects.filter(state="verified", jurisdiction__code="RS", people__outcome="killed").first()
    advance(world.viewer("bob"), record=one, transition="withdraw", comment="Entered twice.")
    second = released(world)
    opened(world, second)
    return first, second


def test_nothing_small_is_learned_from_all_the_files(two_editions: tuple[Release, Release], client: Client) -> None:
    caches["local"].clear()
    first, second = two_editions
    attacker, true = Attacker(client), true_values(first, second)
    assert {row["release"] for row in attacker.rows} == {first.reference, second.reference}
    attacker.add_up()
    both = [
        (number, attacker.at[second.reference, figure], figure)
        for (release, figure), number in attacker.at.items()
        if release == first.reference and (second.reference, figure) in attacker.at
    ]
    attacker.know_as_unrevised(
        [(one, other) for one, other, figure in both if true[first.reference, figure] == true[second.reference, figure]]
    )
    small = [key for key in attacker.at if 0 < true[key] < SMALLEST]
    assert small
    for key in small:
        low, high = attacker.ends({attacker.at[key]: 1.0})
        assert (low, high >= SMALLEST) == (0, True), (key, low, high)
    moved = 0
    for one, other, figure in both:
        revision = true[second.reference, figure] - true[first.reference, figure]
        if 0 < abs(revision) < SMALLEST:
            moved += 1
            low, high = attacker.ends({other: 1.0, one: -1.0})
            assert low <= 0 <= high, (figure, low, high)
            assert max(high, -low) >= SMALLEST, (figure, low, high)
    assert moved > 3
