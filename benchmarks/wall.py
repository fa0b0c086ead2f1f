"""What the second wall costs: pages of incidents with and without row-level security, in turns on the same rows.

    python benchmarks/wall.py --rows 200000

Each page is asked by a member of one police service (who reads about half of the rows), as the server answers it: session,
page, all of its queries. Medians and their ratio are printed; answers with and without the wall must be the same.
"""

import argparse
import os
import re
import tempfile
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

NUMBER = "AV-2024-000001"
PAGES = {
    "list": "/incidents/",
    "list, filtered": "/incidents/?jurisdiction=RS&occurred_on.from=2024-06-01",
    "list, words searched": "/incidents/?q=quarrel+seldom",
    "list, last pages": "/incidents/?page=50",
    "detail": f"/incidents/{NUMBER}/",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--turns", type=int, default=15)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"THROUGHLINE_DATA": folder, "THROUGHLINE_WALL": "yes", "THROUGHLINE_SECRET_KEY": "only here"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "throughline.config.settings", "THROUGHLINE_HOSTS": "testserver"}
        os.environ.pop("DATABASE_URL", None)
        import django  # reason: the data folder must be named first

        django.setup()
        from django.core.management import call_command  # reason: as above

        from throughline.kernel.access.wall import put_up

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        put_up()
        measure(fill(given.rows), given.turns, given.rows)


def fill(count: int) -> Any:
    """A few incidents entered by hand, then as many copies as wanted, of eleven years and of many audiences."""
    from django.db import connection  # reason: Django is set up by now, not before

    from throughline.incidents.models import Incident
    from throughline.kernel.access.audiences import audience_id
    from throughline.kernel.testing.worlds import make_incident, make_world

    world = make_world()
    first = make_incident(world, state="verified", occurred_on=date(2024, 7, 1))
    ours, theirs = world.organisations["police-rs"].pk, world.organisations["police-al"].pk
    readable = [audience_id([f"owner:{ours}@{world.programme.pk}", f"network:{number}"]) for number in range(150)]
    others = [audience_id([f"owner:{theirs}@{world.programme.pk}", f"network:{number}"]) for number in range(150)]
    changed = {
        "id": "gen_random_uuid()",
        "reference": "'AV-2024-' || lpad((n + 100)::text, 8, '0')",
        "audience_id": "(%s::bigint[])[1 + n %% 300]",
        "occurred_on": "date '2014-01-01' + (n * 7919 %% 3900)",
        "search_text": "'shots were fired after a quarrel ' || CASE WHEN n %% 5000 = 0 THEN 'seldom' ELSE '' END",
    }
    columns = [field.column for field in Incident._meta.concrete_fields]
    values = ", ".join(changed.get(column, f"i.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO incidents_incident ({', '.join(columns)}) SELECT {values} "
            "FROM incidents_incident i, generate_series(1, %s) n WHERE i.id = %s",
            [readable + others, count, first.pk],
        )
        cursor.execute("UPDATE incidents_incident SET reference = %s WHERE id = %s", [NUMBER, first.pk])
        cursor.execute("ANALYZE")
    return world


def measure(world: Any, turns: int, rows: int) -> None:
    """Each page with and without, in turns, so that a busy moment of the machine meets both."""
    from django.conf import settings  # reason: as above
    from django.db import connection
    from django.test import Client

    client = Client()
    client.force_login(world.user("alice"))
    took: dict[tuple[str, bool], list[float]] = {(name, wall): [] for name in PAGES for wall in (True, False)}
    for name, address in PAGES.items():
        told = {}
        for turn in range(turns + 1):
            for wall in (True, False):
                settings.THROUGHLINE_WALL = wall
                connection.close()
                connection.ensure_connection()
                begun = perf_counter()
                answer = client.get(address)
                if turn:  # the first one warms up
                    took[name, wall].append(perf_counter() - begun)
                assert answer.status_code == 200, (address, answer.status_code)
                told[wall] = re.sub(r"(csrf|nonce)\S+|value=\"\S{40,}\"", "", answer.text)
        assert told[True].count(NUMBER[:8]) == told[False].count(NUMBER[:8]), name
    print(f"{rows:,} incidents, 300 audiences, half of the rows readable; medians of {turns}")
    for name in PAGES:
        with_it, without = (median(took[name, wall]) * 1000 for wall in (True, False))
        print(f"{name:22} without {without:7.1f} ms   with {with_it:7.1f} ms   {with_it / without:.2f} times")


if __name__ == "__main__":
    main()
