"""Installations with a PostgreSQL of their own, run as an operator runs them: by commands, in other processes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

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


# Lives in an installation and does what it is told, as a person at its command line would, one thing after the other.
AGENT = """
import contextlib, io, json, sys
import django; django.setup()
from click.testing import CliRunner
from django.db import connection
from throughline.cli.main import cli
out = sys.stdout
print("ready", file=out, flush=True)
for line in sys.stdin:
    told = json.loads(line)
    if "arguments" in told:
        done = CliRunner().invoke(cli, told["arguments"])
        answer = [done.exit_code, done.stdout, done.stderr]
    else:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(told["code"], {})
        answer = [0, said.getvalue(), ""]
    connection.close()
    print(json.dumps(answer), file=out, flush=True)
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
    agent: subprocess.Popen[str] | None = None

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
            self.agent = self.start(AGENT)
            assert self.agent.stdout is not None
            assert self.agent.stdout.readline() == "ready\n"
        assert self.agent.stdin is not None
        assert self.agent.stdout is not None
        self.agent.stdin.write(json.dumps(what) + "\n")
        self.agent.stdin.flush()
        answer = self.agent.stdout.readline()
        assert answer, self.agent.stderr.read() if self.agent.stderr else ""
        return Done(*json.loads(answer))

    def start(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        """Python in a process of its own."""
        pipe = subprocess.PIPE
        command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
        return subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd="/")

    def end(self) -> None:
        """Let the agent go, and the bundled database with it."""
        if self.agent is not None:
            self.agent.communicate("")
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
def original(install: Install) -> Installation:
    """An installation with something of each kind in it. Tests only read it and take backups."""
    made = install()
    # Without the reference data that `throughline migrate` brings: the world has its own.
    assert made.run("manage", "migrate", "--verbosity", "0").code == 0
    made.ask(FILL)
    return made


@pytest.fixture(scope="session")
def taken(original: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("backups") / "one.backup"
    done = original.run("backup", str(file))
    assert done.code == 0, done.said
    return file


@pytest.fixture
def fresh(install: Install, original: Installation) -> Iterator[Installation]:
    """An empty installation that has the original's secret key."""
    made = install(key_of=original)
    yield made
    made.end()
