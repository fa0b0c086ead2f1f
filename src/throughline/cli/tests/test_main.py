"""The command line as a whole: help, exit codes, who acts."""

import json
import subprocess
import sys

import pytest

from throughline.cli.errors import Exit, answer_to, line_of
from throughline.cli.main import COMMANDS
from throughline.cli.tests.conftest import Call
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.testing.worlds import World


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(call: Call, command: str) -> None:
    result = call(command, "--help")

    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


def test_help_names_every_command(call: Call) -> None:
    result = call("--help")

    assert result.exit_code == 0
    assert [name for name in COMMANDS if f"\n  {name}" not in result.stdout] == []


def test_help_starts_neither_django_nor_a_database() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from throughline.cli.main import cli; "
        "CliRunner().invoke(cli, ['--help']); print([name for name in sys.modules if name.startswith('django')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_command_that_does_not_exist_is_wrong_usage(call: Call) -> None:
    result = call("incidentz")

    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_the_acting_person_is_named(call: Call, world: World) -> None:
    result = call("ask", "incidents", "--as", world.user("alice").email)

    assert result.exit_code == 0, result.output


def test_the_acting_person_may_stand_in_the_environment(call: Call, world: World) -> None:
    result = call("ask", "incidents", env={"THROUGHLINE_AS": world.user("alice").email.upper()})

    assert result.exit_code == 0, result.output


def test_without_a_name_and_without_a_superuser_it_asks_who_acts(call: Call, world: World) -> None:
    world.user("adam").__class__.objects.update(is_superuser=False)
    result = call("ask", "incidents")

    assert (result.exit_code, result.stderr.strip()) == (1, "Error: Say who acts: --as EMAIL, or set THROUGHLINE_AS.")


def test_in_a_demonstration_where_nobody_is_real_the_secretariat_acts(call: Call, world: World) -> None:
    world.user("adam").__class__.objects.update(illustrative=True, is_superuser=False)
    result = call("ask", "incidents", "--format", "json")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["run as"] == str(world.user("sofia"))


def test_an_unknown_person_is_a_fault_in_words(call: Call, world: World) -> None:
    result = call("ask", "incidents", "--as", "nobody@example.org")

    assert result.exit_code == 1
    assert "Nobody has an account with the address nobody@example.org" in result.stderr


def test_an_account_that_was_closed_is_refused(call: Call, world: World) -> None:
    alice = world.user("alice")
    alice.is_active = False
    alice.save()
    result = call("ask", "incidents", "--as", alice.email)

    assert result.exit_code == Exit.REFUSED
    assert "is not active" in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Refused("Only its owner may."), Exit.REFUSED, "Only its owner may."),
        (Conflict("Changed meanwhile."), Exit.INPUT, "Changed meanwhile."),
        (
            Invalid([Problem("date", "is not a date", "32.1.", row=4)]),
            Exit.INPUT,
            "row 4, date: is not a date ('32.1.')",
        ),
        (FileNotFoundError(2, "No such file or directory", "a.csv"), Exit.INPUT, "No such file or directory: a.csv"),
        (ZeroDivisionError("division by zero"), Exit.FAULT, "Something went wrong in the program"),
    ],
)
def test_what_goes_wrong_becomes_words_and_an_exit_code(error: Exception, code: int, said: str) -> None:
    answer = answer_to(error)

    assert answer is not None
    assert answer.exit_code == code
    assert answer.message.startswith(said)


def test_a_problem_without_a_place_is_only_its_message() -> None:
    assert line_of(Problem("", "The file is empty.")) == "The file is empty."


def test_where_it_went_wrong_is_shown_on_request_only(
    call: Call, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_address: str | None) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("throughline.cli.setup.actor_named", broken)
    usual = call("ask", "incidents")
    asked = call("--debug", "ask", "incidents")

    assert usual.stderr.startswith("Error: Something went wrong in the program (ZeroDivisionError")
    assert isinstance(asked.exception, ZeroDivisionError)


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_stand_on_lines_of_their_own(call: Call, command: str) -> None:
    """A mark that click does not understand would be printed, and the examples run into each other."""
    lines = call(command, "--help").stdout.splitlines()

    assert [line for line in lines if "\\b" in line or line.count("throughline ") > 1] == []
