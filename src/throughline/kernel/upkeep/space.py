"""Room on disks."""

import shutil
from pathlib import Path

from django.template.defaultfilters import filesizeformat


def free_bytes(folder: Path) -> int:
    """What is free where the folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def human(size: int) -> str:
    return str(filesizeformat(size)).replace("\xa0", " ")
