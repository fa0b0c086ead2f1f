"""`throughline upgrade`: what follows new program files, in the order that loses nothing."""

from importlib.metadata import version
from pathlib import Path

import click

from throughline.cli.commands.backup import write
from throughline.cli.errors import Fault
from throughline.cli.output import say
from throughline.cli.setup import needs_django


@click.command()
@click.option(
    "--backup",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to [default: `backups` in the data folder, named by the day]",
)
@click.option("--no-backup", is_flag=True, help="There is one already.")
@needs_django
def upgrade(file: Path | None, no_backup: bool) -> None:
    """Back up, bring database, reference data and static files up to date, verify. Stop `serve` and `worker` before.

    Where something fails, the message names the backup to go back to.
    """
    from throughline.cli.checks import run_checks  # reason: only once Django is set up
    from throughline.cli.installation import bring_up_to_date
    from throughline.kernel.access import wall
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.upkeep.schema import pending_migrations
    from throughline.kernel.upkeep.services import record_upgrade

    wall.prepare()
    steps = pending_migrations()
    say(f"{len(steps)} steps wait." if steps else "The database is up to date.")
    kept = None if no_backup or not steps or is_new() else write_before(file)
    way_back = f" The way back: throughline restore {kept} --replace, with the program files of before." if kept else ""
    try:
        bring_up_to_date(say)
    except Exception as fault:
        raise Fault(f"The update failed ({type(fault).__name__}: {fault}).{way_back}") from fault
    if steps:
        record_upgrade(Viewer(name="throughline upgrade"), steps=steps, program=version("throughline"))
    if faults := [finding for finding in run_checks() if finding.fault]:
        raise Fault(f"Brought up to date, but {faults[0].check} has a fault: {faults[0].fault}.{way_back}")
    say("Up to date and verified. Start `serve` and `worker` again.")


def is_new() -> bool:
    """A database without tables needs no backup."""
    from django.db import connection  # reason: only once Django is set up

    return not connection.introspection.table_names()


def write_before(file: Path | None) -> Path:
    from django.conf import settings  # reason: only once Django is set up
    from django.utils import timezone

    if file is None:
        folder = Path(settings.DATA) / "backups"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"before-upgrade-{timezone.localtime():%Y%m%d-%H%M%S}.backup"
    write(file.absolute(), recorded=False)
    return file
