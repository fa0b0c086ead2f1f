"""The statistics page of training under the access predicate: our measures against bare DuckDB.

    python benchmarks/training.py --activities 10000 --participations 500000

One run makes the same synthetic activities and participations for both, asks each the questions of the achievements page,
checks that the figures agree, and prints medians and the ratio. *Ours* is everything the page waits for: freshening, the
reader's audiences, the words of codes, answers with totals, base and coverage, different persons counted exactly.
*DuckDB* is the same questions alone, as SQL by hand over one Parquet file of the same rows each.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SEED = 11
PERSON_SHARE = 0.6  # different persons for each participation
PLACES = ("AL", "BA", "XK", "ME", "MK", "RS")
KINDS = ("course", "workshop", "webinar", "study-visit", "train-the-trainer")
SEXES, SECTORS = (
    ("women", "men", "not-reported"),
    ("police", "judiciary", "customs-tax", "border", "other", "not-reported"),
)
PRIORITIES = tuple(f"priority-{number}" for number in range(8))
STATES = ("done",) * 8 + ("cancelled", "planned")


@dataclass(frozen=True)
class Asked:
    """A question of ours, and the same as SQL."""

    measure: str
    by: tuple[str, ...] = ()
    table: str = "training_place"
    value: str = "count(*)"
    every_state: bool = False


QUESTIONS = (
    Asked("training-activities", table="training_activity"),
    Asked("training-participations", ("jurisdiction",)),
    Asked("training-persons", ("jurisdiction",), value="count(distinct person)"),
    Asked("training-persons", value="count(distinct person)"),
    Asked("training-participations", ("sex",)),
    Asked("training-participations", ("sector",)),
    *(
        Asked(measure, (by,), table)
        for by in ("activity-kind", "year", "priority")
        for measure, table in (
            ("training-activities", "training_activity"),
            ("training-participations", "training_place"),
        )
    ),
    Asked("training-activities-planned", ("state",), "training_activity", every_state=True),
    Asked("training-unlisted", table="training_activity", value="sum(came_unlisted)"),
)


def sql(one: Asked, source: str, audiences: list[int]) -> str:
    """The question by hand, with the same predicate."""
    columns = ", ".join(name.replace("-", "_") for name in one.by)
    rows = f"FROM {source} WHERE audience IN ({', '.join(map(str, audiences))}) AND project = 'P'"
    rows += "" if one.every_state else " AND counted"
    return f"SELECT {columns}, {one.value} {rows} GROUP BY {columns}" if columns else f"SELECT {one.value} {rows}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--activities", type=int, default=10_000)
    options.add_argument("--participations", type=int, default=500_000)
    options.add_argument("--times", type=int, default=9, help="how often each is asked")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-") as folder:
        os.environ["THROUGHLINE_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
        import django  # reason: the data folder must be named first

        django.setup()
        compare(given.activities, given.participations, given.times, Path(folder))


def compare(activities: int, participations: int, times: int, folder: Path) -> None:
    """Set both up, ask them, print."""
    from throughline.kernel.measures.ask import ask_all, open_desk  # reason: Django is set up by now, not before
    from throughline.kernel.measures.questions import Question  # reason: as above

    print(f"Making {activities:,} activities and {participations:,} participations ...", flush=True)
    viewer, audiences = made(activities, participations, folder)
    questions = [Question.ask(one.measure, by=one.by, where={"project": "P"}) for one in QUESTIONS]
    bare = duckdb(folder, audiences)
    agree(ask_all(questions, viewer), bare())
    ways: dict[str, Callable[[], Any]] = {
        "our measures": lambda: ask_all(questions, viewer),
        "bare DuckDB, one Parquet file each": bare,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(times):
        for name, way in ways.items():
            start = perf_counter()
            way()
            taken[name].append((perf_counter() - start) * 1000)
    middle = {name: median(all_times) for name, all_times in taken.items()}
    base = middle["bare DuckDB, one Parquet file each"]
    print(f"\n{f'{len(QUESTIONS)} questions, one page':36} {'median ms':>10} {'fastest':>9} {'to bare DuckDB':>15}")
    for name, all_times in taken.items():
        print(f"{name:36} {middle[name]:10.1f} {min(all_times):9.1f} {middle[name] / base:15.2f}")
    desk = open_desk(viewer)
    print("\nquestion by question, ours")
    for question in questions:
        start = perf_counter()
        desk.answer(question)
        print(f"  {(perf_counter() - start) * 1000:6.1f} ms  {question.to_query()}")


def agree(ours: list[Any], bare: list[Any]) -> None:
    """Both give the same figures, to the last one; otherwise the times mean nothing."""
    for answer, rows in zip(ours, bare, strict=True):
        if answer.axes:
            mine = {cell.keys: int(cell.value) for cell in answer.cells if cell.value}
            theirs = {
                tuple(None if key is None else str(key) for key in row[:-1]): int(row[-1]) for row in rows if row[-1]
            }
        else:
            mine, theirs = {(): int(answer.value or 0)}, {(): int(rows[0][0] or 0)}
        if mine != theirs:
            message = f"figures differ: {answer.title}"
            raise SystemExit(message)
    print("Both give the same figures.", flush=True)


def made(activities: int, participations: int, folder: Path) -> tuple[Any, list[int]]:
    """The installation: reference data, audiences, a reader, and the facts as measures keep them."""
    from uuid import uuid4  # reason: Django is set up by now, not before

    from django.core.management import call_command  # reason: as above

    from throughline.kernel.access.audiences import readable_audiences, tokens_for  # reason: as above
    from throughline.kernel.access.models import Audience  # reason: as above
    from throughline.kernel.access.viewer import Viewer  # reason: as above
    from throughline.kernel.measures import facts, registry, tables  # reason: as above
    from throughline.kernel.measures.extract import completed  # reason: as above
    from throughline.reference import loading  # reason: as above

    call_command("migrate", verbosity=0)
    for add in (loading.add_jurisdictions, loading.add_scopes):
        list(add())
    programme, owners = uuid4(), [uuid4() for _place in PLACES]
    sets = {
        tuple(sorted(tokens_for(handling=code, owner=owner, programme=programme, author=uuid4(), private=False)))
        for owner in owners
        for code in ("clear", "green", "amber", "amber+strict", "red")
    }
    kept = Audience.objects.bulk_create([Audience(tokens=list(one)) for one in sorted(sets)])
    viewer = Viewer(
        person=uuid4(), name="reader", organisations=frozenset({owners[-1]}),
        roles=frozenset({(programme, "contributor")}),
    )  # fmt: skip
    facts.freshen()
    frames = drawn(activities, participations, [one.pk for one in kept])
    for name, frame in frames.items():
        fact = registry.facts[name]
        whole = completed(fact, frame)
        facts.set_version(fact, uuid4(), tables.write(fact, whole))
        write_parquet(whole, folder / f"{name}.parquet")
    return viewer, readable_audiences(viewer)


def drawn(activities: int, participations: int, audiences: list[int]) -> dict[str, Any]:
    """Activities over eight years, and people dealt out over those that are done; some people come several times."""
    import random  # reason: only here
    from datetime import date, timedelta  # reason: as above

    import polars as pl  # reason: as above

    draw = random.Random(SEED)
    started = date(2018, 1, 1)
    plans = [
        {
            "record": number.to_bytes(16, "big"), "programme": "T", "audience": draw.choice(audiences),
            "state": draw.choice(STATES), "illustrative": True, "date": started + timedelta(days=draw.randrange(8 * 365)),
            "jurisdiction": draw.choice(PLACES), "activity_kind": draw.choice(KINDS), "mode": "onsite",
            "priority": draw.choice(PRIORITIES), "project": "P", "component": None,
            "came_unlisted": draw.randrange(40) if draw.random() < 0.1 else None,
        }
        for number in range(activities)
    ]  # fmt: skip
    persons = [number.to_bytes(16, "big") for number in range(int(participations * PERSON_SHARE))]
    places = []
    for number in range(participations):
        plan = plans[number % activities]
        own = {name: plan[name] for name in plan if name not in ("jurisdiction", "came_unlisted")}
        places.append(
            {
                **own, "jurisdiction": draw.choice(PLACES), "sex": draw.choice(SEXES), "sector": draw.choice(SECTORS),
                "person": draw.choice(persons),
            }
        )  # fmt: skip
    return {
        "training_activity": pl.DataFrame(plans, infer_schema_length=None),
        "training_place": pl.DataFrame(places, infer_schema_length=None),
    }


def write_parquet(rows: Any, path: Path) -> None:
    """One file, as one would write it without further thought."""
    import duckdb as engine  # reason: Django is set up by now

    connection = engine.connect()
    connection.register("given", rows)
    connection.execute(f"COPY given TO '{path}' (FORMAT parquet)")


def duckdb(folder: Path, audiences: list[int]) -> Callable[[], list[Any]]:
    import duckdb as engine  # reason: Django is set up by now

    connection = engine.connect()
    queries = [sql(one, f"'{folder / one.table}.parquet'", audiences) for one in QUESTIONS]
    return lambda: [connection.execute(query).fetchall() for query in queries]


if __name__ == "__main__":
    main()
