"""A disk that is full: said, nothing half-written, and everything goes on once there is room.

No disk is filled. Files: the process may write none larger than a few bytes (RLIMIT_FSIZE), and the system refuses each
write as a full disk would. The database: a trigger refuses with the code PostgreSQL has for a full disk (53100).
Backups are tried on /dev/full, in kernel/upkeep/tests/test_archive.py.
"""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from deltalake.exceptions import DeltaError
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client
from psycopg.errors import DiskFull

from throughline.incidents.models import Incident
from throughline.incidents.services import change
from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.services import hand_out, keep
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.intake.tests.sheets import bring, sheet
from throughline.kernel.measures import facts
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.models import Change
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World, make_incident

# Rows written in bulk go past Django, which would give the error its own name.
REFUSED = (OperationalError, DiskFull)
CONTENT = b"what was found\n" * 500


@contextmanager
def no_room(most: int = 64) -> Iterator[None]:
    """No file may grow beyond this many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def fill_database(table: str) -> None:
    """From now on PostgreSQL has no room for another row of this table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()")


def lying() -> list[Path]:
    return [path for path in (Path(settings.DATA) / "files").rglob("*") if path.is_file()]


def test_a_file_is_kept_whole_or_not_at_all(world: World) -> None:
    alice = world.viewer("alice")
    with no_room(), pytest.raises(OSError, match=r"too large|No space"):
        keep(alice, name="a.txt", content=CONTENT)
    assert (StoredFile.objects.count(), lying()) == (0, [])
    kept = keep(alice, name="a.txt", content=CONTENT)
    assert hand_out(alice, file=kept) == CONTENT


def test_figures_are_right_again_once_there_is_room(world: World) -> None:
    make_incident(world, state="verified")
    facts.freshen()
    make_incident(world, state="verified")
    question, sofia = Question(measure="incidents", period="2024"), world.viewer("sofia")
    with no_room(), pytest.raises(DeltaError, match=r"too large|No space"), transaction.atomic():
        facts.freshen()
    assert Change.objects.exists()
    assert ask(question, sofia).value == 2
    assert (facts.check(), Change.objects.exists()) == (None, False)


@pytest.mark.parametrize("table", ["history_entry", "incidents_incident", "incidents_personline", "measures_change"])
def test_a_database_without_room_takes_all_of_a_verb_or_nothing(world: World, table: str) -> None:
    people = [{"side": "victim", "sex": "men", "outcome": "killed"}]
    incident = make_incident(world, people=people, narrative="Before.")
    entries = Entry.objects.count()
    with transaction.atomic():
        fill_database(table)
        with pytest.raises(REFUSED, match="No space left"), transaction.atomic():
            make_incident(world, people=people)
        if table != "incidents_personline":  # nobody is in the sheet
            with pytest.raises(REFUSED, match="No space left"), transaction.atomic():
                bring(world, sheet())
        transaction.set_rollback(True)
    incident.refresh_from_db()
    assert (Incident.objects.count(), incident.narrative, Entry.objects.count()) == (1, "Before.", entries)
    assert verify_chain() is None
    change(world.viewer("alice"), incident=incident, values={"narrative": "After."})
    assert bring(world, sheet()).counts["new"] == 3


def test_the_page_says_that_it_could_not(world: World) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.user("alice"))
    fill_database("history_entry")
    given = {"jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "public-dispute", "_do": "save"}
    with transaction.atomic():
        answer = client.post("/incidents/add/", given)
        transaction.set_rollback(True)
    assert answer.status_code == 500
    assert "No space left" not in answer.content.decode()
    assert not Incident.objects.exists()
