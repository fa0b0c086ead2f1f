"""`throughline measures` and `ask`."""

import csv
import io
import json

from throughline.cli.tests.conftest import Call
from throughline.kernel.testing.worlds import World, make_incident


def test_measures_are_listed_with_what_they_can_be_sliced_by(call: Call) -> None:
    result = call("measures", "--format", "json")

    assert result.exit_code == 0, result.output
    listed = {row["measure"]: row for row in json.loads(result.stdout)}
    assert "quarter" in listed["people-killed"]["slice by"].split()


def test_a_question_is_answered_as_the_person_who_asks(call: Call, world: World) -> None:
    make_incident(world, state="verified")
    owner = call("ask", "incidents", "--format", "json", "--as", world.user("alice").email)
    outsider = call("ask", "incidents", "--format", "json", "--as", world.user("outsider").email)

    assert json.loads(owner.stdout)["total"]["value"] == 1
    assert json.loads(outsider.stdout)["total"]["value"] in {0, None}


def test_csv_holds_a_row_for_each_cell_and_no_total(call: Call, world: World) -> None:
    make_incident(world, state="verified")
    result = call("ask", "incidents", "--by", "jurisdiction", "--format", "csv", "--as", world.user("alice").email)

    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["incidents"] for row in rows] == ["1"]
    assert list(rows[0]) == ["jurisdiction", "incidents"]


def test_a_measure_that_does_not_exist_is_bad_input(call: Call, world: World) -> None:
    result = call("ask", "people-kiled", "--as", world.user("alice").email)

    assert result.exit_code == 3
    assert "people-killed" in result.stderr


def test_a_period_that_is_none_is_bad_input(call: Call, world: World) -> None:
    result = call("ask", "incidents", "--period", "2023-Q5", "--as", world.user("alice").email)

    assert result.exit_code == 3
    assert "2023-Q5" in result.stderr
