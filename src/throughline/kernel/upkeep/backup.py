"""Taking a backup: one moment of the database, and the files and facts that this moment speaks of."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from psycopg import sql
from psycopg.rows import tuple_row

from throughline.kernel.files import storage
from throughline.kernel.measures import keeping, tables
from throughline.kernel.upkeep import dump
from throughline.kernel.upkeep.archive import BLOCK, Manifest, NoRoom, Writer, verify, written_beside
from throughline.kernel.upkeep.pinned import pinned
from throughline.kernel.upkeep.space import free_bytes, human

DUMP, KEY = "database.dump", "secret-key"
FILES, FACTS, TEMPLATES = "files", "facts", "report-templates"
Tick = Callable[[str, int, int], None]


@dataclass
class Moment:
    """The database at one moment, held by an open transaction that other programs can join by its name."""

    snapshot: str
    cursor: psycopg.Cursor[Any]

    def rows(self, query: str) -> list[Any]:
        return self.cursor.execute(query.encode()).fetchall()

    def tables(self) -> dict[str, int]:
        """How many rows each table holds; tables whose rows stay behind are left out."""
        names = [str(name) for (name,) in self.rows(TABLES) if f"public.{name}" not in dump.FLEETING]
        return {name: self.count(name) for name in names}

    def count(self, table: str) -> int:
        query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
        return int(self.cursor.execute(query).fetchall()[0][0])


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
HEAD = "SELECT seq, hash FROM history_entry ORDER BY seq DESC LIMIT 1"


@contextmanager
def moment() -> Iterator[Moment]:
    """A connection of its own: the one Django has goes on seeing what is new."""
    with psycopg.connect(**connection_parameters(), row_factory=tuple_row) as held, held.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = cursor.execute("SELECT pg_export_snapshot()").fetchone()
        assert found is not None  # noqa: S101  reason: the function always answers
        yield Moment(str(found[0]), cursor)
        held.rollback()


def connection_parameters() -> dict[str, Any]:
    given = dict(connection.get_connection_params())
    for name in ("cursor_factory", "context", "prepare_threshold"):
        given.pop(name, None)
    return given


@dataclass
class Taken:
    """What became of a backup."""

    manifest: Manifest
    size: int

    @property
    def damaged(self) -> list[str]:
        return list(self.manifest.told["damaged"])


def take(target: Path, *, with_key: bool = False, tick: Tick = lambda what, done, total: None) -> Taken:
    """Write a backup beside its place, read it again from the disk, and put it there.

    Order: keep deleted content and old facts from going away; hold one moment of the database; check that there is room;
    the dump, the files, the facts, the templates, the manifest; every checksum read again; the file takes its place.
    """
    with pinned(), moment() as now, written_beside(target) as out:
        listed = Inventory.of(now)
        listed.check_room(target)
        with Writer(out) as writer:
            tick("database", 0, 0)
            writer.add(DUMP, dump.dumped(now.snapshot))
            listed.write_files(writer, tick)
            for name, path in listed.plain:
                if path.exists():  # the log of a fact may have been shortened since: the rest of it is whole without
                    writer.add(name, blocks_of_file(path))
            if with_key:
                writer.add(KEY, iter([settings.SECRET_KEY.encode()]))
            writer.finish(about(now, listed, with_key=with_key))
        out.flush()
        manifest = verify(out, lambda done, total: tick("checking", done, total))
        size = out.seek(0, 2)
    return Taken(manifest, size)


@dataclass
class Inventory:
    """The files that belong to a moment of the database."""

    contents: list[tuple[str, int]]
    plain: list[tuple[str, Path]]
    facts: dict[str, Any]
    damaged: list[str]

    @classmethod
    def of(cls, now: Moment) -> "Inventory":
        contents = now.rows("SELECT DISTINCT sha256, size FROM files_storedfile ORDER BY sha256")
        made = cls([(str(name), int(size)) for name, size in contents], [], {}, [])
        made.list_facts(now)
        folder = Path(settings.DATA) / TEMPLATES
        made.plain += [
            (f"{TEMPLATES}/{path.relative_to(folder)}", path) for path in sorted(folder.rglob("*")) if path.is_file()
        ]
        return made

    def list_facts(self, now: Moment) -> None:
        """The version in force of each fact and those that releases rest on. What is lost of the former is drawn anew."""
        current = {name: (str(life), number) for name, life, number in now.rows(IN_FORCE)}
        kept = now.rows("SELECT DISTINCT name, version FROM measures_keptversion ORDER BY name, version")
        self.facts = {
            "in force": {name: number for name, (_, number) in current.items()},
            "kept": [list(k) for k in kept],
        }
        for name in sorted({*current, *(name for name, _ in kept)}):
            numbers = {number for fact, number in kept if fact == name}
            in_force = {current[name][1]} if name in current else set()
            wanted, lost = keeping.versions_of(name, numbers | in_force)
            self.damaged += [f"facts of {name}, version {number}" for number in lost if number in numbers]
            paths = [*keeping.log_of(name), *sorted(wanted)]
            root = tables.folder(name)
            self.plain += [(f"{FACTS}/{name}/{path.relative_to(root)}", path) for path in paths]

    def check_room(self, target: Path) -> None:
        """Better now than after an hour. The dump's size is not known before; it is counted as nothing."""
        needed = sum(size for _, size in self.contents) + sum(path.stat().st_size for _, path in self.plain)
        if needed > (free := free_bytes(target.parent)):
            raise NoRoom(
                f"There is no room on the disk of {target.parent}: the files alone take {human(needed)}, {human(free)} "
                "are free. Nothing was kept."
            )

    def write_files(self, writer: Writer, tick: Tick) -> None:
        for turn, (sha256, _size) in enumerate(self.contents):
            tick("files", turn, len(self.contents))
            path = storage.path_of(sha256)
            if not path.is_file():
                self.damaged.append(f"file {sha256[:12]} (missing)")
                continue
            written = writer.add(f"{FILES}/{sha256}", blocks_of_file(path))
            if written.sha256 != sha256:
                self.damaged.append(f"file {sha256[:12]} (changed)")


IN_FORCE = "SELECT name, life, version FROM measures_facttable ORDER BY name"


def blocks_of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def about(now: Moment, listed: Inventory, *, with_key: bool) -> dict[str, Any]:
    """What the manifest says besides the list of members."""
    head = now.rows(HEAD)
    seq, digest = head[0] if head else (0, "")
    migrations = now.rows(f"SELECT app, name FROM {MigrationRecorder.Migration._meta.db_table} ORDER BY app, name")  # noqa: S608  reason: a constant of Django's
    return {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "program": version("throughline"),
        "postgresql": dump.server_version(),
        "dumped_by": dump.version_of(dump.tool("pg_dump", dump.server_version())),
        "migrations": [f"{app}.{name}" for app, name in migrations],
        "tables": now.tables(),
        "history": {"entries": seq, "head": digest},
        "files": len(listed.contents),
        "facts": listed.facts,
        "key": key_fingerprint(),
        "with_key": with_key,
        "damaged": listed.damaged,
    }


def key_fingerprint(key: str = "") -> str:
    """Tells whether two installations have the same secret key, and not what it is."""
    return hashlib.sha256(b"throughline secret key\n" + (key or settings.SECRET_KEY).encode()).hexdigest()[:32]
