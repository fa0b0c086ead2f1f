"""Putting a backup into place: all of it or nothing, and nothing at all before everything was looked at.

The rows come in one transaction, which is committed only after they were counted and the chain of history was followed to the
head that the manifest names. Files lie under their checksums, where no row speaks of them before that moment. Facts wait
beside their place; `finishing` moves them in, now or at the next start.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from throughline.kernel.files import storage
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.upkeep import dump, finishing
from throughline.kernel.upkeep.archive import (
    Manifest,
    NoRoom,
    contents,
    opened,
    sync_folder,
    told_when_full,
    verify,
)
from throughline.kernel.upkeep.backup import DUMP, FACTS, FILES, HEAD, KEY, TABLES, TEMPLATES, Tick, key_fingerprint
from throughline.kernel.upkeep.space import free_bytes, human


class NotHere(Exception):
    """This backup cannot be restored into this installation; the message says why and what to do. Nothing was changed."""


@dataclass
class Wishes:
    """What the operator said to on the command line."""

    replace: bool = False
    new_key: bool = False


@dataclass
class Restored:
    manifest: Manifest
    key_put: bool
    key_differs: bool


def put(source: Path, wishes: Wishes, *, tick: Tick = lambda what, done, total: None) -> Restored:
    """Restore a backup into this installation's database and data folder.

    Order: every checksum; whether this program, this server, this key and this installation can take it; room; files
    under their checksums; facts beside their place; the database in one transaction, counted and verified before it is
    committed; facts into place.
    """
    verify(source, lambda done, total: tick("checking", done, total))
    with opened(source) as (archive, manifest):
        check_fits(archive, manifest)
        check_target(wishes)
        puts_key, differs = key_plan(manifest, wishes)
        check_room(manifest)
        with told_when_full(Path(settings.DATA)):
            put_files(archive, manifest, tick)
            number = stage(archive, manifest)
            tick("database", 0, 0)
            put_database(archive, manifest, number)
            finishing.finish()
            put_templates(archive, manifest)
            if puts_key:
                put_key(archive)
    return Restored(manifest, puts_key, differs and not puts_key)


def check_fits(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Whether this version of the program and these tools can read it."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {one.partition(".")[0] for one in known}
    newer = [one for one in manifest.told["migrations"] if one not in known and one.partition(".")[0] in ours]
    foreign = [one for one in manifest.told["migrations"] if one.partition(".")[0] not in ours]
    if newer or foreign:
        raise NotHere(
            f"This backup was made by a newer version of the program ({manifest.told['program']}; unknown here: "
            f"{(newer + foreign)[0]}). Update the program first."
        )
    dump.tool("pg_restore", int(manifest.told["dumped_by"]))
    if not manifest.has(DUMP):
        raise NotHere("This backup holds no database.")


def check_target(wishes: Wishes) -> None:
    """Only an installation that nobody works in is written over without being asked."""
    present = set(connection.introspection.table_names())
    if present and "django_migrations" not in present:
        raise NotHere("This database holds something else. Give the program a database of its own.")
    if not wishes.replace and not is_empty(present):
        raise NotHere(
            "This installation holds accounts or records. Restore into an empty one, or say --replace to have it "
            "replaced, after a backup of what is there."
        )
    if others := other_programs():
        raise NotHere(f"{others} other connections use this database. Stop `serve` and `worker`, then try again.")


def is_empty(present: set[str]) -> bool:
    """No accounts: nothing that a person entered can be there. Reference data that `migrate` put is no matter."""
    if "people_user" not in present:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT 1 FROM people_user)")
        return bool(cursor.fetchone()[0])


def other_programs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def key_plan(manifest: Manifest, wishes: Wishes) -> tuple[bool, bool]:
    """(whether the key of the backup is put into place, whether it is another than the one here)."""
    differs = manifest.told["key"] != key_fingerprint()
    if not differs or wishes.new_key:
        return False, differs
    if not manifest.told["with_key"]:
        raise NotHere(
            "The secret key here is not the one this backup was made under, and the backup does not hold it. Put the old "
            "one in place (the file `secret-key` of the data folder, or THROUGHLINE_SECRET_KEY) and try again. If it is "
            "lost, say --new-key: everything is restored, but people set up their second factor and their phones anew."
        )
    if settings.SECRET_KEY_GIVEN:
        raise NotHere("THROUGHLINE_SECRET_KEY is not the key of this backup. Unset it, or say --new-key.")
    return True, True


def check_room(manifest: Manifest) -> None:
    folder = Path(settings.DATA)
    needed = sum(one.size for kind in (FILES, FACTS) for one in manifest.named(kind))
    if needed > (free := free_bytes(folder)):
        raise NoRoom(f"There is no room on the disk of {folder}: {human(needed)} are needed, {human(free)} are free.")


def put_files(archive: zipfile.ZipFile, manifest: Manifest, tick: Tick) -> None:
    """Every stored file under its checksum. One that was damaged before the backup is left out."""
    members = manifest.named(FILES)
    for turn, member in enumerate(members):
        tick("files", turn, len(members))
        sha256 = member.name.removeprefix(f"{FILES}/")
        path = storage.path_of(sha256)
        if member.sha256 == sha256 and not (path.exists() and path.stat().st_size == member.size):
            write_whole(path, contents(archive, member.name))


def write_whole(path: Path, blocks: Iterator[bytes]) -> None:
    """A file on the disk, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.restoring")
    try:
        with temporary.open("wb") as out:
            for block in blocks:
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def stage(archive: zipfile.ZipFile, manifest: Manifest) -> str:
    """Facts beside their place, under a number that the database will say once it is committed."""
    folder = finishing.waiting()
    shutil.rmtree(folder, ignore_errors=True)
    number = uuid4().hex
    for member in manifest.named(FACTS):
        write_whole(folder / "tables" / member.name.removeprefix(f"{FACTS}/"), contents(archive, member.name))
    write_whole(folder / finishing.NOTE, iter([json.dumps({"number": number}).encode()]))
    return number


def put_database(archive: zipfile.ZipFile, manifest: Manifest, number: str) -> None:
    """All rows in one transaction, committed only once they are what the manifest says."""
    connection.close()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        dump.run_script(dump.script_of(contents(archive, DUMP), int(manifest.told["dumped_by"])))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL search_path TO public")
        check_counts(manifest)
        check_history(manifest)
        finishing.announce(number)
    # The script set more than this transaction: the next statement begins on a fresh connection.
    connection.close()


def check_counts(manifest: Manifest) -> None:
    told = manifest.told["tables"]
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        present = [str(name) for (name,) in cursor.fetchall()]
        for name in present:
            if name not in told:
                continue
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608  reason: a table's name
            found = int(cursor.fetchone()[0])
            if found != told[name]:
                raise NotHere(f"{name} has {found} rows after restoring and had {told[name]}. Nothing was changed.")
    if lost := sorted(set(told) - set(present)):
        raise NotHere(f"The table {lost[0]} was not restored. Nothing was changed.")


def check_history(manifest: Manifest) -> None:
    """The whole chain, and that it ends where it ended when the backup was made."""
    if fault := verify_chain():
        raise NotHere(f"The history in this backup is not what was written: {fault}. Nothing was changed.")
    with connection.cursor() as cursor:
        cursor.execute(HEAD)
        seq, digest = cursor.fetchone() or (0, "")
    if {"entries": seq, "head": digest} != manifest.told["history"]:
        raise NotHere("The history in this backup does not end where its manifest says. Nothing was changed.")


def put_templates(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    for member in manifest.named(TEMPLATES):
        write_whole(Path(settings.DATA) / member.name, contents(archive, member.name))


def put_key(archive: zipfile.ZipFile) -> None:
    path = Path(settings.DATA) / KEY
    write_whole(path, contents(archive, KEY))
    path.chmod(0o600)
