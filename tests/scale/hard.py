"""Rows that are hard to count: for every registered fact, whatever its columns, drawn the same each time.

Ties, texts that look like something else, nothing at all, the edges of years, numbers no float can hold, records without
lines and with many, readers of every kind and of none; and some of it late, in a second version.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

import polars as pl

from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.choices import Handling
from throughline.kernel.measures import extract, facts, registry, tables
from throughline.kernel.measures.declare import Column, Fact
from throughline.kernel.testing.worlds import World

RECORDS = 160
LATE = 40
SPACE = UUID(int=7_204)
ODD = (
    "it's",
    'say "no"',
    "back\\slash",
    "${spark.sql.ansi.enabled}",
    "Ђорђе",
    "e\u0301",
    "\u00e9",
    "line\nbreak",
    "Men",
    " men",
    '"fact__incident"',
)
DAYS = (
    date(2022, 12, 31), date(2023, 1, 1), date(2023, 6, 30), date(2023, 7, 1), date(2023, 12, 31), date(2024, 1, 1),
    date(2024, 2, 29), date(2024, 12, 31), date(1900, 3, 1), date(9999, 12, 31),
)  # fmt: skip
NUMBERS = (None, 0, 1, 1, 2, 2**53 + 1, 2**31)
PLACES = (None, 0.0, -0.0, 44.8125, 0.1 + 0.2, -90.0, float("nan"))


class Hard:
    """The facts of a world, put in place of what its records would give."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = Random(2_207)
        self.audiences = self._audiences()
        self.words = {one.name: list(one.words()) for one in registry.dimensions.values() if one.words}
        self.records: dict[str, list[dict[str, Any]]] = {}

    def put(self) -> None:
        """First what came in time, as one version of each fact; then, as the next, what came late as well."""
        known = facts.freshen()
        drawn = {fact: list(self._rows(fact)) for fact in sorted(registry.facts.values(), key=lambda one: one.lines)}
        for late in (False, True):
            for fact, rows in drawn.items():
                frame = pl.DataFrame([row for row in rows if late or not row["late"]], schema=self._schema(fact))
                version = tables.write(fact, extract.completed(fact, frame))
                known[fact.name] = facts.set_version(fact, known[fact.name].life, version)
            if not late:
                self.before = tuple(f"{one.name}:{one.number}" for one in known.values())

    def _audiences(self) -> list[int | None]:
        """Every way of closing a record to readers, one that nobody stands in, and none at all."""
        alice = self.world.user("alice").pk
        found = [
            audience_id(
                tokens_for(
                    handling=handling,
                    owner=self.world.organisations[owner].pk,
                    programme=self.world.programme.pk,
                    author=alice,
                    private=private,
                )
            )
            for handling in Handling.values
            for owner in ("police-rs", "police-al")
            for private in (False, True)
        ]
        return [*found, audience_id([]), None]

    def _schema(self, fact: Fact) -> dict[str, Any]:
        kinds = {"key": pl.Binary, "integer": pl.Int64, "number": pl.Float64, "flag": pl.Boolean, "date": pl.Date}
        return {one.name: kinds.get(one.kind, pl.String) for one in fact.drawn}

    def _rows(self, fact: Fact) -> Iterator[dict[str, Any]]:
        """A row a record; of lines none, one, or up to four that share everything their record says."""
        records = self.records.setdefault(fact.noun, [self._record(fact, number) for number in range(RECORDS)])
        for record in records:
            lines = self.chance.choice((0, 1, 1, 2, 4)) if fact.lines else 1
            for _line in range(lines):
                own = {one.name: self._value(fact, one) for one in fact.columns}
                shared = {name: record[name] for name in own if name in record and not fact.reports}
                yield {
                    **own,
                    **shared,
                    **{one.name: record[one.name] for one in fact.RECORD},
                    "date": record["date"],
                } | {"late": record["late"]}

    def _record(self, fact: Fact, number: int) -> dict[str, Any]:
        states = [*fact.counted, *fact.counted, *fact.counted, "draft", "cancelled", "planned"]
        day = self.chance.choice((*DAYS, *(date(2023, 1, 1) + timedelta(self.chance.randrange(730)) for _one in DAYS)))
        about = {one.name: self._value(fact, one) for one in registry.records_of(fact).columns}
        return {
            **about,
            "record": uuid5(SPACE, f"{fact.noun}{number}").bytes,
            "programme": self.chance.choice(("AVM", "AVM", "TWO")),
            "audience": self.chance.choice(self.audiences),
            "state": str(self.chance.choice(states)),
            "illustrative": self.chance.choice((True, False, False)),
            "date": day,
            "late": number >= RECORDS - LATE,
        }

    def _value(self, fact: Fact, column: Column) -> Any:
        """Mostly one of the words of the dimension, so that conditions meet; now and then nothing, or something odd."""
        if column.kind == "key":
            return uuid5(SPACE, str(self.chance.randrange(60))).bytes
        if column.kind == "integer":
            return self.chance.choice(NUMBERS)
        if column.kind == "number":
            return self.chance.choice(PLACES)
        if column.kind == "flag":
            return self.chance.choice((True, False, None))
        if column.name == "jurisdiction":
            return self.chance.choice((None, "XX", *list(self.world.jurisdictions) * 2))
        words = self._words(fact, column.name)
        return self.chance.choice((None, "not-reported", self.chance.choice(ODD), *words * 3))

    def _words(self, fact: Fact, name: str) -> list[str]:
        """The values of a column as this fact words them: where a subject has words of its own, all of those."""
        own = next((list(one.words()) for one in fact.own if one.name == name and one.words), None)
        return self.words.get(name, [])[:6] if own is None else own
