"""Processes of installations: real ones, each with its own environment, that need not load the libraries again.

Loading takes four seconds of a processor, three of them in other people's libraries. One process loads those and nothing
of ours; whatever a test starts is a fork of it, which then reads its environment and sets itself up as any process does.
"""

import atexit
import contextlib
import io
import multiprocessing
import os
import sys
from collections.abc import Iterator
from multiprocessing import spawn
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

LIBRARIES = """
babel click cryptography.fernet deltalake django.core.management django.db.backends.postgresql.base django.db.models django.test
duckdb fontTools.merge ibis ibis.backends.duckdb numpy polars psycopg psycopg_binary pyarrow pyarrow.parquet pydantic
python_calamine rapidfuzz requests rich.console scipy.special scipy.stats sqlglot typst vl_convert xlsxwriter
""".split()
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(LIBRARIES)


@contextlib.contextmanager
def without_our_main() -> Iterator[None]:
    """A fork begins by running what its parent was started with; ours was started with pytest."""
    usual = spawn.get_preparation_data

    def less(name: str) -> dict[str, Any]:
        return {key: value for key, value in usual(name).items() if not key.startswith("init_main")}

    spawn.get_preparation_data = less
    try:
        yield
    finally:
        spawn.get_preparation_data = usual


class Apart:
    """A process that runs a piece of Python and can be killed."""

    def __init__(self, environment: dict[str, str], code: str, *arguments: str, log: Path) -> None:
        self.log = log
        self.process = forks.Process(target=_run, args=(environment, code, arguments, str(log)), daemon=True)
        with without_our_main():
            self.process.start()

    def poll(self) -> int | None:
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


class Agent:
    """A process that lives in an installation and does what it is told, as a person at its command line would."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.here, there = forks.Pipe()
        self.log = log
        self.process = forks.Process(target=_live, args=(environment, there, str(log)), daemon=True)
        with without_our_main():
            self.process.start()
        there.close()

    def tell(self, what: dict[str, object]) -> list[Any]:
        """Do it, and say the exit code, what was printed and what was said besides."""
        self.here.send(what)
        try:
            answer: list[Any] = self.here.recv()
        except EOFError as gone:
            raise AssertionError(self.log.read_text(encoding="utf-8")) from gone
        return answer

    def leave(self) -> None:
        self.here.send(None)
        self.process.join()


def _enter(environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir("/")
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(handle, number)


def _leave() -> None:
    """Forks skip what a process does at its end; the bundled database is stopped there."""
    atexit._run_exitfuncs()


def _run(environment: dict[str, str], code: str, arguments: tuple[str, ...], log: str) -> None:
    _enter(environment, log)
    sys.argv = ["-c", *arguments]
    try:
        exec(code, {"__name__": "__main__"})
    finally:
        _leave()


def _live(environment: dict[str, str], told: Connection, log: str) -> None:
    _enter(environment, log)
    import django  # reason: the environment above says with which settings

    django.setup()
    from django.db import connection  # reason: as above

    try:
        while (what := told.recv()) is not None:
            told.send(_done(what))
            connection.close()
    finally:
        _leave()


def _done(what: dict[str, Any]) -> list[Any]:
    from click.testing import CliRunner  # reason: after the settings

    from throughline.cli.main import cli  # reason: as above

    if "arguments" in what:
        done = CliRunner().invoke(cli, what["arguments"])
        return [done.exit_code, done.stdout, done.stderr]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(what["code"], {})
    return [0, said.getvalue(), ""]
