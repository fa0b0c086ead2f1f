"""Rounds and returns at the API's door: what a program may do for a person, and every refusal."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from throughline.kernel.rounds.models import Return, Round
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.rounds import ANSWERS, make_institution, make_part, make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

Callers = dict[str, Program]


@pytest.fixture
def asked(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def ret(world: World, asked: Round) -> Return:
    return return_of(asked, world, "RS")


@pytest.fixture
def callers(world: World) -> Callers:
    names = ("alice", "bob", "charlie", "sofia", "simon", "anna", "outsider")
    return {name: Program(world, name) for name in names}


def url(record: Any, *more: str) -> str:
    return "/".join([f"/api/v1/{record._meta.model_name}s/{record.reference}", *more])


def answer(program: Program, ret: Return, **answers: Any) -> Any:
    given = answers or ANSWERS
    return program.send("PATCH", url(ret, "answers"), {"changes": {p: {"was": "", "now": v} for p, v in given.items()}})


def fields(answer: Any) -> list[tuple[str, str]]:
    return [(one["field"], one["message"]) for one in answer.json()["problems"]]


# The way of a return


def test_a_return_goes_its_way(world: World, ret: Return, callers: Callers) -> None:
    saved = answer(callers["alice"], ret).json()
    assert (saved["revision"], saved["conflicts"], saved["problems"]) == (1, [], [])
    assert (saved["asked"], saved["answered"]) == (4, 4)
    version = callers["bob"].send("POST", url(ret, "submit"), {"comment": "Checked."})
    assert (version.status_code, version.json()["version"], version.json()["via"]) == (201, 1, "api")
    accepted = callers["simon"].send("POST", url(ret, "accept"), {})
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    reopened = callers["simon"].send("POST", url(ret, "reopen"), {"reason": "A figure was wrong."})
    assert reopened.json()["state"] == "returned"


def test_the_secretariat_gives_a_return_back_with_remarks(world: World, asked: Round, callers: Callers) -> None:
    ret = make_return(world, round=asked, state="submitted")
    body = {"comment": "Look again.", "remarks": {"seizures/seized": "Is this all?"}}
    assert callers["simon"].send("POST", url(ret, "give-back"), body).json()["state"] == "returned"
    seen = callers["alice"].get(url(ret, "answers")).json()
    assert [(one["place"], one["text"]) for one in seen["remarks"]] == [("seizures/seized", "Is this all?")]
    strange = {"remarks": {"seizures/nothing": "?"}}
    again = make_return(world, "AL", round=asked, state="submitted")
    assert fields(callers["simon"].send("POST", url(again, "give-back"), strange)) == [
        ("seizures/nothing", "There is no such question in this questionnaire.")
    ]


def test_a_nil_return_is_an_answer(ret: Return, callers: Callers) -> None:
    assert fields(callers["bob"].send("POST", url(ret, "nil"), {})) == [
        ("reason", "Say in a sentence why there is nothing to report.")
    ]
    made = callers["bob"].send("POST", url(ret, "nil"), {"reason": "No seizures in the period."})
    assert (made.status_code, made.json()["nil"]) == (201, True)


def test_a_submitted_return_is_taken_back(world: World, asked: Round, callers: Callers) -> None:
    ret = make_return(world, round=asked, state="submitted")
    assert callers["bob"].send("POST", url(ret, "take-back"), {"reason": "A slip."}).json()["state"] == "returned"


# Answers


def test_two_programs_do_not_overwrite_each_other(ret: Return, callers: Callers) -> None:
    answer(callers["alice"], ret)
    body = {"changes": {"seizures/seized": {"was": "", "now": 20}, "seizures/handguns": {"was": "5", "now": 6}}}
    saved = callers["bob"].send("PATCH", url(ret, "answers"), body).json()
    assert saved["conflicts"] == [{"place": "seizures/seized", "theirs": "12", "yours": "20", "who": "Alice"}]
    assert saved["changed"] == ["seizures/handguns"]


def test_a_whole_set_replaces_what_it_knew(ret: Return, callers: Callers) -> None:
    alice = callers["alice"]
    answer(alice, ret)
    whole = {"seizures/seized": 13, "law/status": "none", "law/progress": None}
    kept = alice.send("PATCH", url(ret, "answers"), {"answers": whole, "revision": 1})
    assert sorted(kept.json()["changed"]) == ["law/status", "seizures/seized"]
    old = alice.send("PATCH", url(ret, "answers"), {"answers": whole, "revision": 1})
    assert old.status_code == 409
    alice.send("PATCH", url(ret, "answers"), {"answers": whole, "keep_missing": False})
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {"seizures/seized": "13", "law/status": "none"}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ("answers", "Send changes, or answers.")),
        ({"changes": []}, ("changes", "Send an object: place -> {was, now}.")),
        (
            {"changes": {"seizures/seized": 12}},
            ("seizures/seized", "Send an object with what was there and what it shall be: {was, now}."),
        ),
        (
            {"changes": {"seizures/nothing": {"was": "", "now": "1"}}},
            ("seizures/nothing", "This edition of the questionnaire has no such question."),
        ),
        (
            {"answers": {"law/status": ["drafted"]}},
            ("law/status", "An answer is text or a number; several choices are one text with blanks between."),
        ),
        ({"answers": {"a" * 900: "x"}}, ("a" * 900, "This edition of the questionnaire has no such question.")),
    ],
)
def test_what_cannot_be_answered_is_told_by_place(
    ret: Return, callers: Callers, body: dict[str, Any], problem: tuple[str, str]
) -> None:
    refused = callers["alice"].send("PATCH", url(ret, "answers"), body)
    assert (refused.status_code, fields(refused)) == (422, [problem])
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {}


def test_parts_that_exceed_their_total_are_told_and_cannot_be_sent(ret: Return, callers: Callers) -> None:
    given = {**ANSWERS, "seizures/handguns": "13"}
    message = ("seizures/handguns", "There cannot be more handguns than firearms seized.")
    assert fields(answer(callers["alice"], ret, **given)) == [message]
    refused = callers["bob"].send("POST", url(ret, "submit"), {})
    assert (refused.status_code, fields(refused)) == (422, [message])


def test_an_edition_that_was_replaced_is_a_conflict(ret: Return, callers: Callers) -> None:
    body = {"edition": 7, "changes": {"seizures/seized": {"was": "", "now": "1"}}}
    assert callers["alice"].send("PATCH", url(ret, "answers"), body).status_code == 409


def test_a_closed_round_takes_no_answers(asked: Round, ret: Return, callers: Callers) -> None:
    assert callers["sofia"].send("POST", url(asked, "close"), {"reason": "Over."}).json()["state"] == "closed"
    refused = answer(callers["alice"], ret)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "This round is closed. Ask the secretariat to open it again if something has to change.",
    )
    assert callers["sofia"].send("POST", url(asked, "reopen"), {"reason": "Too early."}).json()["state"] == "open"
    assert answer(callers["alice"], ret).status_code == 200


# Who may


@pytest.mark.parametrize("who", ["charlie", "sofia", "anna", "outsider"])
def test_a_draft_is_not_there_for_others(ret: Return, callers: Callers, who: str) -> None:
    answer(callers["alice"], ret)
    assert callers[who].get(url(ret, "answers")).status_code == 404
    assert callers[who].get(url(ret, "versions")).status_code == 404
    assert answer(callers[who], ret).status_code == 404
    assert callers[who].send("POST", url(ret, "submit"), {}).status_code == 404


def test_who_reads_a_return_reads_the_version_alone(world: World, asked: Round, callers: Callers) -> None:
    ret = make_return(world, round=asked, state="returned")
    body = {"changes": {"seizures/seized": {"was": "12", "now": "99"}}}
    callers["alice"].send("PATCH", url(ret, "answers"), body)
    assert callers["alice"].get(url(ret, "answers")).json()["answers"]["seizures/seized"] == "99"
    seen = callers["sofia"].get(url(ret, "answers")).json()
    assert (seen["working"], seen["answers"]["seizures/seized"]) == (False, "12")
    refused = callers["sofia"].send("PATCH", url(ret, "answers"), body)
    assert refused.status_code == 403
    assert callers["charlie"].get(url(ret, "answers")).status_code == 404


def test_earlier_versions_are_for_those_who_answer_and_ask(world: World, asked: Round, callers: Callers) -> None:
    ret = make_return(world, round=asked, state="returned")
    callers["bob"].send("POST", url(ret, "submit"), {})
    callers["simon"].send("POST", url(ret, "accept"), {})
    counts = {who: len(callers[who].get(url(ret, "versions")).json()["items"]) for who in ("bob", "sofia", "charlie")}
    assert counts == {"bob": 2, "sofia": 2, "charlie": 1}
    assert callers["charlie"].get(f"{url(ret, 'answers')}?version=1").status_code == 404
    assert callers["sofia"].get(f"{url(ret, 'answers')}?version=1").json()["version"] == 1
    assert callers["sofia"].get(f"{url(ret, 'answers')}?version=nonsense").status_code == 404


@pytest.mark.parametrize("step", ["open", "close", "remind", "reopen"])
def test_only_who_asks_runs_a_round(asked: Round, callers: Callers, step: str) -> None:
    for who in ("alice", "charlie", "anna"):
        assert callers[who].send("POST", url(asked, step), {"reason": "Now."}).status_code == 403
    assert callers["outsider"].send("POST", url(asked, step), {"reason": "Now."}).status_code == 404


def test_only_who_asks_sees_who_is_late(asked: Round, callers: Callers) -> None:
    assert callers["alice"].get(url(asked, "status")).status_code == 403
    told = callers["sofia"].get(url(asked, "status")).json()
    assert told["counts"] == {"asked": 2}
    assert [(one["jurisdiction"], one["label"]) for one in told["items"]] == [
        ("AL", "Not opened"),
        ("RS", "Not opened"),
    ]


def test_only_the_contact_point_submits(ret: Return, callers: Callers) -> None:
    answer(callers["alice"], ret)
    assert callers["alice"].send("POST", url(ret, "submit"), {}).status_code == 403
    assert callers["alice"].send("POST", url(ret, "ready"), {}).json()["state"] == "ready"


# Running


def test_a_round_is_opened_and_those_who_owe_are_reminded(world: World, callers: Callers) -> None:
    asked = make_round(world, opened=False)
    sofia = callers["sofia"]
    assert sofia.send("POST", url(asked, "open"), {}).json()["state"] == "open"
    assert len(sofia.send("POST", url(asked, "remind"), {}).json()["reminded"]) == 2
    one = return_of(asked, world, "AL")
    body = {"returns": [one.reference], "text": "Please."}
    assert sofia.send("POST", url(asked, "remind"), body).json() == {"reminded": [one.reference]}
    strange = sofia.send("POST", url(asked, "remind"), {"returns": ["RT-1999-000001"]})
    assert fields(strange) == [("returns", "This round has no such return.")]


def test_the_questions_are_told_in_a_language(asked: Round, callers: Callers) -> None:
    told = callers["alice"].get(f"{url(asked, 'form')}?language=sq").json()
    first = told["questions"][0]
    assert (told["edition"], first["path"], first["label"]) == (1, "seizures/seized", "Armë të sekuestruara")
    assert [one["value"] for one in told["questions"][3]["choices"]] == ["none", "drafted", "adopted"]


def test_answers_are_exported(world: World, asked: Round, callers: Callers) -> None:
    make_return(world, round=asked, state="accepted")
    text = callers["sofia"].get(f"{url(asked)}/answers.csv?shape=wide&values=codes").content.decode("utf-8-sig")
    head, row = (line.split(",") for line in text.splitlines())
    assert dict(zip(head, row, strict=True))["seizures/seized"] == "12"
    book = CalamineWorkbook.from_filelike(io.BytesIO(callers["sofia"].get(f"{url(asked)}/answers.xlsx").content))
    assert book.sheet_names == ["Answers", "Dictionary"]
    assert fields(callers["sofia"].get(f"{url(asked)}/answers.csv?shape=round")) == [
        ("shape", "Choose one of: long, wide, dictionary.")
    ]
    assert callers["sofia"].get(f"{url(asked)}/answers.pdf").status_code == 422


# Parts


def test_a_part_is_answered_and_handed_in(world: World, ret: Return, callers: Callers) -> None:
    border = make_institution(world)
    part = make_part(world, ret, border, sections=["law"])
    boris = Program(world, "boris")
    body = {"changes": {"law/status": {"was": "", "now": "drafted"}}}
    assert boris.send("PATCH", url(part, "answers"), body).status_code == 200
    strange = boris.send("PATCH", url(part, "answers"), {"changes": {"seizures/seized": {"now": "1"}}})
    assert fields(strange) == [("seizures/seized", "This question is not in the sections you were asked to answer.")]
    assert callers["bob"].get(url(part, "answers")).status_code == 404
    assert boris.send("POST", url(part, "hand-in"), {}).status_code == 201
    assert callers["bob"].get(url(part, "answers")).json()["answers"] == {"law/status": "drafted"}
    assert callers["charlie"].get(url(part, "answers")).status_code == 404
