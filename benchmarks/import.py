"""How fast a file comes in: ours beside django-import-export and bare COPY, on the same rows in the same database.

    python benchmarks/import.py --rows 250000 [--slow-rows 25000] [--out ratios.json]

Makes the file deterministically, sets up a database of its own in a temporary folder (the bundled
PostgreSQL), and runs each way in a process of its own, so that peak memory is that way's alone. Every
row is one incident with a person and a weapon in packed cells. Ours judges, writes lines, references,
audiences, steps, history and marks the facts; the others write incidents only.
"""

import argparse
import atexit
import csv
import io
import json
import os
import random
import resource as machine
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HEAD = (
    "case", "date", "jurisdiction", "type", "place", "latitude", "longitude", "urban or rural", "possession of the weapon",
    "narrative", "people: side", "people: sex", "people: outcome", "weapons: weapon",
)  # fmt: skip
WAYS = ("ours", "ours-flat", "import-export", "import-export-bulk", "copy")
SLOW = ("import-export", "import-export-bulk")
JURISDICTIONS = ("AL", "BA", "XK", "MD", "ME", "MK", "RS")
KINDS = ("public-dispute", "domestic-violence", "undetermined-shooting", "armed-robbery", "celebratory-shooting")
PLACES = ("Niš", "Čačak", "Скопје", "Tiranë", "Podgorica", "Peć", "Bihać", "Chişinău", "Šabac", "Durrës")


def rows(count: int) -> Iterator[list[Any]]:
    """The same rows every time."""
    draw = random.Random(2024)
    first = date(2022, 1, 1)
    for number in range(count):
        yield [
            f"CASE-{number:07d}",
            (first + timedelta(days=draw.randrange(820))).isoformat(),
            draw.choice(JURISDICTIONS),
            draw.choice(KINDS),
            draw.choice(PLACES),
            round(39.6 + draw.random() * 6, 6),
            round(15.7 + draw.random() * 13, 6),
            draw.choice(("urban", "rural")),
            draw.choice(("legal", "illegal", "not reported")),
            f"Shots were fired after a quarrel; case {number} of the register.",
            "victim",
            draw.choice(("M", "F")),
            draw.choice(("killed", "injured", "threatened")),
            draw.choice(("handgun", "rifle-shotgun", "explosive")),
        ]


def content(count: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(rows(count))
    return text.getvalue().encode()


def prepare() -> Any:
    """A migrated database with the small world of the tests."""
    import django

    django.setup()
    from django.core.management import call_command

    from throughline.kernel.testing.worlds import make_world

    call_command("migrate", verbosity=0)
    return make_world()


def ours(count: int, *, lines: bool = True) -> float:
    """Read, suggest and apply, as the command line does."""
    from throughline.kernel.intake.runs import bring_in
    from throughline.people.models import User
    from throughline.people.queries import viewer_for

    file = content(count)
    actor = viewer_for(User.objects.get(email="sofia@example.org"))
    flat = [] if lines else [f"column:{name}=" for name in HEAD if ":" in name]
    started = time.perf_counter()
    run = bring_in(
        actor, noun="incident", content=file, name="benchmark.csv", settings=["column:case=external_key", *flat]
    )
    taken = time.perf_counter() - started
    if run.batch is None or run.batch.counts["new"] != count:
        message = f"not all rows came in: {run.preview.counts}"
        raise RuntimeError(message)
    return taken


def with_import_export(count: int, *, bulk: bool) -> float:
    """django-import-export on the incident table alone, with the same columns."""
    import tablib
    from import_export import fields, resources, widgets

    from throughline.incidents.models import Incident
    from throughline.kernel.access.audiences import audience_id
    from throughline.people.models import User
    from throughline.reference.models import Jurisdiction, Programme, Term

    programme, author = Programme.objects.get(), User.objects.get(email="sofia@example.org")
    audience = audience_id(["any"])

    class IncidentResource(resources.ModelResource):
        external_key = fields.Field("external_key", "case")
        occurred_on = fields.Field("occurred_on", "date", widgets.DateWidget())
        jurisdiction = fields.Field("jurisdiction", "jurisdiction", widgets.ForeignKeyWidget(Jurisdiction, "code"))
        kind = fields.Field("kind", "type", widgets.ForeignKeyWidget(Term, "code"))
        place = fields.Field("place", "place")
        latitude = fields.Field("latitude", "latitude", widgets.FloatWidget())
        longitude = fields.Field("longitude", "longitude", widgets.FloatWidget())
        narrative = fields.Field("narrative", "narrative")

        class Meta:
            model = Incident
            import_id_fields = ("external_key",)
            fields = (
                "external_key",
                "occurred_on",
                "jurisdiction",
                "kind",
                "place",
                "latitude",
                "longitude",
                "narrative",
            )
            use_bulk = bulk
            batch_size = 1000
            skip_diff = bulk
            force_init_instance = bulk

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.reference = f"IE-{instance.external_key}"
            instance.programme, instance.owner_id = programme, programme.secretariat_id
            instance.created_by = instance.changed_by = author
            instance.audience_id = audience

    data = tablib.Dataset(headers=HEAD)
    data.extend(rows(count))
    started = time.perf_counter()
    outcome = IncidentResource().import_data(data, raise_errors=True, use_transactions=True)
    taken = time.perf_counter() - started
    if outcome.totals["new"] != count:
        raise RuntimeError(str(outcome.totals))
    return taken


def _default(one: Any) -> Any:
    """What an empty field holds: '' where the column takes no null."""
    if one.has_default():
        return None if callable(one.default) else one.get_default()
    return None if one.null else ""


def bare_copy(count: int) -> float:
    """COPY of prepared rows into the incident table: no judging, no lines, no history."""
    from django.db import connection, transaction
    from django.utils import timezone

    from throughline.incidents.models import Incident
    from throughline.kernel.access.audiences import audience_id
    from throughline.kernel.ids import new_id
    from throughline.people.models import User
    from throughline.reference.models import Jurisdiction, Programme, Term

    programme, author, now = Programme.objects.get(), User.objects.get(email="sofia@example.org").pk, timezone.now()
    places = dict(Jurisdiction.objects.values_list("code", "pk"))
    kinds = dict(Term.objects.values_list("code", "pk"))
    base = {one.column: _default(one) for one in Incident._meta.concrete_fields}
    base |= {
        "programme_id": programme.pk, "owner_id": programme.secretariat_id, "audience_id": audience_id(["any"]),
        "created_at": now, "changed_at": now, "created_by_id": author, "changed_by_id": author, "version": 1, "state": "sent",
    }  # fmt: skip
    ready = [
        {**base, "id": new_id(), "reference": f"C-{row[0]}", "external_key": row[0], "occurred_on": date.fromisoformat(row[1]),
         "jurisdiction_id": places[row[2]], "kind_id": kinds[row[3]], "place": row[4], "latitude": row[5], "longitude": row[6], "narrative": row[9]}
        for row in rows(count)
    ]  # fmt: skip
    started = time.perf_counter()
    names = ", ".join(f'"{name}"' for name in base)
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(f"COPY incidents_incident ({names}) FROM STDIN") as out,
    ):
        for row in ready:
            out.write_row([row[name] for name in base])
    return time.perf_counter() - started


def run(way: str, count: int) -> dict[str, Any]:
    """One way in this process: seconds, rows a second, the most memory it held."""
    import django

    django.setup()
    before = machine.getrusage(machine.RUSAGE_SELF).ru_maxrss
    work = {
        "ours": lambda: ours(count),
        "ours-flat": lambda: ours(count, lines=False),
        "import-export": lambda: with_import_export(count, bulk=False),
        "import-export-bulk": lambda: with_import_export(count, bulk=True),
        "copy": lambda: bare_copy(count),
    }
    taken = work[way]()
    peak = machine.getrusage(machine.RUSAGE_SELF).ru_maxrss
    return {
        "way": way,
        "rows": count,
        "seconds": round(taken, 2),
        "rows_a_second": round(count / taken),
        "peak_mb": peak // 1024,
        "base_mb": before // 1024,
    }


def clear() -> None:
    """An empty table for the next way."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE incidents_incident, flow_step, measures_change CASCADE")


def measure(way: str, count: int) -> dict[str, Any]:
    """In a process of its own."""
    command = [sys.executable, __file__, "--one", way, "--rows", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(found: list[dict[str, Any]]) -> None:
    slow = next((one["rows_a_second"] for one in found if one["way"] == "import-export"), None)
    copy = next((one["rows_a_second"] for one in found if one["way"] == "copy"), None)
    print(
        f"{'way':<20} {'rows':>8} {'seconds':>8} {'rows/s':>8} {'peak MB':>8}  {'x import-export':>16} {'of COPY':>8}"
    )
    for one in found:
        times = f"{one['rows_a_second'] / slow:.1f}" if slow else "-"
        share = f"{one['rows_a_second'] / copy:.2f}" if copy else "-"
        print(
            f"{one['way']:<20} {one['rows']:>8,} {one['seconds']:>8} {one['rows_a_second']:>8,} {one['peak_mb']:>8}  {times:>16} {share:>8}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=250_000)
    parser.add_argument("--slow-rows", type=int, default=25_000, help="rows for django-import-export")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")
    if given.one:
        print(json.dumps(run(given.one, given.rows)))
        return
    folder = tempfile.mkdtemp()
    # Registered before the database starts, so that it is done after the database has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["THROUGHLINE_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)
    prepare()
    found = []
    for way in given.ways:
        clear()
        count = min(given.slow_rows, given.rows) if way in SLOW else given.rows
        found.append(measure(way, count))
        print(found[-1], file=sys.stderr)
    report(found)
    if given.out:
        given.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
