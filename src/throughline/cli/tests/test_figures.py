"""`throughline figures`: one line a figure, as the person who asks may see it."""

import csv
import io
from datetime import date

from throughline.cli.tests.conftest import Call
from throughline.kernel.testing.worlds import World, make_incident

KILLED = [{"side": "victim", "outcome": "killed"}]


def test_a_line_for_each_figure_the_records_hold(call: Call, world: World) -> None:
    make_incident(world, state="verified", occurred_on=date(2022, 5, 1), people=KILLED)
    make_incident(world, state="verified", occurred_on=date(2023, 5, 1), people=KILLED * 2)

    result = call("figures", "--as", world.user("anna").email)

    assert result.exit_code == 0, result.output
    found = dict(csv.reader(io.StringIO(result.stdout)))
    assert found.pop("id") == "value"
    assert found["av-killed-2023"] == "2"
    assert found["av-killed-change"] == "100"


def test_a_record_that_changes_changes_the_figure(call: Call, world: World) -> None:
    make_incident(world, state="verified", occurred_on=date(2023, 5, 1), people=KILLED)
    before = call("figures", "--as", world.user("anna").email).stdout
    make_incident(world, state="verified", occurred_on=date(2023, 6, 1), people=KILLED)
    after = call("figures", "--as", world.user("anna").email).stdout

    assert "av-killed-2023,1" in before.splitlines()
    assert "av-killed-2023,2" in after.splitlines()


def test_who_may_not_read_the_records_gets_no_figure_from_them(call: Call, world: World) -> None:
    make_incident(world, state="verified", occurred_on=date(2023, 5, 1), people=KILLED)

    result = call("figures", "--as", world.user("outsider").email)

    assert result.exit_code == 0, result.output
    found = dict(csv.reader(io.StringIO(result.stdout)))
    assert found.get("av-killed-2023", "0") == "0"


def test_what_the_records_do_not_hold_is_said_and_not_printed(call: Call, world: World) -> None:
    result = call("figures", "--as", world.user("anna").email)

    assert "av-monitors-quarterly" not in result.stdout
    assert "The records hold nothing for:" in result.stderr
    assert "av-monitors-quarterly" in result.stderr


def test_the_question_behind_each_can_be_printed(call: Call, world: World) -> None:
    make_incident(world, state="verified", occurred_on=date(2023, 5, 1), people=KILLED)

    result = call("figures", "--questions", "--as", world.user("anna").email)

    rows = {row["id"]: row["question"] for row in csv.DictReader(io.StringIO(result.stdout))}
    assert rows["av-killed-2023"] == "measure=people-killed&period=2023&scope=SEE-7"
