"""The file of a backup: a ZIP archive that any tool opens, with a manifest as its last member.

The directory of a ZIP file stands at its end, so a file that was cut short is no archive at all. It is written beside its
place under a name that says it is not finished, read again from the disk, and only then takes its place.
"""

import errno
import fcntl
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

FORMAT, FORMAT_VERSION = "throughline backup", 1
MANIFEST = "manifest.json"
BLOCK = 1024 * 1024
# A manifest lists every file; one that is larger than this is none of ours.
LARGEST_MANIFEST = 512 * 1024**2


class Unsound(Exception):
    """The file is no backup, or not as it was written. The message says what is wrong."""


class NoRoom(Exception):
    """The disk is full."""


@dataclass
class Member:
    """One file within the backup."""

    name: str
    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup holds and how it was when it was made."""

    told: dict[str, Any]
    members: list[Member] = field(default_factory=list)

    def as_json(self) -> bytes:
        whole = {"format": FORMAT, "format_version": FORMAT_VERSION, **self.told}
        whole["members"] = [vars(one) for one in self.members]
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()

    @property
    def fingerprint(self) -> str:
        """Stands for the whole file: the manifest names the checksum of every member."""
        return hashlib.sha256(self.as_json()).hexdigest()

    @property
    def size(self) -> int:
        return sum(one.size for one in self.members)

    def named(self, folder: str) -> list[Member]:
        return [one for one in self.members if one.name.startswith(f"{folder}/")]

    def has(self, name: str) -> bool:
        return any(one.name == name for one in self.members)

    @classmethod
    def of(cls, text: bytes) -> Self:
        try:
            told = json.loads(text)
            if told.pop("format") != FORMAT:
                raise Unsound("This is not a backup of Throughline.")
            number = told.pop("format_version")
            if number > FORMAT_VERSION:
                raise Unsound(
                    f"This backup has format {number}; this version of the program reads up to {FORMAT_VERSION}."
                )
            members = [Member(**one) for one in told.pop("members")]
        except (ValueError, KeyError, TypeError, AttributeError) as odd:
            raise Unsound("The manifest of this backup cannot be read.") from odd
        return cls(told, members)


class Writer:
    """Takes members one after the other, in blocks, and keeps their checksums."""

    def __init__(self, out: IO[bytes]) -> None:
        # Dumps and Parquet files are compressed already, and so are most attachments.
        self.archive = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not finished: nothing more is written, least of all a directory that would make it look whole.
        self.archive.fp = None

    def add(self, name: str, blocks: Iterator[bytes]) -> Member:
        told, size = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                told.update(block)
                size += len(block)
        made = Member(name, size, told.hexdigest())
        self.members.append(made)
        return made

    def finish(self, told: dict[str, Any]) -> Manifest:
        manifest = Manifest(told, self.members)
        self.archive.writestr(MANIFEST, manifest.as_json())
        self.archive.close()
        return manifest


@contextmanager
def written_beside(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place whole or not at all, readable by its owner only.

    What a killed run left is taken over by the next one; two runs at once do not meet.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    handle = os.open(unfinished, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            raise FileExistsError(errno.EEXIST, "Another backup is being written there", str(target)) from held
        try:
            out.truncate(0)
            with told_when_full(target):
                yield out
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


@contextmanager
def told_when_full(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise NoRoom(f"There is no room left on the disk of {target.parent}. Nothing was kept.") from fault


def sync_folder(folder: Path) -> None:
    """Have the folder's new entry on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(source: Path | IO[bytes]) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The archive and its manifest. Unsound, if it is none."""
    with unsound_if_odd("This file is not a whole backup: it is damaged, or was cut short."):
        archive = zipfile.ZipFile(source)
    with archive:
        with unsound_if_odd("This is not a backup of Throughline, or its manifest is damaged."):
            if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise Unsound("This is not a backup of Throughline.")
            text = archive.read(MANIFEST)
        yield archive, Manifest.of(text)


@contextmanager
def unsound_if_odd(words: str) -> Iterator[None]:
    """Damage shows as many kinds of errors of the library; what the disk says stays as it is."""
    try:
        yield
    except Unsound:
        raise
    except OSError as fault:
        if fault.errno not in {None, errno.EINVAL}:  # a place before the file's beginning, from a damaged number
            raise
        raise Unsound(words) from fault
    except Exception as odd:
        raise Unsound(words) from odd


def verify(source: Path | IO[bytes], tick: Callable[[int, int], None] = lambda done, total: None) -> Manifest:
    """Read every member again and compare it with its checksum; nothing may be missing, nothing too much."""
    with opened(source) as (archive, manifest):
        check_names(archive, manifest)
        done, total = 0, manifest.size
        for member in manifest.members:
            told, size = hashlib.sha256(), 0
            for block in contents(archive, member.name):
                told.update(block)
                size += len(block)
                done += len(block)
                tick(done, total)
            if (size, told.hexdigest()) != (member.size, member.sha256):
                raise Unsound(f"{member.name} is not what was written: its checksum differs.")
    return manifest


def check_names(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    listed, held = [one.name for one in manifest.members], [one.filename for one in archive.infolist()]
    if sorted([*listed, MANIFEST]) != sorted(held):
        raise Unsound("The files in this backup are not those its manifest names.")
    for name in listed:
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            raise Unsound(f"{name!r} is no name of a file within a backup.")


def contents(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A member in blocks. Unsound, if it is damaged."""
    with unsound_if_odd(f"{name} is damaged."), archive.open(name) as member:
        while True:
            block = member.read(BLOCK)
            if not block:
                return
            yield block
