"""What history keeps of an operator's work."""

from typing import Any

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.upkeep.archive import Manifest
from throughline.kernel.upkeep.duties import BACKUP, heard_of


@verb("installation.backup")
def record_backup(actor: Viewer, *, file: str, manifest: Manifest) -> None:
    """Write down that everything was copied into a file: a backup is the largest of all exports."""
    note(None, after=told(file, manifest))
    heard_of(BACKUP)


@verb("installation.restore")
def record_restore(actor: Viewer, *, file: str, manifest: Manifest) -> None:
    """Write down that what is here now came out of a file, right after the entries it brought."""
    note(None, after=told(file, manifest))


@verb("installation.upgrade")
def record_upgrade(actor: Viewer, *, steps: list[str], program: str) -> None:
    """Write down that the database was brought forward, by which steps."""
    note(None, after={"program": program, "steps": steps})


def told(file: str, manifest: Manifest) -> dict[str, Any]:
    return {
        "file": file,
        "fingerprint": manifest.fingerprint,
        "made_at": manifest.told["made_at"],
        "entries": manifest.told["history"]["entries"],
        "with_key": manifest.told["with_key"],
    }
