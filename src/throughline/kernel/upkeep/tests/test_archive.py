"""The file of a backup: whole or nothing, and nothing else is taken for one."""

import errno
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from throughline.kernel.upkeep.archive import (
    MANIFEST,
    Manifest,
    NoRoom,
    Unsound,
    Writer,
    opened,
    told_when_full,
    verify,
    written_beside,
)


def write(path: Path, **members: bytes) -> Manifest:
    with written_beside(path) as out, Writer(out) as writer:
        for name, content in members.items():
            writer.add(f"files/{name}", iter([content[:3], content[3:]]))
        return writer.finish({"made_at": "now"})


def forged(path: Path, members: dict[str, bytes], manifest: dict[str, object] | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if manifest is not None:
            archive.writestr(MANIFEST, json.dumps(manifest))
    return path


def test_what_was_written_is_whole(tmp_path: Path) -> None:
    manifest = write(tmp_path / "a.backup", one=b"first content", two=b"")

    assert verify(tmp_path / "a.backup").fingerprint == manifest.fingerprint
    assert [(one.name, one.size) for one in manifest.members] == [("files/one", 13), ("files/two", 0)]
    assert (tmp_path / "a.backup").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]


def test_wherever_it_is_cut_short_it_is_no_backup(tmp_path: Path) -> None:
    write(tmp_path / "a.backup", one=b"first content", two=b"second content")
    content = (tmp_path / "a.backup").read_bytes()
    for length in range(0, len(content), 7):
        with pytest.raises(Unsound):
            verify(io.BytesIO(content[:length]))


def test_a_changed_byte_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    """In a member, its checksum says so; in the archive's own bookkeeping, it cannot be read or means the same."""
    manifest = write(tmp_path / "a.backup", one=b"first content", two=b"second content")
    content = (tmp_path / "a.backup").read_bytes()
    at = content.index(b"first content")
    for place in range(at, at + 13):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        with pytest.raises(Unsound):
            verify(io.BytesIO(changed))
    for place in range(len(content)):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        with suppress(Unsound):
            assert verify(io.BytesIO(changed)).members == manifest.members


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        {},
        {"format": "something else"},
        {"format": "throughline backup", "format_version": 99, "members": []},
        {"format": "throughline backup", "format_version": 1, "members": [{"name": 1}]},
        {"format": "throughline backup", "format_version": 1, "members": "none"},
    ],
)
def test_what_is_no_backup_of_ours_is_said_to_be_none(tmp_path: Path, manifest: dict[str, object] | None) -> None:
    with pytest.raises(Unsound):
        verify(forged(tmp_path / "a.backup", {"x": b"y"}, manifest))


def test_a_file_that_is_no_archive_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_bytes(b"PK\x03\x04 and then nothing of use")
    with pytest.raises(Unsound, match="not a whole backup"):
        verify(tmp_path / "a.backup")


def test_what_the_manifest_does_not_name_is_noticed(tmp_path: Path) -> None:
    manifest = {"format": "throughline backup", "format_version": 1, "members": []}
    with pytest.raises(Unsound, match="not those its manifest names"):
        verify(forged(tmp_path / "a.backup", {"files/more": b"y"}, manifest))


@pytest.mark.parametrize("name", ["/etc/passwd", "files/../../key", "facts/a/../../../b", "..\\x"])
def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    content = {"name": name, "size": 1, "sha256": "a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa"}
    manifest = {"format": "throughline backup", "format_version": 1, "members": [content]}
    with pytest.raises(Unsound):
        verify(forged(tmp_path / "a.backup", {name: b"y"}, manifest))


def test_a_backup_that_fails_leaves_what_was_there_before(tmp_path: Path) -> None:
    write(tmp_path / "a.backup", one=b"yesterday")

    def failing() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError), written_beside(tmp_path / "a.backup") as out, Writer(out) as writer:
        writer.add("files/one", failing())

    assert [one.size for one in verify(tmp_path / "a.backup").members] == [9]
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    out = tmp_path / "a.backup"
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(NoRoom, match="no room left"):  # noqa: SIM117
        with written_beside(out), Writer(full) as writer:
            writer.add("files/one", iter([b"x"]))

    assert list(tmp_path.iterdir()) == []


def test_other_faults_of_a_disk_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="odd"), told_when_full(tmp_path / "a"):
        raise OSError(errno.EIO, "odd")


def test_what_a_killed_backup_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".a.backup.unfinished").write_bytes(b"half" * 10_000)
    write(tmp_path / "a.backup", one=b"x")

    assert verify(tmp_path / "a.backup").members[0].size == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]


def test_two_backups_do_not_write_into_the_same_file(tmp_path: Path) -> None:
    with written_beside(tmp_path / "a.backup") as first:
        with pytest.raises(FileExistsError, match="Another backup"), written_beside(tmp_path / "a.backup"):
            pass
        with Writer(first) as writer:
            writer.add("files/one", iter([b"x"]))
            writer.finish({})

    with opened(tmp_path / "a.backup") as (_archive, manifest):
        assert len(manifest.members) == 1
