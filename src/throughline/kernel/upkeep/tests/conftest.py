"""Installations with a PostgreSQL of their own, run as an operator runs them: by commands, in other processes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from throughline.kernel.upkeep import dump
from throughline.kernel.upkeep.tests.apart import Agent, Apart

# Alice's world with records, a stored file, facts in force, an older version of them kept for a release, a template.
FILL = """
from pathlib import Path
from django.conf import settings
from throughline.kernel.files.services import keep
from throughline.kernel.measures import facts
from throughline.kernel.measures.models import FactTable, KeptVersion
from throughline.kernel.notify.services import post
from throughline.kernel.testing.worlds import make_incident, make_world
from django.test import Client

world = make_world()
first = [make_incident(world, state="verified") for _turn in range(5)]
facts.freshen()
row = FactTable.objects.get(name="incident")
KeptVersion.objects.create(name="incident", version=row.version, reason="released")
keep(world.viewer("alice"), name="note.txt", content=b"what was found\\n" * 9, about=first[0])
keep(world.viewer("alice"), name="empty-rows.csv", content="a,b\\n\\\\.\\n1,č\\n".encode(), purpose="import")
more = [make_incident(world, state="verified", narrative="\\\\.\\nCOPY x FROM stdin;\\n;") for _turn in range(3)]
facts.freshen()
make_incident(world, state="verified")
folder = Path(settings.DATA) / "report-templates"
folder.mkdir(exist_ok=True)
(folder / "own.typ").write_text("= Ours")
client = Client()
client.post("/accounts/login/", {"login": "alice@example.org", "password": "correct horse battery"})
"""


TABLES = """
from pathlib import Path
from django.db import connection, transaction
from throughline.kernel.access.wall import put_up
from throughline.kernel.upkeep.dump import run_script
with transaction.atomic():
    run_script([Path({script!r}).read_bytes()])
connection.close()  # a dump leaves its session without a schema
put_up()
"""


class Done(NamedTuple):
    code: int
    out: str
    said: str


@dataclass
class Installation:
    """A data folder, and with it a database: the bundled one, or the one whose address is given."""

    folder: Path
    database: str = ""
    agent: Agent | None = None

    @property
    def environment(self) -> dict[str, str]:
        ours = ("THROUGHLINE", "DJANGO", "DATABASE", "PROMETHEUS")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        address = {"DATABASE_URL": self.database} if self.database else {}
        settings = {"THROUGHLINE_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "throughline.config.settings"}
        return {**kept, **settings, **address, "THROUGHLINE_HOSTS": "testserver"}

    def run(self, *arguments: str) -> Done:
        """A command of the command line."""
        return self._tell({"arguments": list(arguments)})

    def ask(self, code: str) -> str:
        """What a piece of Python, run within the installation, prints."""
        return self._tell({"code": code}).out.strip()

    def _tell(self, what: dict[str, object]) -> Done:
        if self.agent is None:
            self.agent = Agent(self.environment, self.log)
        return Done(*self.agent.tell(what))

    def start(self, code: str, *arguments: str) -> Apart:
        """Python in a process of its own."""
        return Apart(self.environment, code, *arguments, log=self.log)

    @property
    def log(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder.with_name("said.txt")

    def end(self) -> None:
        """Let the agent go, and the bundled database with it."""
        if self.agent is not None:
            self.agent.leave()
            self.agent = None

    def use_key_of(self, other: "Installation") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(other.folder / "secret-key", self.folder / "secret-key")


Install = Callable[..., Installation]


@pytest.fixture(scope="session")
def install(new_data_folder: Callable[[], Path]) -> Iterator[Install]:
    """Makes empty installations; one that is given a key of another can take its backups."""
    made: list[Installation] = []

    def make(*, key_of: Installation | None = None, database: str = "") -> Installation:
        installation = Installation(new_data_folder(), database)
        made.append(installation)
        if key_of is not None:
            installation.use_key_of(key_of)
        return installation

    yield make
    for one in reversed(made):
        one.end()


@pytest.fixture(scope="session")
def empty_tables(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The tables of the tests' own database: to make them step by step once more takes longer than all else here."""
    script = tmp_path_factory.mktemp("tables") / "tables.sql"
    with django_db_blocker.unblock():
        command = [str(dump.tool("pg_dump", dump.server_version())), "--no-owner", "--no-privileges"]
        done = subprocess.run([*command, f"--dbname={dump.address()}"], check=True, capture_output=True)
        connection.close()
    script.write_bytes(done.stdout)
    return script


@pytest.fixture(scope="session")
def with_tables(install: Install, empty_tables: Path) -> Callable[..., Installation]:
    """Makes installations that are migrated and empty, without the reference data that `throughline migrate` brings."""

    def make(**given: Any) -> Installation:
        made = install(**given)
        made.ask(TABLES.format(script=str(empty_tables)))
        return made

    return make


@pytest.fixture(scope="session")
def original(with_tables: Callable[..., Installation]) -> Installation:
    """An installation with something of each kind in it. Tests only read it and take backups."""
    made = with_tables()
    assert made.run("migrate", "--check").code == 0
    made.ask(FILL)
    return made


@pytest.fixture(scope="session")
def taken(original: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("backups") / "one.backup"
    done = original.run("backup", str(file))
    assert done.code == 0, done.said
    return file


@pytest.fixture(scope="session")
def restored(install: Install, original: Installation, taken: Path) -> Installation:
    """An installation that a backup was put into. Tests that change it leave it as they found it, but for dates of incidents."""
    made = install(key_of=original)
    done = made.run("restore", str(taken))
    assert done.code == 0, done.said
    assert "Restored and verified." in done.said
    return made


@pytest.fixture
def fresh(install: Install, original: Installation) -> Iterator[Installation]:
    """An empty installation that has the original's secret key."""
    made = install(key_of=original)
    yield made
    made.end()
