"""`throughline backup` and `throughline restore`: everything in one file, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Fault, Unusable
from throughline.cli.output import progress, say
from throughline.cli.setup import start

if TYPE_CHECKING:
    from throughline.kernel.upkeep.archive import Manifest

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--verify", "only_verify", is_flag=True, help="Write nothing; read the file again and check it.")
@click.option(
    "--with-key", is_flag=True, help="Put the secret key into it: whoever has the file can then sign in as anyone."
)
@click.option("--overwrite", is_flag=True, help="Replace the file, if it is there already.")
def backup(file: Path, only_verify: bool, with_key: bool, overwrite: bool) -> None:
    """Write database, files and facts into one FILE, as of one moment, while people go on working.

    The file is read again before it takes its name; it is whole, or not there.

    \b
    throughline backup /backups/monday.backup
    throughline backup /backups/monday.backup --verify
    """
    if only_verify:
        verify_file(file)
        return
    if file.exists() and not overwrite:
        raise Unusable(f"{file} is there already. Choose another name, or say --overwrite.")
    if not file.absolute().parent.is_dir():
        raise Unusable(f"There is no folder {file.absolute().parent}.")
    start()
    write(file.absolute(), with_key=with_key)


def write(file: Path, *, with_key: bool = False, recorded: bool = True) -> None:
    """Take a backup, say what is in it, and write it into history."""
    from throughline.kernel.access.viewer import Viewer  # reason: only once Django is set up
    from throughline.kernel.upkeep.backup import take
    from throughline.kernel.upkeep.services import record_backup
    from throughline.kernel.upkeep.space import human

    with progress("Backing up") as report:
        taken = take(file, with_key=with_key, tick=lambda what, done, total: report(done, total, what))
    if recorded:
        record_backup(Viewer(name="throughline backup"), file=file.name, manifest=taken.manifest)
    say(f"Written and read again: {file} ({human(taken.size)})")
    describe(taken.manifest)
    if not with_key:
        say("The secret key is not in it. Keep a copy of it elsewhere: restoring needs it (docs/run/operate.md).")
    if taken.damaged:
        listed = ", ".join(taken.damaged[:5])
        raise Fault(
            f"The backup is whole, but {len(taken.damaged)} things were damaged in the data folder before: {listed}"
        )


def verify_file(file: Path) -> None:
    """Neither Django nor a database is needed to look at a file."""
    from throughline.kernel.upkeep.archive import verify  # reason: --help does without

    if not file.is_file():
        raise Unusable(f"There is no file {file}.")
    with progress("Checking") as report:
        manifest = verify(file, lambda done, total: report(done, total, ""))
    say("Whole: every checksum was read again.")
    describe(manifest)


def describe(manifest: "Manifest") -> None:
    told = manifest.told
    rows = sum(told["tables"].values())
    say(f"  made {told['made_at']} by version {told['program']}, from PostgreSQL {told['postgresql']}")
    say(
        f"  {rows:,} rows in {len(told['tables'])} tables, {told['files']:,} files, {len(told['facts']['in force'])} facts"
    )
    say(f"  history ends with entry {told['history']['entries']}, {told['history']['head'][:16]}")
    say(f"  fingerprint {manifest.fingerprint}")


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace what this installation holds. Asks, unless --yes.")
@click.option("--new-key", is_flag=True, help="The secret key is lost: second factors and phones are set up anew.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, replace: bool, new_key: bool, yes: bool) -> None:
    """Put a backup into this installation: all of it, or nothing.

    Looks at everything first (checksums, version, key, room, whether something is here already). What an older
    version of the program wrote is brought up to date afterwards. Stop `serve` and `worker` before.
    """
    if not file.is_file():
        raise Unusable(f"There is no file {file}.")
    if replace and not yes:
        click.confirm("Everything in this installation is replaced by the backup. Go on?", abort=True, err=True)
    start()
    from throughline.kernel.access import wall  # reason: only once Django is set up
    from throughline.kernel.upkeep.finishing import mend
    from throughline.kernel.upkeep.restore import Wishes, put

    wall.prepare()
    mend()
    with progress("Restoring") as report:
        restored = put(file, Wishes(replace, new_key), tick=lambda what, done, total: report(done, total, what))
    describe(restored.manifest)
    finish(file, restored.manifest)
    if restored.key_put:
        say("The secret key of the backup is in place.")
    if restored.key_differs:
        say("The secret key is a new one: people set up their second factor and their phones again.")
    if damaged := restored.manifest.told["damaged"]:
        say(f"Damaged before the backup was made, and so not here: {', '.join(damaged[:5])}")
    say("Restored and verified. Everyone signs in again.")


def finish(file: Path, manifest: "Manifest") -> None:
    """What follows once the rows are in place: newer tables, history, facts that equal the records."""
    from throughline.cli.installation import bring_up_to_date  # reason: only once Django is set up
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.measures import facts
    from throughline.kernel.upkeep.services import record_restore

    bring_up_to_date(say)
    record_restore(Viewer(name="throughline restore"), file=file.name, manifest=manifest)
    if fault := facts.check():
        say(f"Facts are drawn anew ({fault})")
        facts.rebuild()
        if fault := facts.check():
            raise Fault(f"The records are restored, but facts differ from them: {fault}")
