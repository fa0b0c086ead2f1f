"""Eight charts of a dashboard under the access predicate: our measures, bare DuckDB, indexed PostgreSQL.

    python benchmarks/dashboard.py --rows 1000000

One run makes the same synthetic incidents for all three, asks each of them the same eight questions, checks that
the figures agree, and prints medians and ratios. *Ours* is everything a page waits for: freshening, the viewer's
audiences, the words of codes, eight answers with totals and coverage. *DuckDB* and *PostgreSQL* are the eight
queries alone, written by hand. Answers are never remembered between repetitions.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

READER = "police-rs"
# So many incidents are made and handed on at a time.
PART = 500_000


@dataclass(frozen=True)
class Chart:
    """A question of ours, and the same as SQL: the columns to group by, what to count, which rows."""

    measure: str
    by: tuple[str, ...]
    table: str
    years: tuple[int, int]
    value: str = "count(*)"
    where: str = "true"


CHARTS = (
    Chart("incidents", ("quarter",), "incident", (2023, 2024)),
    Chart("incidents", ("jurisdiction",), "incident", (2024, 2024)),
    Chart("incidents", ("jurisdiction", "type"), "incident", (2024, 2024)),
    Chart("incidents", ("type", "setting"), "incident", (2024, 2024)),
    Chart("incidents", ("month", "type"), "incident", (2023, 2024)),
    Chart("people-killed", ("quarter", "sex"), "incident_person", (2023, 2024), where="outcome = 'killed'"),
    Chart("persons", ("jurisdiction", "outcome"), "incident_person", (2024, 2024)),
    Chart(
        "share-seizures",
        ("quarter",),
        "incident",
        (2023, 2024),
        "100.0 * sum(case when type = 'weapon-seizure' then 1 else 0 end) / count(type)",
    ),
)


def sql(chart: Chart, source: str, audiences: list[int]) -> str:
    """The question by hand: the same predicate, the same period, the same places."""
    columns = ", ".join(name.replace("-", "_") for name in chart.by)
    first, last = chart.years
    return (
        f"SELECT {columns}, {chart.value} AS value FROM {source} "
        f"WHERE counted AND audience IN ({', '.join(map(str, audiences))}) "
        f"AND date BETWEEN '{first}-01-01' AND '{last}-12-31' "
        f"AND jurisdiction IN ('AL', 'BA', 'XK', 'MD', 'ME', 'MK', 'RS') AND {chart.where} GROUP BY {columns}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000, help="how many incidents")
    options.add_argument("--times", type=int, default=9, help="how often each is asked")
    options.add_argument("--profile", action="store_true", help="show where our own time goes")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-") as folder:
        os.environ["THROUGHLINE_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
        import django  # reason: the data folder must be named first

        django.setup()
        compare(given.rows, given.times, Path(folder), profile=given.profile)


def compare(rows: int, times: int, folder: Path, *, profile: bool) -> None:
    """Set up the three, ask them, print."""
    from throughline.kernel.measures.ask import ask_all, open_desk  # reason: Django is set up by now, not before
    from throughline.kernel.measures.questions import Question  # reason: as above

    print(f"Making {rows:,} incidents ...", flush=True)
    viewer, audiences = made(rows, folder)
    questions = [
        Question.ask(one.measure, by=one.by, period="..".join(map(str, one.years)), scope="SEE-7") for one in CHARTS
    ]
    duck, postgres = bare_duckdb(folder, audiences), bare_postgres(audiences)
    agree(ask_all(questions, viewer), duck(), postgres())
    contestants: dict[str, Callable[[], Any]] = {
        "our measures": lambda: ask_all(questions, viewer),
        "bare DuckDB, one Parquet file": duck,
        "PostgreSQL, indexed": postgres,
    }
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _round in range(times):
        for name, contestant in contestants.items():
            start = perf_counter()
            contestant()
            taken[name].append((perf_counter() - start) * 1000)
    show(taken)
    start = perf_counter()
    desk = open_desk(viewer)
    print(f"\nof ours, before the first question: {(perf_counter() - start) * 1000:.1f} ms")
    for question in questions:
        start = perf_counter()
        desk.answer(question)
        print(f"  {(perf_counter() - start) * 1000:6.1f} ms  {question.to_query()}")
    if profile:
        profiled(contestants["our measures"])


def profiled(call: Callable[[], Any]) -> None:
    import cProfile  # reason: only with --profile
    import pstats  # reason: as above

    with cProfile.Profile() as profile:
        call()
    pstats.Stats(profile).sort_stats("tottime").print_stats(18)


def show(taken: dict[str, list[float]]) -> None:
    middle = {name: median(times) for name, times in taken.items()}
    bare = middle["bare DuckDB, one Parquet file"]
    ours = middle["our measures"]
    print(f"\n{'eight charts, one page':32} {'median ms':>10} {'fastest':>9} {'to bare DuckDB':>15} {'to ours':>9}")
    for name, times in taken.items():
        one = middle[name]
        print(f"{name:32} {one:10.1f} {min(times):9.1f} {one / bare:15.2f} {one / ours:9.2f}")


def agree(ours: list[Any], duck: list[Any], postgres: list[Any]) -> None:
    """All three give the same figures, to the last one; otherwise the times mean nothing."""
    for answer, one, other in zip(ours, duck, postgres, strict=True):
        mine = {cell.keys: float(cell.value) for cell in answer.cells if cell.value}
        for rows in (one, other):
            theirs = {tuple(row[:-1]): float(row[-1]) for row in rows if row[-1]}
            same = mine.keys() == theirs.keys() and all(abs(mine[key] - theirs[key]) < 1e-6 for key in mine)
            if not same:
                message = f"figures differ: {answer.title}"
                raise SystemExit(message)
    print("All three give the same figures.", flush=True)


def made(rows: int, folder: Path) -> tuple[Any, list[int]]:
    """The installation: reference data, audiences, a reader, and the facts as measures keep them."""
    from uuid import uuid4  # reason: Django is set up by now, not before

    from deltalake import DeltaTable  # reason: as above
    from django.core.management import call_command  # reason: as above

    from benchmarks import synthetic  # reason: as above
    from throughline.kernel.access.audiences import readable_audiences, tokens_for  # reason: as above
    from throughline.kernel.access.models import Audience  # reason: as above
    from throughline.kernel.access.viewer import Viewer  # reason: as above
    from throughline.kernel.measures import facts, registry, tables  # reason: as above
    from throughline.reference import loading  # reason: as above

    call_command("migrate", verbosity=0)
    for add in (loading.add_jurisdictions, loading.add_scopes, loading.add_taxonomies, loading.add_terms):
        list(add())
    programme, owners = uuid4(), [uuid4() for _place in synthetic.PLACES]
    sets = {
        tuple(sorted(tokens_for(handling=code, owner=owner, programme=programme, author=uuid4(), private=False)))
        for owner in owners
        for code in ("clear", "green", "amber", "amber+strict", "red")
    }
    made_audiences = Audience.objects.bulk_create([Audience(tokens=list(one)) for one in sorted(sets)])
    viewer = Viewer(
        person=uuid4(),
        name=READER,
        organisations=frozenset({owners[-1]}),
        roles=frozenset({(programme, "contributor")}),
    )
    facts.freshen()
    names = {"incident": "incidents", "incident_person": "people", "incident_weapon": "weapons"}
    keys = [one.pk for one in made_audiences]
    parts = [min(PART, rows - start) for start in range(0, rows, PART)]
    for number, count in enumerate(parts):
        world = synthetic.make(count, keys, seed=7 + number)
        for name, attribute in names.items():
            take_in(registry.facts[name], getattr(world, attribute), folder, number)
        del world
        print(f"  {sum(parts[: number + 1]):,} made", flush=True)
    for name in names:
        facts.set_version(registry.facts[name], uuid4(), DeltaTable(tables.folder(name)).version())
        one_file(name, folder)
        settle_postgres(name)
    return viewer, readable_audiences(viewer)


def take_in(fact: Any, frame: Any, folder: Path, number: int) -> None:
    """One part of the rows, to all three: never more than a part is held in memory."""
    from deltalake import write_deltalake  # reason: Django is set up by now

    from throughline.kernel.measures import tables  # reason: as above

    whole = completed(frame, fact)
    if number == 0:
        tables.write(fact, whole)
    else:
        write_deltalake(
            tables.folder(fact.name),
            tables.ordered(whole),
            mode="append",
            partition_by=[tables.PARTITION],
            writer_properties=tables.written_as(),
        )
    write_parquet(whole, folder / f"{fact.name}-{number:03d}.parquet")
    load_postgres(fact.name, whole, new=number == 0)


def one_file(name: str, folder: Path) -> None:
    """The parts as one Parquet file, as one would write it without further thought."""
    import duckdb  # reason: Django is set up by now

    parts = sorted(folder.glob(f"{name}-*.parquet"))
    listed = ", ".join(f"'{part}'" for part in parts)
    duckdb.execute("SET memory_limit = '4GB'")
    duckdb.execute(f"COPY (SELECT * FROM read_parquet([{listed}])) TO '{folder / name}.parquet' (FORMAT parquet)")
    for part in parts:
        part.unlink()


def completed(frame: Any, fact: Any) -> Any:
    from throughline.kernel.measures.extract import completed as complete  # reason: Django is set up by now

    return complete(fact, frame)


def write_parquet(rows: Any, path: Path) -> None:
    import duckdb  # reason: Django is set up by now

    connection = duckdb.connect()
    connection.register("given", rows)
    connection.execute(f"COPY given TO '{path}' (FORMAT parquet)")


def bare_duckdb(folder: Path, audiences: list[int]) -> Callable[[], list[Any]]:
    import duckdb  # reason: Django is set up by now

    connection = duckdb.connect()
    queries = [sql(one, f"'{folder / one.table}.parquet'", audiences) for one in CHARTS]
    return lambda: [connection.execute(query).fetchall() for query in queries]


def load_postgres(name: str, rows: Any, *, new: bool) -> None:
    """A flat table with the same columns."""
    from django.db import connection  # reason: Django is set up by now
    from pyarrow import csv  # reason: as above

    kinds = {
        "int64": "bigint",
        "int32": "integer",
        "double": "double precision",
        "bool": "boolean",
        "date32[day]": "date",
    }
    plain = rows.drop_columns(["record"])
    columns = ", ".join(f'"{one.name}" {kinds.get(str(one.type), "text")}' for one in plain.schema)
    with connection.cursor() as cursor:
        if new:
            cursor.execute(f"CREATE UNLOGGED TABLE bare_{name} ({columns})")
        with cursor.cursor.copy(f"COPY bare_{name} FROM STDIN (FORMAT csv)") as copy:
            for batch in plain.to_batches(max_chunksize=50_000):
                sink = BytesIO()
                csv.write_csv(batch, sink, csv.WriteOptions(include_header=False))
                copy.write(sink.getvalue())


def settle_postgres(name: str) -> None:
    """The indexes a dashboard would want, and what the planner wants to know."""
    from django.db import connection  # reason: Django is set up by now

    with connection.cursor() as cursor:
        for index in ("date", "audience, date", "jurisdiction, date"):
            cursor.execute(f"CREATE INDEX ON bare_{name} ({index})")
        cursor.execute(f"VACUUM ANALYZE bare_{name}")


def bare_postgres(audiences: list[int]) -> Callable[[], list[Any]]:
    from django.db import connection  # reason: Django is set up by now

    queries = [sql(one, f"bare_{one.table}", audiences) for one in CHARTS]

    def ask() -> list[Any]:
        found = []
        with connection.cursor() as cursor:
            for query in queries:
                cursor.execute(query)
                found.append(cursor.fetchall())
        return found

    return ask


if __name__ == "__main__":
    main()
