"""Nothing of one walk is remembered in the next: wrong keys of phones are counted by address."""

import shutil
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def nothing_remembered(db: None) -> None:
    cache.clear()


def in_folder(folder: Path) -> dict[str, Path]:
    """The settings that say where facts and files are."""
    return {"DATA": folder, "FACTS": folder / "facts", "MEDIA_ROOT": folder / "files"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Facts and files of the world that all walks begin with."""
    return tmp_path_factory.mktemp("walk") / "data"


@pytest.fixture(autouse=True)
def own_data_folder(settings: Settings, folder: Path, tmp_path: Path) -> Path:
    """Each walk has its own copy of that world's facts and files, as it has its own transaction."""
    if folder.exists():
        shutil.copytree(folder, tmp_path / "data")
    for name, place in in_folder(tmp_path / "data").items():
        setattr(settings, name, place)
    return tmp_path / "data"
