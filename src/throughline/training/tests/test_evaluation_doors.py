"""Evaluation by the API and the command line."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from throughline.api import services as tokens
from throughline.cli.main import cli
from throughline.kernel.testing.worlds import World
from throughline.training.models import Evaluation
from throughline.training.tests.evaluating import done_course, form_of, over, plan, say, sent


def api(world: World, who: str, method: str, path: str, data: Any = None) -> Any:
    key = tokens.make(world.viewer(who), name="test", days=1)[1]
    given: dict[str, Any] = {"headers": {"authorization": f"Bearer {key}"}}
    if data is not None:
        given |= {"data": data, "content_type": "application/json"}
    return getattr(Client(), method)(f"/api/v1/{path}", **given)


def run(*words: str, who: str = "sofia") -> Result:
    return CliRunner().invoke(cli, [*words, "--as", f"{who}@example.org"], catch_exceptions=False)


def test_a_program_plans_sends_and_reads(world: World) -> None:
    course = done_course(world)
    path = f"activities/{course.reference}/evaluation"
    code = form_of(world, "reaction-participant").questionnaire.code
    body = {"questionnaire": code, "level": 1, "role": "participant", "least": 6, "reminders": [3]}
    made = api(world, "sofia", "post", path, body).json()["items"][0]
    assert api(world, "sofia", "post", f"{path}/{made['id']}/send").json() == {"asked": 6}
    assert api(world, "sofia", "post", f"{path}/{made['id']}/send").json() == {"asked": 0}
    call = Evaluation.objects.get()
    say(call, *[{"overall": "4", "improve": "zqwords"}] * 6)
    told = api(world, "sofia", "get", path).json()["items"][0]
    assert (told["shown"], told["questions"], told["answered"]) == (False, [], {"part": 6, "of": 6, "percent": "100.0"})
    assert api(world, "sofia", "get", f"{path}/{made['id']}/answers.csv").status_code == 422
    over(call)
    told = api(world, "charlie", "get", path)
    assert told.json()["items"][0]["questions"][0]["mean"] == "4.00"
    assert "zqwords" not in told.content.decode()
    assert "zqwords" in api(world, "sofia", "get", f"{path}/{made['id']}/answers.csv").content.decode()
    rates = api(world, "charlie", "get", f"training/evaluation?year={course.ends_on.year}").json()
    assert rates["participants"] == {"part": 6, "of": 6, "percent": "100.0"}
    assert api(world, "charlie", "get", "training/evaluation?year=1999").json()["items"] == []


@pytest.mark.parametrize(("who", "status"), [("charlie", 403), ("anna", 403), ("outsider", 404)])
def test_others_run_nothing(world: World, who: str, status: int) -> None:
    course = done_course(world)
    call = plan(world, course)
    path = f"activities/{course.reference}/evaluation"
    told = [
        api(world, who, "post", path, {"usual": True}),
        api(world, who, "post", f"{path}/{call.pk}/send"),
        api(world, who, "get", f"{path}/{call.pk}/answers.csv"),
    ]
    assert {one.status_code for one in told} == {status}
    assert (Evaluation.objects.count(), call.tickets.count()) == (1, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"questionnaire": "no-such"},
        {"level": "x"},
        {"least": 1},
        {"reminders": "soon"},
        {"role": "anyone"},
        {"days": "later"},
    ],
)
def test_what_cannot_be_planned(world: World, body: dict[str, Any]) -> None:
    course = done_course(world, 1)
    code = form_of(world, "reaction-participant").questionnaire.code
    whole = {"questionnaire": code, "level": 1, "role": "participant", **body} if body else {}
    answer = api(world, "sofia", "post", f"activities/{course.reference}/evaluation", whole)
    assert (answer.status_code, Evaluation.objects.count()) == (422, 0)


def test_from_the_command_line(world: World, tmp_path: Path) -> None:
    course = done_course(world)
    assert run("evaluation", "plan", course.reference).output.count("Reaction") == 2
    call = Evaluation.objects.get(level=1, role="participant")
    assert run("evaluation", "send", str(call.pk)).output == "Sent to 6 people.\n"
    call.refresh_from_db()
    say(call, *[{"overall": "5"}] * 5)
    assert "Shown when the call has closed." in run("evaluation", "results", course.reference, "--format", "csv").output
    over(call)
    rows = run("evaluation", "results", course.reference, "--questions", "--format", "csv").output.splitlines()
    assert rows[1] == '1,participant,"Overall, the activity was",5,5.00,Excellent,5'
    out = tmp_path / "answers.xlsx"
    assert run("evaluation", "answers", str(call.pk), "--out", str(out)).exit_code == 0
    assert out.stat().st_size > 1000
    assert "participants,5,6,83.3" in run("evaluation", "rates", "--format", "csv").output
    assert run("evaluation", "send", "nonsense").exit_code != 0
    assert run("evaluation", "send", str(call.pk), who="charlie").exit_code == 4


def test_a_test_by_the_command_line(world: World) -> None:
    course = done_course(world, 1)
    code = form_of(world, "learning-participant").questionnaire.code
    told = run("evaluation", "plan", course.reference, "--questionnaire", code, "--kind", "pre-test", "--days", "-7")
    made = Evaluation.objects.get()
    assert (told.exit_code, made.anonymous, made.level, made.days) == (0, False, 2, -7)


def test_a_call_of_an_activity_one_may_not_see(world: World) -> None:
    course = done_course(world, 6, handling="red")
    call = sent(world, course)
    assert api(world, "charlie", "get", f"activities/{course.reference}/evaluation").status_code == 404
    assert run("evaluation", "send", str(call.pk), who="charlie").exit_code == 3
