"""Installations with a PostgreSQL of their own, run as an operator runs them: by commands, in other processes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# Alice's world with records, a stored file, facts in force, an older version of them kept for a release, a template.
FILL = """
from pathlib import Path
import django; django.setup()
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


@dataclass
class Installation:
    """A data folder, and with it a database: the bundled one, or the one whose address is given."""

    folder: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        ours = ("THROUGHLINE", "DJANGO", "DATABASE", "PROMETHEUS")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        address = {"DATABASE_URL": self.database} if self.database else {}
        settings = {"THROUGHLINE_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "throughline.config.settings"}
        return {**kept, **settings, **address, "THROUGHLINE_HOSTS": "testserver", **self.more}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "throughline.cli", *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=300, check=False, cwd="/"
        )

    def ask(self, code: str) -> str:
        """What a piece of Python, run within the installation, prints."""
        done = self.python("-c", f"import django; django.setup()\n{code}")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def use_key_of(self, other: "Installation") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(other.folder / "secret-key", self.folder / "secret-key")

    @contextmanager
    def awake(self, *, connected: bool = False) -> Iterator[None]:
        """Keep the database running between commands (starting it for each takes longer than what they do)."""
        connect = "from django.db import connection; connection.ensure_connection(); " if connected else ""
        code = f"import django, sys; django.setup(); {connect}print('up', flush=True); sys.stdin.read()"
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [sys.executable, "-c", code], env=self.environment, stdin=pipe, stdout=pipe, text=True
        ) as sleeper:
            assert sleeper.stdout is not None
            sleeper.stdout.readline()
            try:
                yield
            finally:
                sleeper.communicate("")


@pytest.fixture(scope="session")
def original(new_data_folder: Callable[[], Path]) -> Installation:
    """An installation with something of each kind in it. Tests only read it and take backups."""
    made = Installation(new_data_folder())
    # Without the reference data that `throughline migrate` brings: the world has its own.
    for done in (made.run("manage", "migrate", "--verbosity", "0"), made.python("-c", FILL)):
        assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def taken(original: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("backups") / "one.backup"
    done = original.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def fresh(new_data_folder: Callable[[], Path], original: Installation) -> Installation:
    """An empty installation that has the original's secret key."""
    made = Installation(new_data_folder())
    made.use_key_of(original)
    return made
