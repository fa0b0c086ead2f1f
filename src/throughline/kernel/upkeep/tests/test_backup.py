"""Backing up and restoring real installations, each with a PostgreSQL of its own."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from throughline.kernel.upkeep.tests.conftest import Install, Installation

# `django_db`: the tables of the tests' own database are what installations begin with.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]
# What must come back: counts, a file's content, a figure of now and one as of a kept version, texts that look like SQL.
TOLD = """
import json
from throughline.incidents.models import Incident
from throughline.kernel.files.models import StoredFile
from throughline.kernel.measures import facts, registry, tables
from throughline.kernel.measures.models import FactTable, KeptVersion
from throughline.people.models import User
from django.contrib.sessions.models import Session
versions = facts.freshen()
fact = registry.facts["incident"]
kept = KeptVersion.objects.get()
then = tables.Version("incident", versions["incident"].life, kept.version)
print(json.dumps({
    "people": User.objects.count(),
    "incidents": sorted(Incident.objects.values_list("reference", "narrative")),
    "files": sorted((one.name, one.read().decode()) for one in StoredFile.objects.all()),
    "now": tables.read(versions["incident"], fact).height,
    "then": tables.read(then, fact).height,
    "sessions": Session.objects.count(),
}))
"""


def told(installation: Installation) -> dict[str, object]:
    found: dict[str, object] = json.loads(installation.ask(TOLD))
    return found


@pytest.fixture(scope="module")
def expected(original: Installation, taken: Path) -> dict[str, object]:
    return told(original)


def manifest_of(file: Path) -> dict[str, object]:
    with zipfile.ZipFile(file) as archive:
        made: dict[str, object] = json.loads(archive.read("manifest.json"))
        return made


def test_a_backup_comes_back_whole(
    original: Installation, restored: Installation, taken: Path, expected: dict[str, object]
) -> None:
    assert (len(expected["incidents"]), expected["now"], expected["then"], expected["sessions"]) == (9, 9, 5, 1)
    # Nobody's session comes back: whoever held the backup held none.
    assert told(restored) == {**expected, "sessions": 0}
    assert restored.run("verify").code == 0
    folder = restored.folder
    assert (folder / "report-templates" / "own.typ").read_text() == "= Ours"
    assert sorted(path.name for path in folder.iterdir() if "restor" in path.name or "replac" in path.name) == []

    again = restored.run("restore", str(taken))
    assert (again.code, "holds accounts or records" in again.said) == (3, True)
    replaced = restored.run("restore", str(taken), "--replace", "--yes")
    assert replaced.code == 0, replaced.said
    assert told(restored) == {**expected, "sessions": 0}


def test_onto_an_own_server_and_back(
    original: Installation, taken: Path, expected: dict[str, object], install: Install, tmp_path: Path
) -> None:
    """From the bundled database to one with an address, a name, a user and a password of its own, and back."""
    where = original.ask(
        "from django.db import connection\nc = connection.cursor()\n"
        "c.execute(\"CREATE ROLE tl LOGIN PASSWORD 'geheim'\")\nc.execute('CREATE DATABASE throughline OWNER tl')\n"
        "print(connection.settings_dict['HOST'])"
    )
    own = install(key_of=original, database=f"postgresql://tl:geheim@/throughline?host={where}")
    done = own.run("restore", str(taken))
    assert (done.code, "GRANT throughline_viewer TO" in done.said) == (1, True), done.said
    original.ask(
        "from django.db import connection\nconnection.cursor().execute('GRANT throughline_viewer TO tl')\nconnection.close()"
    )
    done = own.run("restore", str(taken))
    assert (done.code, "geheim" in done.said) == (0, False), done.said
    assert told(own) == {**expected, "sessions": 0}
    done = own.run("backup", str(tmp_path / "own.backup"))
    assert done.code == 0, done.said
    assert not (own.folder / "postgresql").exists()
    own.end()

    back = install(key_of=original)
    done = back.run("restore", str(tmp_path / "own.backup"))
    assert done.code == 0, done.said
    assert told(back) == {**expected, "sessions": 0}
    assert back.run("verify").code == 0


def test_the_key_is_left_out_unless_asked_for(
    original: Installation, taken: Path, install: Install, tmp_path: Path, expected: dict[str, object]
) -> None:
    key = (original.folder / "secret-key").read_bytes()
    assert key not in taken.read_bytes()
    other = install()
    refused = other.run("restore", str(taken))
    assert (refused.code, "secret key here is not the one" in refused.said) == (3, True)
    assert other.ask("from django.db import connection\nprint(connection.introspection.table_names())") == "[]"

    # Without it everything comes but second factors.
    done = other.run("restore", str(taken), "--new-key")
    assert (done.code, "second factor" in done.said) == (0, True)
    assert told(other)["incidents"] == expected["incidents"]

    with_key = tmp_path / "key.backup"
    assert original.run("backup", str(with_key), "--with-key").code == 0
    done = other.run("restore", str(with_key), "--replace", "--yes")
    assert (done.code, "secret key of the backup is in place" in done.said) == (0, True)
    assert (other.folder / "secret-key").read_bytes() == key
    assert (other.folder / "secret-key").stat().st_mode & 0o777 == 0o600


def changed(source: Path, target: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """A backup whose manifest says something else: whole by its checksums, and not what it says it is."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.infolist():
            if one.filename != "manifest.json":
                new.writestr(one, old.read(one))
        manifest = json.loads(old.read("manifest.json"))
        change(manifest)
        new.writestr("manifest.json", json.dumps(manifest))
    return target


def test_what_does_not_fit_changes_nothing_nor_is_anything_of_others_touched(
    fresh: Installation, taken: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.backup"
    cut.write_bytes(taken.read_bytes()[:-100])
    newer = changed(taken, tmp_path / "newer.backup", lambda m: m["migrations"].append("incidents.0999_from_tomorrow"))
    head = changed(taken, tmp_path / "head.backup", lambda m: m["history"].update(head="0" * 64))
    rows = changed(taken, tmp_path / "rows.backup", lambda m: m["tables"].update(people_user=4711))
    for file, words in (
        (cut, "not a whole backup"),
        (newer, "newer version of the program"),
        (tmp_path / "nothing.backup", "There is no file"),
        # These two are found out with the rows in place, in the open transaction.
        (head, "does not end where"),
        (rows, "people_user has"),
    ):
        done = fresh.run("restore", str(file))
        assert (done.code, words in done.said) == (3, True), done.said
    assert fresh.ask("from django.db import connection\nprint(connection.introspection.table_names())") == "[]"
    assert not (fresh.folder / "facts").exists()

    # Somebody is at work in it.
    where = fresh.ask("from django.db import connection\nprint(connection.settings_dict['HOST'])")
    with psycopg.connect(host=where, user="postgres", dbname="postgres"):
        done = fresh.run("restore", str(taken))
    assert (done.code, "Stop `serve` and `worker`" in done.said) == (3, True), done.said

    # It is somebody else's.
    fresh.ask("from django.db import connection\nconnection.cursor().execute('CREATE TABLE someones (n int)')")
    for more in ([], ["--replace", "--yes"]):
        done = fresh.run("restore", str(taken), *more)
        assert (done.code, "holds something else" in done.said) == (3, True), done.said


def test_a_damaged_file_does_not_hide_and_does_not_stop_a_backup(restored: Installation, tmp_path: Path) -> None:
    files = sorted(path for path in (restored.folder / "files").rglob("*") if path.is_file())
    whole = [path.read_bytes() for path in files]
    files[0].unlink()
    files[1].write_bytes(b"something else")
    done = restored.run("backup", str(tmp_path / "damaged.backup"))

    assert (done.code, "2 things were damaged" in done.said) == (1, True)
    assert restored.run("backup", str(tmp_path / "damaged.backup"), "--verify").code == 0
    assert len(manifest_of(tmp_path / "damaged.backup")["damaged"]) == 2
    for path, content in zip(files, whole, strict=True):
        path.write_bytes(content)


def test_a_backup_of_an_older_version_is_brought_forward(
    restored: Installation, original: Installation, install: Install, tmp_path: Path, expected: dict[str, object]
) -> None:
    """Older: without the tables of upkeep, as the program was before it could back up."""
    assert restored.run("manage", "migrate", "upkeep", "zero").code == 0
    assert restored.run("migrate", "--check").code == 1
    old = tmp_path / "old.backup"
    done = restored.run("upgrade", "--backup", str(old))
    assert done.code == 0, done.said
    assert "Up to date and verified." in done.said
    assert told(restored) == {**expected, "sessions": 0}
    assert "upkeep.0001_initial" not in manifest_of(old)["migrations"]
    again = restored.run("upgrade")
    assert (again.code, "The database is up to date." in again.said) == (0, True), "and takes no backup"
    assert not (restored.folder / "backups").exists()

    other = install(key_of=original)
    done = other.run("restore", str(old))
    assert done.code == 0, done.said
    assert told(other) == {**expected, "sessions": 0}
    assert other.run("migrate", "--check").code == 0
    assert other.run("verify").code == 0


def test_an_existing_file_is_not_overwritten_unasked(original: Installation, taken: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    file.write_bytes(b"precious")

    assert original.run("backup", str(file)).code == 3
    assert file.read_bytes() == b"precious"
    assert original.run("backup", str(tmp_path / "no" / "folder.backup")).code == 3


def test_no_room_is_said_before_an_hour_has_passed(restored: Installation) -> None:
    """On a file system as small as a stick; skipped where nothing may be mounted."""
    small = restored.folder.parent / "small"
    small.mkdir()
    if os.geteuid() or os.system(f"mount -t tmpfs -o size=40k none {small} 2>/dev/null"):
        pytest.skip("no file system may be mounted here")
    try:
        done = restored.run("backup", str(small / "a.backup"))
        assert (done.code, "no room" in done.said) == (1, True), done.said
        assert list(small.iterdir()) == []
    finally:
        os.system(f"umount {small}")
        shutil.rmtree(small, ignore_errors=True)
