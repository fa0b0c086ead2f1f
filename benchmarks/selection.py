"""Selecting by the rule while a person waits: 5,000 nominations for 200 activities with quotas, decided in one go.

    python benchmarks/selection.py

The same decisions are made three ways, in turns: by the verb (locks, rule, states, a reasoned step and a line of history
for each nomination, figures marked, messages); by bare statements (read, the same rule, write states and steps, nothing
else); and by the rule alone on plain values. All three must choose alike.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

CODES = ("RS", "AL", "ME", "MK")
QUOTAS = {"RS": 5, "AL": 5, "ME": 5}
CAPACITY = 20


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--activities", type=int, default=200)
    options.add_argument("--each", type=int, default=25, help="nominations for each activity")
    options.add_argument("--turns", type=int, default=5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-", ignore_cleanup_errors=True) as folder:
        os.environ["THROUGHLINE_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
        import django  # reason: the data folder must be named first

        django.setup()
        from django.core.management import call_command  # reason: as above

        call_command("migrate", verbosity=0)
        measure(given.activities, given.each, given.turns)


def measure(activities: int, each: int, turns: int) -> None:
    """Each way in turn, so that a busy moment of the machine meets them all."""
    world, keys = made(activities, each)
    ways: dict[str, Callable[[], int]] = {
        "the verb": lambda: by_verb(world, keys),
        "bare statements": bare,
        "the rule alone": rule_alone(),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    counts = set()
    for _turn in range(turns):
        for name, way in ways.items():
            begin_anew()
            begun = time.perf_counter()
            counts.add(way())
            took[name].append(time.perf_counter() - begun)
    middle = {name: statistics.median(times) for name, times in took.items()}
    print(f"{activities * each:,} nominations for {activities} activities; all ways select {counts}")
    for name, seconds in middle.items():
        print(f"{name:16} {seconds:7.3f} s   (of {turns}: {min(took[name]):.3f} to {max(took[name]):.3f})")
    print(f"the verb takes {middle['the verb'] / middle['bare statements']:.1f} times the bare statements")


def by_verb(world: Any, keys: list[Any]) -> int:
    from throughline.training.models import Activity  # reason: Django is set up by now, not before
    from throughline.training.services import selecting

    chosen = selecting.select_by_rule(world.viewer("sofia"), activities=list(Activity.objects.filter(pk__in=keys)))
    return sum(len(one.selected) for one in chosen.values())


def bare() -> int:
    """What nobody can do without: read, decide, write the states and a step for each."""
    from django.db import connection, transaction  # reason: as above

    with transaction.atomic(), connection.cursor() as cursor:
        decided = decisions(*read(cursor))
        cursor.execute(
            "UPDATE training_place p SET state = v.state FROM unnest(%s::uuid[], %s::text[]) v(id, state) WHERE p.id = v.id",
            [list(decided), list(decided.values())],
        )
        cursor.execute(
            "INSERT INTO training_placestep (id, place_id, source, target, reason, at) "
            "SELECT gen_random_uuid(), v.id, 'nominated', v.state, 'By the rule.', now() "
            "FROM unnest(%s::uuid[], %s::text[]) v(id, state)",
            [list(decided), list(decided.values())],
        )
    return list(decided.values()).count("selected")


def rule_alone() -> Callable[[], int]:
    """The same values, read beforehand."""
    from django.db import connection  # reason: as above

    with connection.cursor() as cursor:
        values = read(cursor)
    return lambda: list(decisions(*values).values()).count("selected")


def read(cursor: Any) -> tuple[list[Any], list[Any]]:
    cursor.execute("SELECT activity_id, id, jurisdiction_id, places FROM training_quota")
    quotas = cursor.fetchall()
    cursor.execute(
        "SELECT activity_id, id, jurisdiction_id, score, \"order\" FROM training_place WHERE state = 'nominated'"
    )
    return quotas, cursor.fetchall()


def decisions(quotas: list[Any], places: list[Any]) -> dict[Any, str]:
    """Who is selected and who waits, by `training.waiting` and nothing else."""
    from throughline.training import waiting  # reason: as above

    by_activity: dict[Any, tuple[list[Any], list[Any]]] = {}
    for activity, key, where, many in quotas:
        by_activity.setdefault(activity, ([], []))[0].append(waiting.Quota(key, many, frozenset({where})))
    for activity, key, where, score, order in places:
        kept, nominated = by_activity[activity]
        nominated.append(waiting.Candidate(key, waiting.pool_of(where, kept), float(score), order))
    found: dict[Any, str] = {}
    for kept, nominated in by_activity.values():
        chosen = waiting.choose(waiting.rooms(CAPACITY, kept, {}, released=False), nominated)
        found |= {one.key: "selected" for one in chosen.selected} | {one.key: "waiting" for one in chosen.waiting}
    return found


def begin_anew() -> None:
    """Nobody is decided on yet; the tables are as small as at first."""
    from django.db import connection  # reason: as above

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE training_placestep")
        cursor.execute("UPDATE training_place SET state = 'nominated', waiting_since = NULL")
        cursor.execute("VACUUM ANALYZE training_place")


def made(activities: int, each: int) -> tuple[Any, list[Any]]:
    """Activities with quotas and their nominations, as rows: making them is not what is measured."""
    from throughline.kernel.access.audiences import audience_for  # reason: as above
    from throughline.kernel.testing.training import make_activity, make_person
    from throughline.kernel.testing.worlds import make_world
    from throughline.training.models import Person, Place

    world = make_world()
    lines = {"quotas": [{"jurisdiction": world.jurisdictions[code], "places": many} for code, many in QUOTAS.items()]}
    there = [make_activity(world, capacity=CAPACITY, title=f"Course {n}", lines=lines) for n in range(activities)]
    model = make_person(world)
    people = [
        Person(
            reference=f"TP-0000-{number:06d}", name=f"Participant {number}", sex="women", sector="police",
            programme=model.programme, owner=model.owner, handling=model.handling, audience_id=audience_for(model),
            jurisdiction=world.jurisdictions[CODES[number % len(CODES)]], created_by=model.created_by,
            changed_by=model.created_by, state=model.state, private=False,
        )
        for number in range(each)
    ]  # fmt: skip
    Person.objects.bulk_create(people)
    Place.objects.bulk_create(
        [
            Place(
                activity=one, person=person, organisation=model.owner, jurisdiction=person.jurisdiction,
                state="nominated", order=number, score=(number * 7) % 100, nominated_by=world.user("alice"),
            )
            for one in there for number, person in enumerate(people, start=1)
        ],
        batch_size=1_000,
    )  # fmt: skip
    return world, [one.pk for one in there]


if __name__ == "__main__":
    main()
