"""A process killed with SIGKILL at random moments, while it brings in files and makes releases, facts and all.

It works for a real program beside us, on the database of the tests, and is really killed. What must hold after: each file
is in as a whole or not at all, with its history; each release has all its files; figures equal the records; the next one
works. `THROUGHLINE_KILLS=50 pytest tests/hostile/test_killed.py` does it as often as wanted. Backups and restores are
killed in kernel/upkeep/tests/test_killed.py.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from throughline.incidents.models import Incident, PersonLine
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.intake.models import Batch
from throughline.kernel.intake.tests.sheets import bring, sheet
from throughline.kernel.measures import facts
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.kernel.reporting.models import Report
from throughline.kernel.testing.worlds import World
from throughline.publications import services
from throughline.publications.models import Release
from throughline.publications.tests.making import BRIEF, build, incidents, signed

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("THROUGHLINE_KILLS", "1"))
ROWS = 40
LONGEST = 120
# What the process beside us does until it is killed: files brought in, each followed by a figure; or releases.
BEGIN = """
import pathlib, sys
import django; django.setup()
from django.db import connection
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.reference.models import Programme
viewer = lambda name: viewer_for(User.objects.get(email=f"{name}@example.org"))
begun, turn = pathlib.Path(sys.argv[1]), sys.argv[2]
"""
IMPORTING = """
from throughline.kernel.intake.runs import bring_in
from throughline.kernel.measures import facts
for number in range(10_000):
    rows = "".join(f"{turn}-{number}-{row},2024-03-05,RS,public-dispute,here,2\\n" for row in range(ROWS))
    bring_in(viewer("sofia"), noun="incident", content=("key,date,jurisdiction,type,place,killed\\n" + rows).encode(), name="k.csv",
             programme="AVM", settings=["column:key=external_key", "count:killed=people:side=victim,outcome=killed", "arrival=verified", "reason=checked"])
    begun.touch()
    facts.freshen()
"""
RELEASING = """
from throughline.kernel.flow.services import advance
from throughline.kernel.reporting import services as reporting
from throughline.publications import services
from throughline.publications.tests.making import BRIEF
programme = Programme.objects.get(code="AVM")
for number in range(10_000):
    report = reporting.build(viewer("anna"), programme=programme, template=BRIEF.id, period="2024-Q1", scope="SEE-7")
    advance(viewer("anna"), record=report, transition="send")
    advance(viewer("sofia"), record=report, transition="sign", comment="Checked.")
    begun.touch()
    services.release(viewer("simon"), report=report)
"""


def address() -> str:
    """The database of the tests, for another process."""
    given = connection.settings_dict
    user = quote(given["USER"] or "postgres")
    secret = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    if str(given["HOST"]).startswith("/"):
        return f"postgresql://{user}{secret}@/{given['NAME']}?host={quote(str(given['HOST']))}"
    return f"postgresql://{user}{secret}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


def killed_at_work(code: str, begun: Path, turn: str) -> None:
    """Start it, wait until the first is done, kill it at a random moment of those after."""
    environment = {
        **os.environ,
        "DATABASE_URL": address(),
        "THROUGHLINE_DATA": str(settings.DATA),
        "DJANGO_SETTINGS_MODULE": "throughline.config.settings",
    }
    environment.pop("THROUGHLINE_TESTS", None)
    command = [sys.executable, "-W", "ignore", "-c", BEGIN + code.replace("ROWS", str(ROWS)), str(begun), turn]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + LONGEST
    while not begun.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 1))
    running = process.poll() is None
    process.kill()
    _out, said = process.communicate()
    assert running, said
    wait_for_the_server()


def wait_for_the_server() -> None:
    """PostgreSQL notices that its client is gone when it next speaks to it; what it held is free then."""
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with connection.cursor() as cursor:
        for _turn in range(500):
            cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_in_as_a_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    for turn in range(KILLS):
        killed_at_work(IMPORTING, tmp_path / f"begun-{turn}", str(turn))
        batches = Batch.objects.count()
        assert batches > turn
        assert Counter(Incident.objects.values_list("batch", flat=True)) == dict.fromkeys(
            Batch.objects.values_list("pk", flat=True), ROWS
        )
        assert PersonLine.objects.count() == 2 * ROWS * batches
        assert Entry.objects.filter(noun="incident").count() == ROWS * batches
        assert Incident.objects.values("reference").distinct().count() == ROWS * batches
        assert verify_chain() is None
        assert ask(Question(measure="incidents", period="2024"), world.viewer("sofia")).value == ROWS * batches
        assert facts.check() is None
    assert bring(world, sheet()).counts["new"] == 3


@pytest.mark.django_db(transaction=True)
def test_a_killed_release_is_whole_or_was_never_made(world: World, tmp_path: Path) -> None:
    incidents(world)
    facts.freshen()
    for turn in range(KILLS):
        killed_at_work(RELEASING, tmp_path / f"begun-{turn}", str(turn))
        released = Release.objects.count()
        assert {one.state for one in Report.objects.all()} <= {"draft", "sent", "signed", "released"}
        assert Report.objects.filter(state="released").count() == released
        for one in Release.objects.all():
            files = {file.format: file for file in one.files.all()}
            assert set(files) == {"docx", "pptx", "pdf", "xlsx", "html"}
            assert all(hashlib.sha256(bytes(file.content)).hexdigest() == file.sha256 for file in files.values())
        assert Entry.objects.filter(verb="release.release").count() == released
        assert (verify_chain(), facts.check()) == (None, None)
    # What was signed and not released is released now, by the next one who asks for it.
    left = Report.objects.filter(state="signed").order_by("pk").last() or signed(world)
    made = services.release(world.viewer("simon"), report=left)
    assert (made.files.count(), BRIEF.id, build(world).state) == (5, made.document.template, "draft")
