"""Processes killed with SIGKILL at random moments: nothing half-written is taken for whole, the next start mends itself.

The short form, for every run of the suite. `THROUGHLINE_KILLS=100 pytest -k killed` does it as often as wanted.
"""

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from throughline.kernel.upkeep.archive import verify
from throughline.kernel.upkeep.tests.apart import Apart
from throughline.kernel.upkeep.tests.conftest import Installation
from throughline.kernel.upkeep.tests.test_backup import told

# `django_db`: the tables of the tests' own database are what installations begin with.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]
KILLS = int(os.environ.get("THROUGHLINE_KILLS", "3"))
# Changes records past their verbs, with the mark a verb leaves, and takes each change into the facts.
UPDATING = """
import pathlib, random, sys
import django; django.setup()
from django.db import transaction
from throughline.incidents.models import Incident
from throughline.kernel.measures import facts
from throughline.kernel.measures.outbox import mark
keys = list(Incident.objects.values_list("pk", flat=True))
pathlib.Path(sys.argv[1]).touch()
while True:
    chosen = random.sample(keys, 2)
    with transaction.atomic():
        Incident.objects.filter(pk__in=chosen).update(occurred_on=f"{random.randint(2019, 2024)}-03-04")
        mark("incident", chosen)
    facts.freshen()
"""
CHECKED = """
import json
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.measures import facts
from throughline.kernel.measures.models import Change
print(json.dumps([str(facts.check() or ""), str(verify_chain() or ""), Change.objects.count()]))
"""
PEOPLE = "from throughline.people.models import User\nprint(User.objects.count())"
COMMAND = "from throughline.cli.main import main\nmain()"
# A restore that dies between the commit of the rows and the moving of the facts.
DYING = """
import os, pathlib, sys
import django; django.setup()
from throughline.kernel.upkeep import finishing, restore
finishing.finish = lambda: os._exit(9)
restore.put(pathlib.Path(sys.argv[1]), restore.Wishes(replace="again" in sys.argv))
"""


def killed(process: Apart, begun: Callable[[], bool], longest: float) -> bool:
    """Wait until it is at work, kill it at a random moment within `longest` seconds; whether it still ran."""
    until = time.monotonic() + 120
    while not begun() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(random.uniform(0, longest))
    running = process.poll() is None
    process.kill()
    process.wait()
    return running


def test_a_killed_backup_leaves_nothing_that_looks_whole(original: Installation, taken: Path, tmp_path: Path) -> None:
    target, unfinished = tmp_path / "a.backup", tmp_path / ".a.backup.unfinished"
    for _turn in range(KILLS):
        killed(original.start(COMMAND, "backup", str(target), "--overwrite"), unfinished.exists, 1.5)
        if target.exists():
            verify(target)
    done = original.run("backup", str(target), "--overwrite")

    assert done.code == 0, done.said
    verify(target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]


def test_a_killed_restore_is_all_or_nothing(
    with_tables: Callable[..., Installation], original: Installation, taken: Path
) -> None:
    expected = {**told(original), "sessions": 0}
    fresh = with_tables(key_of=original)
    staged = fresh.folder / "facts.restored" / "restored.json"
    for _turn in range(KILLS):
        killed(fresh.start(COMMAND, "restore", str(taken), "--replace", "--yes"), staged.exists, 3)
        assert fresh.run("migrate").code == 0
        if fresh.ask(PEOPLE) != "0":
            assert told(fresh) == expected
        assert json.loads(fresh.ask(CHECKED))[:2] == ["", ""]
    done = fresh.run("restore", str(taken), "--replace", "--yes")
    assert done.code == 0, done.said
    assert told(fresh) == expected


def test_a_restore_killed_after_its_rows_is_finished_at_the_next_start(
    fresh: Installation, original: Installation, taken: Path
) -> None:
    expected = {**told(original), "sessions": 0}
    assert fresh.ask("print('awake')") == "awake"
    for asked_meanwhile in (False, True):
        dying = fresh.start(DYING, str(taken), *(["again"] if asked_meanwhile else []))
        assert dying.wait() == 9, dying.said
        assert (fresh.folder / "facts.restored").is_dir()
        if asked_meanwhile:
            # Right all the same, drawn from the records.
            assert json.loads(fresh.ask(CHECKED))[0] == ""
        assert fresh.run("migrate").code == 0
        assert told(fresh) == expected
        assert json.loads(fresh.ask(CHECKED))[:2] == ["", ""]
        assert not (fresh.folder / "facts.restored").exists()


def test_facts_killed_while_they_are_written_are_right_at_the_next_answer(restored: Installation) -> None:
    for turn in range(KILLS):
        begun = restored.folder / f"begun-{turn}"
        assert killed(restored.start(UPDATING, str(begun)), begun.exists, 2)
        assert json.loads(restored.ask(CHECKED)) == ["", "", 0]
