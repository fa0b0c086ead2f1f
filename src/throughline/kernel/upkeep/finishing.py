"""The last step of a restore, and its mending: the facts of the backup take their place.

Rows and folders cannot be changed in one transaction. So the restored database first says that it has no facts (any
answer would then draw them anew from the records: slower, never wrong), and which waiting folder belongs to it, in the
comment of its schema. Whoever starts next and finds that folder moves it in and says which versions count again.
"""

import json
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import OperationalError, ProgrammingError

# Any number will do, as long as every process of the installation uses the same one.
LOCK = 7_311_905
A_DAY = 86_400
NOTE = "restored.json"
SAYS = "restored "
SET_ASIDE = ("measures_facttable", "measures_keptversion")


def waiting() -> Path:
    """Where the facts of a backup wait: beside the ones in use, on the same disk."""
    facts = Path(settings.FACTS)
    return facts.with_name(f"{facts.name}.restored")


def announce(number: str) -> None:
    """Part of the restoring transaction: set the fact tables' rows aside and say whose facts wait."""
    with connection.cursor() as cursor:
        for table in SET_ASIDE:
            cursor.execute(f"CREATE TABLE {table}_restored AS TABLE {table}")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  reason: one of the two above
        say(cursor, f"{SAYS}{number}")


def say(cursor: Any, words: str) -> None:
    cursor.execute("COMMENT ON SCHEMA public IS %s", [words])


def announced() -> str:
    """The number of the restore that is not finished yet; '' if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")
        words = str(cursor.fetchone()[0] or "")
    return words.removeprefix(SAYS) if words.startswith(SAYS) else ""


def finish() -> bool:
    """Move the waiting facts in, if they are those of this database; whether there was anything to do.

    Order, under a lock and in one transaction: facts in use aside; waiting ones into place; the rows that say which
    versions count; then the old ones go. Killed anywhere, it is done again and comes to the same.
    """
    come, facts = waiting(), Path(settings.FACTS)
    aside = facts.with_name(f"{facts.name}.replaced")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        number = announced()
        if not number:
            forget_old(come)
            return False
        ours = noted(come) == number
        if ours and (come / "tables").is_dir():
            if facts.exists():
                shutil.rmtree(aside, ignore_errors=True)
                facts.rename(aside)
            (come / "tables").rename(facts)
        put_rows(cursor, ours=ours)
        say(cursor, "standard public schema")
    shutil.rmtree(come, ignore_errors=True)
    shutil.rmtree(aside, ignore_errors=True)
    return True


def put_rows(cursor: Any, *, ours: bool) -> None:
    """The rows that were set aside, if the facts they speak of are there; else facts are drawn anew."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM measures_facttable)")
    asked_meanwhile = cursor.fetchone()[0]
    for table in SET_ASIDE:
        if ours:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  reason: ours
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {table}_restored")  # noqa: S608  reason: ours
        cursor.execute(f"DROP TABLE {table}_restored")
    # A new life: what a process still remembers of these tables from before is not about these files.
    cursor.execute("UPDATE measures_facttable SET life = gen_random_uuid()")
    if ours and asked_meanwhile:
        # An answer took changes out of the outbox that the restored facts have not seen.
        cursor.execute("UPDATE measures_facttable SET shape = ''")


def forget_old(come: Path) -> None:
    """A restore that was killed before it changed anything leaves its folder; one that runs now has a young one."""
    if come.exists() and time.time() - come.stat().st_mtime > A_DAY:
        shutil.rmtree(come, ignore_errors=True)


def noted(folder: Path) -> str:
    try:
        return str(json.loads((folder / NOTE).read_text())["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def mend() -> bool:
    """What a killed restore left, put right at the next start. A database that is not set up has nothing to mend."""
    try:
        return finish()
    except (ProgrammingError, OperationalError):
        return False
