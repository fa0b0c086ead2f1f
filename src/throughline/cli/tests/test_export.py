"""`throughline export`: the list's rows and the list's rule, as a file."""

import csv
import io
import json
from pathlib import Path

from throughline.cli.tests.conftest import Call
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.worlds import World, make_incident


def test_a_noun_is_written_as_the_person_may_read_it(call: Call, world: World) -> None:
    incident = make_incident(world, state="sent")
    owner = call("export", "incident", "--format", "json", "--as", world.user("alice").email)
    outsider = call("export", "incident", "--format", "json", "--as", world.user("outsider").email)

    assert [row["reference"] for row in json.loads(owner.stdout)] == [incident.reference]
    assert json.loads(outsider.stdout) == []


def test_an_export_is_written_into_history(call: Call, world: World) -> None:
    make_incident(world)
    call("export", "incidents", "--where", "jurisdiction=RS", "--as", world.user("alice").email)

    entry = Entry.objects.get(verb="resource.export")
    assert entry.actor == world.user("alice").pk
    assert (entry.after["noun"], entry.after["rows"]) == ("incident", 1)


def test_conditions_are_those_of_the_list(call: Call, world: World) -> None:
    make_incident(world)
    other = call("export", "incident", "--where", "jurisdiction=AL", "--as", world.user("alice").email)

    assert other.exit_code == 0, other.output
    assert len(list(csv.DictReader(io.StringIO(other.stdout.lstrip("\ufeff"))))) == 0


def test_a_workbook_goes_to_a_file(call: Call, world: World, tmp_path: Path) -> None:
    make_incident(world)
    target = tmp_path / "incidents.xlsx"
    result = call("export", "incident", "--format", "xlsx", "--out", str(target), "--as", world.user("alice").email)

    assert result.exit_code == 0, result.output
    assert target.read_bytes()[:2] == b"PK"


def test_a_condition_nobody_knows_gives_no_file_instead_of_everything(call: Call, world: World) -> None:
    make_incident(world)
    result = call("export", "incident", "--where", "juristiction=RS", "--as", world.user("alice").email)

    assert result.exit_code == 3
    assert "cannot be asked for 'juristiction'" in result.stderr
    assert result.stdout == ""


def test_a_value_nobody_knows_is_bad_input(call: Call, world: World) -> None:
    result = call("export", "incident", "--where", "jurisdiction=Atlantis", "--as", world.user("alice").email)

    assert result.exit_code == 3
    assert "Atlantis" in result.stderr


def test_a_noun_that_does_not_exist_names_those_that_do(call: Call, world: World) -> None:
    result = call("export", "unicorn", "--as", world.user("alice").email)

    assert result.exit_code == 3
    assert "incident" in result.stderr
