"""Which files of the fact tables must be kept to answer from the version in force and from those that releases rest on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from deltalake import DeltaTable

from throughline.kernel.measures import tables

LOG = "_delta_log"


def versions_of(name: str, numbers: Iterable[int]) -> tuple[set[Path], list[int]]:
    """The files that hold these versions' rows, and the versions whose files are not all there."""
    root = tables.folder(name)
    wanted: set[Path] = set()
    lost = []
    for number in sorted(set(numbers)):
        try:
            actions = DeltaTable(root, version=number).get_add_actions(flatten=True)
            paths = {root / path for path in actions["path"].to_pylist()}
        except Exception:
            # The library has several errors for a table that is damaged or not there; what follows is the same.
            lost.append(number)
            continue
        if all(path.is_file() for path in paths):
            wanted |= paths
        else:
            lost.append(number)
    return wanted, lost


def log_of(name: str) -> Iterator[Path]:
    """The log of a table: the pointer to its latest checkpoint first, so that it never points past what follows."""
    folder = tables.folder(name) / LOG
    if not folder.is_dir():
        return
    pointer = folder / "_last_checkpoint"
    if pointer.exists():
        yield pointer
    for path in sorted(folder.iterdir()):
        if path.is_file() and path != pointer and not path.name.startswith((".", "_")) and ".tmp" not in path.name:
            yield path
