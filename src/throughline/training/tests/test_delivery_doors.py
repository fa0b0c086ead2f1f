"""Attendance and certificates by the API and the command line; and the job, cancelled, killed and taken up again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.utils import timezone

from throughline.api import services as tokens
from throughline.cli.main import cli
from throughline.kernel.flow.services import advance
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.worker import LEASE, claim, drain
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Attendance, Certificate
from throughline.training.services import certificates
from throughline.training.tests.delivering import attend, keys, make_course


def closed(world: World, number: int) -> Activity:
    """A course that so many people attended whole."""
    course = make_course(world, people=("RS",) * number)
    attend(world, course, *[(100, 100)] * number)
    advance(world.viewer("sofia"), record=course, transition="finish")
    return course


def api(world: World, who: str, method: str, path: str, data: Any = None) -> Any:
    key = tokens.make(world.viewer(who), name="test", days=1)[1]
    given: dict[str, Any] = {"headers": {"authorization": f"Bearer {key}"}}
    if data is not None:
        given |= {"data": data, "content_type": "application/json"}
    return getattr(Client(), method)(f"/api/v1/activities/{path}", **given)


# The API


def test_a_program_writes_attendance_for_the_team(world: World) -> None:
    course = make_course(world, people=("RS", "AL"))
    path = f"{course.reference}/attendance"
    told = api(world, "sofia", "get", path).json()
    session = told["sessions"][0]["id"]
    people = [one["person"] for one in told["items"]]
    marks = [{"person": one, "session": session, "attendance": 100} for one in people]
    assert api(world, "sofia", "post", path, {"marks": marks}).json() == {"changed": 2}
    assert api(world, "sofia", "post", path, {"marks": marks}).json() == {"changed": 0}
    marks[0]["attendance"] = "excused"
    marks[1]["attendance"] = None
    assert api(world, "sofia", "post", path, {"marks": marks}).json() == {"changed": 2}
    assert [one["marks"] for one in api(world, "sofia", "get", path).json()["items"]] == [{session: "excused"}, {}]


@pytest.mark.parametrize(("who", "status"), [("charlie", 403), ("anna", 403), ("outsider", 404)])
def test_others_get_nothing_from_it(world: World, who: str, status: int) -> None:
    course = closed(world, 1)
    for method, path, data in (
        ("get", "attendance", None),
        ("post", "attendance", {"marks": []}),
        ("get", "certificates", None),
        ("post", "certificates", {"people": [course.places.get().person.reference]}),
        ("post", "certificates/CERT-1/revoke", {"reason": "No."}),
    ):
        answer = api(world, who, method, f"{course.reference}/{path}", data)
        assert (path, answer.status_code) == (path, status)
        assert b"Officer" not in answer.content
    assert Job.objects.count() == 0


@pytest.mark.parametrize("marks", ["all", [1], [{}], [{"person": "TP-1", "session": "x", "attendance": 100}]])
def test_wrong_marks_are_told(world: World, marks: Any) -> None:
    course = make_course(world, people=("RS",))
    assert api(world, "sofia", "post", f"{course.reference}/attendance", {"marks": marks}).status_code == 422
    assert Attendance.objects.count() == 0


def test_a_program_approves_and_revokes(world: World) -> None:
    course = closed(world, 2)
    path = f"{course.reference}/certificates"
    people = [one["person"] for one in api(world, "sofia", "get", path).json()["proposed"]]
    assert api(world, "sofia", "post", path, {"people": ["TP-0000-000001"]}).status_code == 422
    assert api(world, "sofia", "post", path, {"people": people[:1]}).status_code == 202
    drain()
    made = Certificate.objects.get()
    gone = api(world, "sofia", "post", f"{path}/{made.serial}/revoke", {"reason": "The wrong one."}).json()
    assert (gone["number"], gone["valid"]) == (made.serial, False)
    assert api(world, "sofia", "post", f"{path}/CERT-0000-000009/revoke", {"reason": "No."}).status_code == 404


# The command line


@pytest.fixture
def run() -> Callable[..., Result]:
    def invoke(who: str, *arguments: str) -> Result:
        return CliRunner().invoke(cli, ["training", *arguments, "--as", f"{who}@example.org"])

    return invoke


def test_a_sheet_is_taken_in(world: World, run: Callable[..., Result], tmp_path: Path) -> None:
    course = make_course(world, people=("RS",))
    file = tmp_path / "day.csv"
    file.write_text("name,attendance\nOfficer RS 1,50\n")
    assert run("sofia", "attendance", str(file), "--activity", course.reference).exit_code == 3
    assert run("charlie", "attendance", str(file), "--activity", course.reference, "--session", "Day 1").exit_code == 4
    done = run("sofia", "attendance", str(file), "--activity", course.reference, "--session", "day 1")
    assert (done.exit_code, Attendance.objects.get().percent) == (0, 50)


def test_certificates_are_listed_then_issued(world: World, run: Callable[..., Result]) -> None:
    course = closed(world, 2)
    listed = run("sofia", "certificates", course.reference, "--format", "json")
    assert (listed.exit_code, listed.output.count("Officer RS")) == (0, 2)
    assert run("charlie", "certificates", course.reference).exit_code == 4
    left = course.places.order_by("order")[0].person.reference
    assert run("sofia", "certificates", course.reference, "--issue", "--without", left).exit_code == 0
    drain()
    assert Certificate.objects.get().place.person.reference != left


# The job


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "AT_ONCE", 2)


def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    world: World, few_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = closed(world, 5)
    job = certificates.review(world.viewer("sofia"), activity=course, places=keys(course))
    printed = certificates._print
    count = 0

    def dies_at_the_fourth(*given: Any) -> None:
        nonlocal count
        count += 1
        if count == 4:
            raise SystemExit
        printed(*given)

    monkeypatch.setattr(certificates, "_print", dies_at_the_fourth)
    with pytest.raises(SystemExit):
        drain()
    # What was in the making when the worker died is undone, numbers included.
    assert list(Certificate.objects.order_by("serial").values_list("serial", flat=True)) == numbers(1, 2)
    monkeypatch.setattr(certificates, "_print", printed)
    assert claim() is None
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=1))
    drain()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, job.total) == ("done", 2, 5, 5)
    assert list(Certificate.objects.order_by("serial").values_list("serial", flat=True)) == numbers(1, 2, 3, 4, 5)
    assert Certificate.objects.filter(file__isnull=False).count() == 5


def numbers(*given: int) -> list[str]:
    return [f"CERT-{timezone.localdate().year}-{one:06d}" for one in given]


def test_two_who_approve_the_same_issue_it_once(world: World) -> None:
    course = closed(world, 3)
    for who in ("sofia", "simon"):
        certificates.review(world.viewer(who), activity=course, places=keys(course))
    drain()
    assert Certificate.objects.count() == 3
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_who_lost_the_right_meanwhile_issues_nothing(world: World) -> None:
    course = closed(world, 1)
    certificates.review(world.viewer("simon"), activity=course, places=keys(course))
    world.user("simon").roles.all().delete()
    drain()
    assert (Certificate.objects.count(), Job.objects.get().state) == (0, "failed")


def test_attendance_put_right_between_approval_and_issue_counts(world: World) -> None:
    course = closed(world, 2)
    certificates.review(world.viewer("sofia"), activity=course, places=keys(course))
    attend(world, course, (100, 100), (0, 0))
    drain()
    assert list(Certificate.objects.values_list("place", flat=True)) == keys(course)[:1]
