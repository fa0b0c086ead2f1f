"""Rounds from the command line: prepared, answered from Excel, decided, exported; and what is refused."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from django.utils import timezone

from throughline.cli.tests.conftest import Call
from throughline.kernel.rounds.models import Questionnaire, Return, Round
from throughline.kernel.rounds.tests.workbooks import typed
from throughline.kernel.testing.rounds import ANSWERS, make_return, make_round, return_of, xlsform
from throughline.kernel.testing.worlds import World

Acting = Callable[..., Result]
DUE = str(timezone.localdate() + timedelta(days=20))


@pytest.fixture
def acting(call: Call, world: World) -> Acting:
    """`acting("sofia", "round", "list")`."""
    return lambda who, *arguments: call(*arguments, "--as", world.user(who).email)


@pytest.fixture
def ret(world: World) -> Return:
    return return_of(make_round(world), world)


def rows(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_from_a_form_to_an_open_round(acting: Acting, tmp_path: Path) -> None:
    form = tmp_path / "arms.xlsx"
    form.write_bytes(xlsform())
    (made,) = rows(acting("sofia", "questionnaire", "add", str(form), "--title", "Arms return", "--format", "json"))
    assert (made["code"], made["edition"]) == ("arms-return", 1)
    wanted = (
        "round",
        "prepare",
        "arms-return",
        "--title",
        "Arms 2023",
        "--period",
        "2023",
        "--due",
        DUE,
        "--ask",
        "police-rs",
    )
    (prepared,) = rows(acting("sofia", *wanted, "--format", "json"))
    assert (prepared["state"], prepared["due"]) == ("prepared", DUE)
    (opened,) = rows(acting("sofia", "round", "open", prepared["reference"], "--format", "json"))
    assert opened["state"] == "open"
    listed = rows(acting("alice", "round", "list", "--state", "open", "--format", "json"))
    assert [one["reference"] for one in listed] == [prepared["reference"]]
    (shown,) = rows(acting("alice", "round", "show", prepared["reference"], "--format", "json"))
    assert (shown["questionnaire"], shown["edition"]) == ("Arms return", 1)


def test_a_form_that_cannot_be_used_leaves_nothing_behind(acting: Acting, tmp_path: Path) -> None:
    form = tmp_path / "arms.xlsx"
    form.write_bytes(xlsform([{"type": "integer", "name": "a", "label": "A", "relevant": "${nothing} > 1"}], []))
    result = acting("sofia", "questionnaire", "add", str(form), "--title", "Arms return")
    assert result.exit_code == 3
    assert 'Sheet "survey", row 2' in result.stderr
    assert not Questionnaire.objects.exists()
    assert acting("sofia", "questionnaire", "add", str(form)).exit_code == 2


def test_who_has_answered_and_who_is_reminded(acting: Acting, world: World, ret: Return) -> None:
    make_return(world, "AL", round=ret.round, state="submitted")
    told = rows(acting("sofia", "round", "status", ret.round.reference, "--format", "json"))
    assert [(one["organisation"], one["state"], one["late"]) for one in told] == [
        ("Police Albania", "submitted", False),
        ("Police Serbia", "asked", False),
    ]
    chased = rows(acting("sofia", "round", "remind", ret.round.reference, "--text", "Please.", "--format", "json"))
    assert [one["return"] for one in chased] == [ret.reference]
    assert acting("sofia", "round", "remind", ret.round.reference, "--return", "RT-1999-000001").exit_code == 3


def test_a_file_is_filled_and_taken_in(acting: Acting, world: World, ret: Return, tmp_path: Path) -> None:
    file = tmp_path / "answers.xlsx"
    assert acting("alice", "return", "excel", ret.reference, "--out", str(file)).exit_code == 0
    filled = {("1 Seizures", "E5"): 12, ("1 Seizures", "E6"): 5, ("2 Law", "E5"): "Drafted"}
    file.write_bytes(typed(file.read_bytes(), filled))
    take = ("return", "excel", ret.reference, "--take", str(file))
    looked = rows(acting("alice", *take, "--dry-run", "--format", "json"))
    assert [(one["place"], one["after"]) for one in looked][:2] == [
        ("seizures/seized", "12"),
        ("seizures/handguns", "5"),
    ]
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {}
    assert "3 answers changed" in acting("alice", *take).stderr
    assert "answered already" in acting("alice", *take).stderr
    shown = rows(acting("alice", "return", "show", ret.reference, "--format", "json"))
    assert {one["place"]: one["answer"] for one in shown if one["answer"]} == {
        "seizures/seized": "12", "seizures/handguns": "5", "seizures/others": "7", "law/status": "drafted",
    }  # fmt: skip
    (sent,) = rows(acting("bob", "return", "submit", ret.reference, "--format", "json"))
    assert sent["state"] == "submitted"
    assert ret.sheet.versions.get().via == "command"


def test_wrong_cells_stop_the_file(acting: Acting, ret: Return, tmp_path: Path) -> None:
    file = tmp_path / "answers.xlsx"
    acting("alice", "return", "excel", ret.reference, "--out", str(file))
    file.write_bytes(typed(file.read_bytes(), {("1 Seizures", "E5"): "twelve", ("2 Law", "E5"): "Drafted"}))
    result = acting("alice", "return", "excel", ret.reference, "--take", str(file))
    assert result.exit_code == 3
    assert 'Sheet "1 Seizures", cell E5 "twelve": Enter a whole number in digits, such as 12.' in result.stderr
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {}


def test_the_secretariat_decides(acting: Acting, world: World, ret: Return) -> None:
    make_return(world, round=ret.round, state="submitted")
    given = acting("simon", "return", "give-back", ret.reference, "--remark", "seizures/seized=Is this all?")
    assert given.exit_code == 0, given.output
    assert acting("bob", "return", "submit", ret.reference).exit_code == 0
    (accepted,) = rows(acting("simon", "return", "accept", ret.reference, "--format", "json"))
    assert accepted["state"] == "accepted"
    (reopened,) = rows(acting("simon", "return", "reopen", ret.reference, "--reason", "A slip.", "--format", "json"))
    assert reopened["state"] == "returned"


def test_a_nil_return_and_the_end_of_a_round(acting: Acting, world: World, ret: Return) -> None:
    reference = ret.round.reference
    assert acting("bob", "return", "nil", ret.reference, "--reason", "No seizures.").exit_code == 0
    closing = acting("sofia", "round", "close", reference)
    assert (closing.exit_code, "First decide on the returns of: Police Serbia." in closing.stderr) == (4, True)
    acting("simon", "return", "accept", ret.reference)
    (closed,) = rows(acting("sofia", "round", "close", reference, "--format", "json"))
    assert closed["state"] == "closed"
    assert (
        rows(acting("sofia", "round", "reopen", reference, "--reason", "Early.", "--format", "json"))[0]["state"]
        == "open"
    )


def test_answers_are_exported(acting: Acting, world: World, ret: Return, tmp_path: Path) -> None:
    make_return(world, round=ret.round, state="accepted")
    reference = ret.round.reference
    out = tmp_path / "answers.csv"
    assert acting("sofia", "answers", "export", reference, "--shape", "wide", "--codes", "-o", str(out)).exit_code == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert {name: row[name] for name in ANSWERS} == ANSWERS
    long = acting("sofia", "answers", "export", reference, "--labels").stdout
    assert "Drafted" in long
    book = tmp_path / "answers.xlsx"
    assert acting("sofia", "answers", "export", reference, "-o", str(book)).exit_code == 0
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    "command",
    [
        ("round", "open"),
        ("round", "close"),
        ("round", "remind"),
        ("round", "status"),
    ],
)
def test_who_does_not_ask_is_refused(acting: Acting, ret: Return, command: tuple[str, ...]) -> None:
    assert acting("alice", *command, ret.round.reference).exit_code == 4
    assert acting("outsider", *command, ret.round.reference).exit_code == 3
    assert Round.objects.get().state == "open"


@pytest.mark.parametrize("command", [("show",), ("excel",), ("submit",), ("nil", "--reason", "None."), ("accept",)])
def test_a_draft_is_not_there_for_others(acting: Acting, ret: Return, command: tuple[str, ...]) -> None:
    result = acting("charlie", "return", command[0], ret.reference, *command[1:])
    assert (result.exit_code, "that you may read" in result.stderr) == (3, True)
    assert acting("charlie", "return", "list", "--format", "json").stdout.count("Serbia") == 0
