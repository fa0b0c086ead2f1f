"""Content in the data folder, named by its own SHA-256: the same content is kept once, and cannot change unseen."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


class Damaged(OSError):
    """What lies on the disk is not what was put there."""


def path_of(sha256: str) -> Path:
    """Two levels of folders, so that none grows to a hundred thousand entries."""
    return Path(settings.DATA) / "files" / sha256[:2] / sha256[2:4] / sha256


def put(content: bytes) -> str:
    """Write the content (whole or not at all) and say its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256


def get(sha256: str) -> bytes:
    """The content, checked against its name."""
    try:
        content = path_of(sha256).read_bytes()
    except FileNotFoundError as gone:
        message = f"the content {sha256[:12]} is missing from the data folder"
        raise Damaged(message) from gone
    if hashlib.sha256(content).hexdigest() != sha256:
        message = f"the content {sha256[:12]} was changed in the data folder"
        raise Damaged(message)
    return content


def drop(sha256: str) -> None:
    path_of(sha256).unlink(missing_ok=True)
