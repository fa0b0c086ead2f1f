"""From a question to an expression: what is counted, for whom, cut how. Written in Ibis, run by any engine."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import ibis

from throughline.kernel.measures import registry
from throughline.kernel.measures.access import readable, without_closed
from throughline.kernel.measures.declare import Dimension, Fact, Kind, Measure
from throughline.kernel.measures.engines import Blanks, Rows, Table, Value, engine
from throughline.kernel.measures.questions import MISSING_KEY, Where
from throughline.kernel.measures.tables import Version, files

# More points than this are no longer read one by one; the newest are shown and the map says how many.
MOST_POINTS = 2_000


# Stands in a form for the version in force, whichever that is.
NOW = Version("", UUID(int=0), 0)


@dataclass(frozen=True)
class Plan:
    """One query, as plain data."""

    measure: str
    by: tuple[str, ...]
    where: Where
    start: date | None
    end: date | None
    places: tuple[str, ...] | None
    audiences: tuple[int, ...]
    # The version of the records in force, where an earlier one is asked: what was closed since stays closed.
    now: Version | None = None

    @property
    def period_years(self) -> range | None:
        return range(self.start.year, self.end.year + 1) if self.start and self.end else None


@dataclass(frozen=True)
class Numbers:
    """What one cell is made of.

    `value` is the count, the sum or the numerator; `base` the rows it could have come from (the denominator of a
    share, the rows with a known quantity of a sum); `rows` all of them, so `rows - base` are unknown.
    """

    value: int
    base: int
    rows: int

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(self.value + other.value, self.base + other.base, self.rows + other.rows)


NOTHING = Numbers(0, 0, 0)
Key = tuple[str | None, ...]


def cells(plan: Plan, versions: Mapping[str, Version]) -> dict[Key, Numbers]:
    """The cells of a plan, by the values of its dimensions."""
    width = len(plan.by)
    found = _run("cells", plan, versions)
    return {tuple(row[:width]): Numbers(*(int(one or 0) for one in row[width:])) for row in found}


def records(plan: Plan, versions: Mapping[str, Version]) -> list[bytes]:
    """The keys of the records a cell was computed from (for a share: of its numerator)."""
    return [row[0] for row in _run("records", plan, versions)]


def weights(plan: Plan, versions: Mapping[str, Version]) -> dict[bytes, Numbers]:
    """What each record brings to the total: of counts, sums and shares they add up to it."""
    found = _run("weights", plan, versions)
    return {row[0]: Numbers(*(int(one or 0) for one in row[1:])) for row in found}


def reported(
    base: Fact, plan: Plan, by: tuple[str, ...], versions: Mapping[str, Version]
) -> dict[Key, tuple[int, bool]]:
    """Which places have any counted record in the period that the viewer may read: (records, any illustrative)."""
    width = len(by)
    tables = [_table(base, plan, versions), *_now(base, plan)]
    form, values = _form(plan)
    found = engine().run(("reported", base.name, form, by), lambda: _reported(base, form, by), tables, values)
    return {tuple(row[:width]): (int(row[width]), bool(row[width + 1])) for row in found}


def points(plan: Plan, versions: Mapping[str, Version]) -> Rows:
    """Record, latitude, longitude, label and date of the newest records that have a position."""
    return _run("points", plan, versions)


def additive(measure: Measure, by: tuple[str, ...]) -> bool:
    """Whether cells add up to their total: not where a record may stand in several of them, nor where one is counted once."""
    fact = registry.facts[measure.fact]
    if by and measure.kind is Kind.DISTINCT:
        return False
    return all(registry.home_of(registry.dimensions[one], fact) is fact for one in by)


def _run(kind: str, plan: Plan, versions: Mapping[str, Version]) -> Rows:
    measure = registry.measures[plan.measure]
    fact = registry.facts[measure.fact]
    tables = [*(_table(one, plan, versions) for one in registry.siblings(fact)), *_now(fact, plan)]
    build = {"cells": _cells, "records": _records, "points": _points, "weights": _weights}[kind]
    form, values = _form(plan)
    return engine().run((kind, form), lambda: build(measure, fact, form), tables, values)


def _form(plan: Plan) -> tuple[Plan, list[Value]]:
    """The plan with a blank for each value: what its statement is written from, and kept under."""
    blanks = Blanks()
    start, end = (blanks.day(plan.start), blanks.day(plan.end)) if plan.start and plan.end else (None, None)
    where = tuple((name, _asked(values, blanks)) for name, values in plan.where)
    places = None if plan.places is None else blanks.texts(plan.places)
    now = None if plan.now is None else NOW
    audiences = blanks.numbers(plan.audiences)
    return replace(plan, start=start, end=end, where=where, places=places, audiences=audiences, now=now), blanks.values


def _asked(values: tuple[str, ...], blanks: Blanks) -> tuple[str, ...]:
    """Whether missing is asked for, too, makes another statement."""
    known = blanks.texts(tuple(one for one in values if one != MISSING_KEY))
    return (*known, MISSING_KEY) if MISSING_KEY in values else known


def _table(fact: Fact, plan: Plan, versions: Mapping[str, Version]) -> Table:
    """The fact with the files of the wanted version, of the years the period touches."""
    years = plan.period_years
    paths = tuple(one.path for one in files(versions[fact.name]) if years is None or one.year in years)
    return Table(fact.table_name, fact.arrow, paths)


def _now(fact: Fact, plan: Plan) -> list[Table]:
    """The records as they are now, of every year: a date may have changed since."""
    records = registry.records_of(fact)
    if plan.now is None:
        return []
    return [Table(records.table_now.get_name(), records.arrow, tuple(one.path for one in files(plan.now)))]


def _cells(measure: Measure, fact: Fact, plan: Plan) -> ibis.Table:
    rows, names = _sliced(measure, fact, plan)
    numbers = _numbers(measure, rows)
    if not plan.by:
        return rows.aggregate(**numbers)
    keys = {f"by_{index}": rows[name].cast("string") for index, name in enumerate(names)}
    return rows.group_by(**keys).aggregate(**numbers)


def _records(measure: Measure, fact: Fact, plan: Plan) -> ibis.Table:
    rows, _names = _sliced(measure, fact, plan)
    if measure.part is not None and measure.base is not None:
        rows = rows.filter(measure.base(rows), measure.part(rows))
    return rows.select("record").distinct()


def _weights(measure: Measure, fact: Fact, plan: Plan) -> ibis.Table:
    rows, _names = _sliced(measure, fact, plan)
    return rows.group_by("record").aggregate(**_numbers(measure, rows))


def _points(measure: Measure, fact: Fact, plan: Plan) -> ibis.Table:
    rows, _names = _sliced(measure, fact, plan)
    rows = rows.filter(rows.latitude.notnull())
    chosen = rows.select("record", "latitude", "longitude", fact.point_label, "date")
    return chosen.order_by(ibis.desc("date"), "record").limit(MOST_POINTS)


def _reported(base: Fact, plan: Plan, by: tuple[str, ...]) -> ibis.Table:
    rows = _base_rows(base, plan, every_state=bool(plan.measure))
    rows = _filtered(rows, [(registry.dimensions[name], values) for name, values in plan.where])
    names = [registry.dimensions[one].name for one in by]
    keys = {f"by_{index}": rows[name].cast("string") for index, name in enumerate(names)}
    # Of lines, only whether there are any is asked by place; how many records they have is asked of the whole.
    records = rows.record.nunique() if base.lines and not by else rows.count()
    numbers = {"records": records, "illustrative": rows.illustrative.any()}
    return rows.group_by(**keys).aggregate(**numbers) if keys else rows.aggregate(**numbers)


def _numbers(measure: Measure, rows: ibis.Table) -> dict[str, ibis.Value]:
    count = rows.count()
    if measure.kind is Kind.SUM:
        column = rows[measure.value]
        return {"value": column.sum(), "base": column.count(), "all_rows": count}
    if measure.kind is Kind.DISTINCT:
        return {"value": rows[measure.distinct].nunique(), "base": count, "all_rows": count}
    if measure.part is not None and measure.base is not None:
        base = measure.base(rows)
        return {"value": (base & measure.part(rows)).sum(), "base": base.sum(), "all_rows": count}
    return {"value": count, "base": count, "all_rows": count}


def _base_rows(fact: Fact, plan: Plan, *, every_state: bool) -> ibis.Table:
    """The rows of a fact that this reader may count, of the period and the places."""
    rows = readable(fact.table, plan.audiences)
    if plan.now is not None:
        rows = without_closed(rows, registry.records_of(fact).table_now, plan.audiences)
    if not every_state:
        rows = rows.filter(rows.counted)
    if plan.start and plan.end:
        rows = rows.filter(rows.date.between(plan.start, plan.end))
    if plan.places is not None:
        rows = rows.filter(rows.jurisdiction.isin(list(plan.places)))
    return rows


def _sliced(measure: Measure, fact: Fact, plan: Plan) -> tuple[ibis.Table, list[str]]:
    """The measure's rows after every condition, with a column for each dimension asked for."""
    rows = _base_rows(fact, plan, every_state=measure.every_state)
    if measure.where is not None:
        rows = rows.filter(measure.where(rows))
    mine = dict.fromkeys((*plan.by, *(name for name, _values in plan.where)), fact.name)
    for one in mine:
        home = registry.home_of(registry.dimensions[one], fact)
        mine[one] = home.name if home else fact.name
    own = [(registry.dimensions[name], values) for name, values in plan.where if mine[name] == fact.name]
    rows = _filtered(rows, own)
    for other in dict.fromkeys(name for name in mine.values() if name != fact.name):
        conditions = [(registry.dimensions[name], values) for name, values in plan.where if mine[name] == other]
        wanted = [registry.dimensions[name].name for name in plan.by if mine[name] == other]
        rows = _joined(rows, registry.facts[other], conditions, wanted)
    return rows, [registry.dimensions[one].name for one in plan.by]


def _joined(
    rows: ibis.Table, other: Fact, conditions: list[tuple[Dimension, tuple[str, ...]]], wanted: list[str]
) -> ibis.Table:
    """Rows cut by lines of another fact of the same records.

    Conditions hold for one and the same line. A row counts once for each distinct value of its lines. It counts
    under 'none' if its record has no line at all, unless a condition asks for something else.
    """
    lines = _filtered(other.table, conditions).select("record", *wanted).distinct().rename(line_record="record")
    same = rows.record == lines.line_record
    if wanted and not conditions:
        return rows.left_join(lines, same)
    found = rows.inner_join(lines, same) if wanted else rows.semi_join(lines, same)
    if not all(MISSING_KEY in values for _dimension, values in conditions):
        return found
    without = rows.anti_join(other.table, "record")
    kept = [*rows.columns, *wanted]
    empty = {name: ibis.null("string") for name in wanted}
    return found.select(kept).union(without.mutate(**empty).select(kept))


def _filtered(rows: ibis.Table, conditions: list[tuple[Dimension, tuple[str, ...]]]) -> ibis.Table:
    for dimension, values in conditions:
        column = rows[dimension.name].cast("string")
        known = [value for value in values if value != MISSING_KEY]
        match = column.isin(known) if known else None
        if MISSING_KEY in values:
            match = column.isnull() if match is None else match | column.isnull()
        rows = rows.filter(match)
    return rows
