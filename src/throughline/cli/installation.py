"""Bringing an installation up to date: database, reference data, static files."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from throughline.kernel.access import wall
from throughline.kernel.upkeep.finishing import mend
from throughline.kernel.upkeep.schema import pending_migrations

Say = Callable[[str], None]


def bring_up_to_date(say: Say) -> None:
    """Migrate, put reference data where it is missing, collect static files. Does nothing twice."""
    wall.prepare()
    mend()
    if pending := pending_migrations():
        say(f"Updating the database ({len(pending)} steps)")
        call_command("migrate", interactive=False, verbosity=0)
    wall.put_up()
    load_reference_data()
    collect_static_files(say)


def load_reference_data() -> None:
    """Jurisdictions, scopes and taxonomies that come with the program; what users changed stays.

    The operator acts here before anyone has an account: by the name of the command, with the right to
    keep reference data, and as nobody whom a record could name as its reader.
    """
    from throughline.kernel.access.viewer import Viewer  # reason: models are there after migrating only
    from throughline.reference.services import load_reference

    load_reference(Viewer(name="throughline migrate", superuser=True))


def collect_static_files(say: Say) -> None:
    """Put style sheets, scripts and fonts where the server serves them from, if any of them changed."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    now = state_of_static_files()
    if stamp.exists() and stamp.read_text() == now:
        return
    say("Collecting style sheets, scripts and fonts")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)


def state_of_static_files() -> str:
    """A hash that changes when any static file does."""
    told = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            told.update(f"{getattr(storage, 'prefix', '')}/{name} {storage.size(name)}".encode())
            told.update(str(storage.get_modified_time(name).timestamp()).encode())
    return told.hexdigest()
