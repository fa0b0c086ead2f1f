"""What every test has: no network, its own data folder, and the small world of Alice, Bob and Charlie."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadGroupScheduling

    from throughline.kernel.testing.worlds import World


# Files whose tests share what takes long to set up: the demonstration, the world of the walk.
TOGETHER = ("tests/access/", "tests/golden/", "tests/scale/", "tests/hostile/test_strangers")

pytest.register_assert_rewrite("throughline.kernel.testing.resource_cases")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only this machine may be spoken to; a test that needs more is a wrong test."""
    connect: Callable[..., Any] = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> Any:
        local = self.family not in {socket.AF_INET, socket.AF_INET6} or address[0] in {"127.0.0.1", "::1", "localhost"}
        if not local:
            message = f"tests do not speak to the network: {address}"
            raise RuntimeError(message)
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


@pytest.fixture(scope="session")
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def own_data_folder(settings: Settings, data_root: Path, request: pytest.FixtureRequest) -> Path:
    """Facts and files of one test never meet those of another, as its database rows do not."""
    folder = data_root / f"{abs(hash(request.node.nodeid)):x}"
    settings.DATA = folder
    settings.FACTS = folder / "facts"
    settings.MEDIA_ROOT = folder / "files"
    return folder


@pytest.fixture
def world(db: None) -> "World":
    """Alice, Bob, Charlie and their small region, fresh in this test."""
    from throughline.kernel.testing.worlds import make_world  # reason: apps are loaded by now

    return make_world()


@pytest.fixture(scope="session")
def sail() -> Iterator[str]:
    """The address of a Spark Connect endpoint with two workers, started once for all tests that ask for it.

    THROUGHLINE_TESTS_SPARK names another endpoint on this machine (benchmarks/spark.py: Apache Spark).
    """
    if given := os.environ.get("THROUGHLINE_TESTS_SPARK"):
        yield given
        return
    from throughline.kernel.testing import sail  # reason: apps are loaded by now

    if absent := sail.missing():
        pytest.skip(f"no {', '.join(absent)} for this system")
    with sail.serving() as address:
        yield address


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied() -> Iterator[None]:
    """Between tests that commit, the tables are emptied; history's trigger, rightly, refuses that to everyone else."""
    usual = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = usual(self, style, tables, **options)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session")
def new_data_folder() -> Iterator[Callable[[], Path]]:
    """Makes data folders for installations with a database of their own.

    Not below pytest's folder: run as root, PostgreSQL is another user there, and another run of pytest shuts that user out.
    """
    with ExitStack() as folders:

        def make() -> Path:
            made = TemporaryDirectory(prefix="throughline-", ignore_cleanup_errors=True)
            return Path(folders.enter_context(made)) / "data"

        yield make


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database can be dropped: a thread that a test started may still hold a session on it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "LoadGroupScheduling | None":
    """What is set up once for a whole file stays in one process, and the longest files begin first.

    Marks of groups do not do it: xdist 3.8 writes them into the names of tests, where pytest 9 does not let it.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling  # reason: without `-n` xdist need not be there

    class Together(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid

    return Together(config, log)
