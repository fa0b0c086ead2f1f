"""`throughline import` and `undo`: preview, all or nothing, the same file twice, back again."""

import json
from pathlib import Path
from typing import Any

import pytest

from throughline.cli.tests.conftest import Call
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Role
from throughline.kernel.intake.models import Batch, Profile
from throughline.kernel.testing.worlds import World

GOOD = """Nr;Datum;Država;Vrsta;Mesto
S-1;07.03.2024;Srbija;Public dispute;Beograd
S-2;08.03.2024;Srbija;Public dispute;Niš
"""
MAPPED = ("--map", "Nr=external_key", "--map", "Datum=occurred_on", "--map", "Vrsta=kind", "--map", "Mesto=place")
MAPPED_TO_SERBIA = (*MAPPED, "--map", "Država=", "--constant", "jurisdiction=RS")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seizures.csv"
    path.write_bytes(GOOD.encode("cp1250"))
    return path


@pytest.fixture
def bring(call: Call, world: World, file: Path) -> Any:
    """Alice brings the file in."""

    def run(*more: str, who: str = "alice") -> Any:
        email = world.user(who).email
        return call("import", "incident", str(file), *MAPPED_TO_SERBIA, *more, "--as", email)

    return run


def test_a_dry_run_tells_how_the_file_is_read_and_writes_nothing(bring: Any) -> None:
    result = bring("--dry-run", "--format", "json")

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["counts"]["new"], told["counts"]["wrong"], told["batch"]) == (2, 0, None)
    assert (told["options"]["delimiter"], told["options"]["format"]) == (";", "csv")
    assert Incident.objects.count() == 0


def test_a_file_is_brought_in_as_one_batch(bring: Any, file: Path) -> None:
    result = bring("--format", "json")

    assert result.exit_code == 0, result.output
    batch = Batch.objects.get()
    assert json.loads(result.stdout)["batch"] == str(batch.pk)
    assert (batch.name, set(Incident.objects.values_list("batch", flat=True))) == (file.name, {batch.pk})
    assert set(Incident.objects.values_list("place", flat=True)) == {"Beograd", "Niš"}


def test_the_same_file_again_changes_nothing(bring: Any) -> None:
    bring()
    result = bring("--format", "json")

    assert json.loads(result.stdout)["counts"]["same"] == 2
    assert (Incident.objects.count(), Batch.objects.count()) == (2, 1)


def test_a_batch_is_taken_back(bring: Any, call: Call, world: World) -> None:
    bring()
    batch = Batch.objects.get()
    result = call("undo", str(batch.pk), "--as", world.user("alice").email)

    assert result.exit_code == 0, result.output
    assert Incident.objects.count() == 0
    again = call("undo", str(batch.pk), "--as", world.user("alice").email)
    assert (again.exit_code, again.stderr.strip()) == (4, "Error: This batch was undone before.")


def test_one_wrong_row_stops_all_and_is_named(bring: Any, file: Path) -> None:
    file.write_bytes(GOOD.replace("08.03.2024", "38.03.2024").encode("cp1250"))
    result = bring()

    assert result.exit_code == 3
    assert "row 3, Datum" in result.stderr
    assert Incident.objects.count() == 0


def test_wrong_rows_may_be_left_out(bring: Any, file: Path) -> None:
    file.write_bytes(GOOD.replace("08.03.2024", "38.03.2024").encode("cp1250"))
    result = bring("--leave-out")

    assert result.exit_code == 0, result.output
    assert list(Incident.objects.values_list("external_key", flat=True)) == ["S-1"]


def test_a_profile_remembers_how_a_file_is_read(bring: Any, call: Call, world: World, file: Path) -> None:
    assert bring("--dry-run", "--keep-profile", "monthly").exit_code == 0
    assert not Profile.objects.exists()
    bring("--keep-profile", "monthly")
    result = call(
        "import", "incident", str(file), "--profile", "monthly", "--format", "json", "--as", world.user("alice").email
    )

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["counts"]["same"] == 2


def test_who_may_not_add_may_not_bring_in(bring: Any, world: World) -> None:
    world.user("alice").roles.update(role=Role.READER)
    result = bring()

    assert result.exit_code == 4
    assert Incident.objects.count() == 0


def test_a_column_that_is_not_there_is_bad_input(bring: Any) -> None:
    result = bring("--map", "Dattum=occurred_on")

    assert result.exit_code == 3
    assert "The file has no column 'Dattum'" in result.stderr


def test_an_option_of_reading_that_is_none_is_bad_input(bring: Any) -> None:
    result = bring("--set", "encodign=cp1250")

    assert result.exit_code == 3
    assert "encodign" in result.stderr


def test_a_file_that_is_not_there_is_wrong_usage(call: Call, world: World) -> None:
    assert call("import", "incident", "nowhere.csv", "--as", world.user("alice").email).exit_code == 2
