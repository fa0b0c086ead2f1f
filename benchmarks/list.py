"""The list of incidents: how much longer its pages take at a million rows than at ten thousand, and in how many queries.

    python benchmarks/list.py --rows 1000000

Two databases on one server hold the same kind of incidents, ten thousand and as many as asked, with people, of sixty
audiences of which the reader stands in half. Each page is asked in turns of the one and the other, as the server
answers it: session, page, all of its queries. Printed are medians, their ratio and the number of queries.
"""

import argparse
import os
import tempfile
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

FEW = 10_000
READER = "alice@example.org"
GOAL = 2.0
PAGES = {
    "the newest": "/incidents/",
    "of one jurisdiction since a day": "/incidents/?jurisdiction=RS&occurred_on.from=2024-06-01",
    "of one type in one year": "/incidents/?kind=domestic-violence&occurred_on=2021",
    "type, jurisdiction and setting": "/incidents/?kind=public-dispute&jurisdiction=ME&setting=rural",
    "waiting to be checked": "/incidents/?state=sent",
    "of a place": "/incidents/?place=town+117",
    "of a region": "/incidents/?region=region+41",
    "with at least three killed": "/incidents/?killed.min=3",
    "a word that stands in all": "/incidents/?q=quarrel",
    "a word that stands in one of twenty": "/incidents/?q=market",
    "two words, seldom together": "/incidents/?q=market+seldom",
    "a rare word": "/incidents/?q=seldom",
    "a word that stands in none": "/incidents/?q=nowhere",
    "the beginning of a word and a filter": "/incidents/?q=mark&jurisdiction=AL",
    "a reference": "/incidents/?q=AV-2021-001234",
    "in a part of the map": "/incidents/?bbox=20.1,43.1,20.2,43.2",
    "by place": "/incidents/?sort=place",
    "by type, the other way": "/incidents/?sort=-kind",
    "by jurisdiction": "/incidents/?sort=jurisdiction",
    "by reference": "/incidents/?sort=reference",
    "when changed": "/incidents/?sort=-changed_at",
}
FILL = """
    INSERT INTO incidents_incident ({columns})
    SELECT {values} FROM incidents_incident i, LATERAL (
        SELECT n, hashint8(n) & 2147483647 AS h, hashint8(n + 10000000) & 2147483647 AS g
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
    ) s WHERE i.id = %(model)s
"""
DAY = "date '2014-01-01' + (s.h %% 4000)"
CHANGED = {
    "id": "uuidv7()",
    "reference": f"'AV-' || extract(year FROM {DAY}) || '-' || lpad(s.n::text, 7, '0')",
    "audience_id": "(%(audiences)s::bigint[])[1 + s.g %% 60]",
    "occurred_on": DAY,
    "jurisdiction_id": "(%(jurisdictions)s::uuid[])[1 + s.h / 7 %% 7]",
    "kind_id": "(%(kinds)s::uuid[])[1 + s.g / 11 %% array_length(%(kinds)s::uuid[], 1)]",
    "place": "'town ' || s.h / 3 %% 400",
    "region": "'region ' || s.h / 5 %% 60",
    "setting": "(ARRAY['urban', 'urban', 'rural', 'not-reported'])[1 + s.g / 13 %% 4]",
    "state": "CASE WHEN s.g %% 40 = 0 THEN 'sent' ELSE 'verified' END",
    "latitude": "40 + (s.h %% 60000) / 10000.0",
    "longitude": "16 + (s.g %% 120000) / 10000.0",
    "created_at": "timestamptz '2024-01-01' + s.n * interval '10 seconds'",
    "changed_at": "timestamptz '2024-01-01' + s.n * interval '10 seconds'",
    "external_key": "'case ' || s.n",
    "search_text": f"""'av-' || extract(year FROM {DAY}) || '-' || lpad(s.n::text, 7, '0')
        || ' shots were fired after a quarrel of ' || (s.h %% 977) || ' and ' || (s.g %% 9973)
        || CASE WHEN s.h %% 20 = 0 THEN ' at the market' ELSE '' END
        || CASE WHEN s.g %% 2500 = 0 THEN ' seldom' ELSE '' END""",
}
PEOPLE = """
    INSERT INTO incidents_personline (id, incident_id, side, role, sex, outcome)
    SELECT uuidv7(), i.id, 'victim', '', 'men', CASE WHEN hashtext(i.reference || one) %% 12 = 0 THEN 'killed' ELSE 'injured' END
    FROM incidents_incident i, LATERAL (SELECT hashtext(i.reference) & 2147483647 AS h) s,
        generate_series(1, (ARRAY[0, 1, 1, 1, 1, 2, 2, 4])[1 + h %% 8]) one
    WHERE NOT EXISTS (SELECT FROM incidents_personline p WHERE p.incident_id = i.id)
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--turns", type=int, default=11)
    options.add_argument("--plans", action="store_true", help="show the slowest query of each page over the goal")
    options.add_argument("--folder", help="keep the databases there, and use those that are there already")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-benchmark-", ignore_cleanup_errors=True) as folder:
        os.environ |= {
            "THROUGHLINE_DATA": given.folder or folder,
            "DJANGO_SETTINGS_MODULE": "throughline.config.settings",
        }
        os.environ |= {"THROUGHLINE_SECRET_KEY": "only here", "THROUGHLINE_HOSTS": "testserver"}
        os.environ.pop("DATABASE_URL", None)
        import django  # reason: the data folder must be named first

        django.setup()
        from django.core.management import call_command  # reason: as above

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        measure(prepared(given.rows), given.turns, given.rows, plans=given.plans)


def prepared(many: int) -> dict[str, tuple[str, Any]]:
    """Two databases, the second begun as a copy of the first, each with a browser signed in to it."""
    from django.db import connection  # reason: Django is set up by now, not before

    from throughline.kernel.testing.worlds import make_incident, make_world
    from throughline.people.models import User

    name = connection.settings_dict["NAME"]
    if User.objects.filter(email=READER).exists():
        return {"few": (name, signed_in()), "many": ("many", signed_in("many"))}
    world = make_world()
    model = make_incident(world, state="verified", occurred_on=date(2024, 7, 1))
    fill(world, model, 1, FEW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    use("template1")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE many TEMPLATE {connection.ops.quote_name(name)}")
    use("many")
    for first in range(FEW + 1, many + 1, 100_000):
        fill(world, model, first, min(first + 99_999, many))
        print(f"  {min(first + 99_999, many):,} of {many:,} made", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"few": (name, signed_in(name)), "many": ("many", signed_in("many"))}


def signed_in(database: str = "") -> Any:
    """A browser in which the reader is signed in to this database."""
    from django.test import Client  # reason: as above

    from throughline.people.models import User

    if database:
        use(database)
    client = Client()
    client.force_login(User.objects.get(email=READER))
    return client


def use(name: str) -> None:
    from django.db import connection  # reason: as above

    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def fill(world: Any, model: Any, first: int, last: int) -> None:
    """Incidents number `first` to `last`, with their people."""
    from django.db import connection  # reason: as above

    from throughline.incidents.models import Incident
    from throughline.kernel.access.audiences import audience_id
    from throughline.reference.models import Jurisdiction, Term

    programme = world.programme.pk
    owners = [world.organisations[code].pk for code in ("police-rs", "police-al")]
    audiences = [audience_id([f"owner:{owners[number % 2]}@{programme}", f"network:{number}"]) for number in range(60)]
    columns = [field.column for field in Incident._meta.concrete_fields]
    values = ", ".join(CHANGED.get(column, f"i.{column}") for column in columns)
    told = {
        "first": first,
        "last": last,
        "model": model.pk,
        "audiences": audiences,
        "jurisdictions": list(Jurisdiction.objects.order_by("code").values_list("pk", flat=True)),
        "kinds": list(
            Term.objects.filter(taxonomy__code="incident-type").order_by("code").values_list("pk", flat=True)
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # keys are right by making: no need to look each up
        cursor.execute(FILL.format(columns=", ".join(columns), values=values), told)
        cursor.execute(PEOPLE, {"": ""})
        cursor.execute("RESET session_replication_role")


def measure(databases: dict[str, tuple[str, Any]], turns: int, rows: int, *, plans: bool) -> None:
    """Each page of the one and of the other, in turns, so that a busy moment of the machine meets both."""
    from django.db import connection  # reason: as above
    from django.test.utils import CaptureQueriesContext

    print(f"\n{rows:,} incidents beside {FEW:,}; medians of {turns}\n")
    print(f"| {'page':40} | {FEW:>8,} | {rows:>9,} | ratio | queries |")
    over = []
    for name, address in PAGES.items():
        took: dict[str, list[float]] = {which: [] for which in databases}
        asked: dict[str, int] = {}
        slowest = ""
        for turn in range(turns + 1):
            for which, (database, client) in databases.items():
                use(database)
                if turn == 0:  # the first one warms up, the second is looked at
                    client.get(address)
                    with CaptureQueriesContext(connection) as seen:
                        answer = client.get(address)
                    asked[which] = len(seen)
                    slowest = max(seen.captured_queries, key=lambda one: float(one["time"]))["sql"]
                    assert answer.status_code == 200, (address, answer.status_code)
                    continue
                begun = perf_counter()
                client.get(address)
                took[which].append(perf_counter() - begun)
        few, many = (median(took[which]) * 1000 for which in databases)
        counts = str(asked["few"]) if asked["few"] == asked["many"] else f"{asked['few']} / {asked['many']}"
        print(f"| {name:40} | {few:5.0f} ms | {many:6.0f} ms | {many / few:5.2f} | {counts:>7} |", flush=True)
        if many / few > GOAL:
            over.append((name, slowest))
    for name, query in over if plans else ():
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}")
            print(f"\n{name}\n{query}\n" + "\n".join(row[0] for row in cursor.fetchall()))


if __name__ == "__main__":
    main()
