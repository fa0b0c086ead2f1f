"""Jobs: asked for in a verb, done as the person who asked, steered by that person alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.history.unit import verb
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.pulse import Breath
from throughline.kernel.jobs.registry import duties, duty, task, tasks
from throughline.kernel.jobs.run import Lost, Outcome, Run
from throughline.kernel.jobs.services import cancel, enqueue, resume
from throughline.kernel.jobs.worker import LEASE, claim, drain, perform, run_duties
from throughline.kernel.testing.worlds import World
from throughline.people.models import RoleGiven

seen: list[Any] = []


@pytest.fixture(autouse=True)
def test_tasks() -> Iterator[None]:
    """A few tasks of our own."""

    @task("test.count", title="Count to a number")
    def count(run: Run, to: int) -> Outcome:
        for number in range(run.checkpoint.get("done", 0), to):
            seen.append(number)
            run.save_checkpoint(done=number + 1)
            run.progress(number + 1, to, f"at {number + 1}")
        return Outcome(url="/result/", values={"to": to}, message="counted")

    @task("test.fail", title="Fail")
    def fail(run: Run, how: str) -> None:
        raise {"refused": Refused("Not you."), "invalid": Invalid([Problem("x", "bad")]), "bug": KeyError("x")}[how]

    @task("test.roles", title="Say the roles")
    def roles(run: Run) -> None:
        seen.append((run.viewer.name, len(run.viewer.roles)))

    @task("test.stopped", title="Be taken over")
    def stopped(run: Run) -> None:
        raise Lost

    yield
    seen.clear()
    for name in [name for name in tasks if name.startswith("test.")]:
        del tasks[name]


def ask(world: World, task: str, who: str = "alice", **arguments: Any) -> Job:
    return enqueue(world.viewer(who), task=task, arguments=arguments)


def done(job: Job) -> Job:
    drain()
    job.refresh_from_db()
    return job


def test_a_job_is_done_and_says_so(world: World) -> None:
    job = done(ask(world, "test.count", to=3))
    assert (job.state, job.done, job.total, job.message, job.percent) == ("done", 3, 3, "counted", 100)
    assert (job.result_url, job.result, seen) == ("/result/", {"to": 3}, [0, 1, 2])
    assert job.took is not None


def test_jobs_are_done_in_the_order_they_were_asked_for(world: World) -> None:
    ask(world, "test.roles", who="bob")
    ask(world, "test.roles", who="alice")
    assert drain() == 2
    assert [name for name, _ in seen] == ["Bob", "Alice"]


def test_a_job_acts_with_the_rights_of_the_moment_it_runs(world: World) -> None:
    job = ask(world, "test.roles")
    RoleGiven.objects.create(user=world.user("alice"), programme=world.programme, role=Role.ANALYST)
    done(job)
    assert seen == [("Alice", 2)]


def test_the_job_of_someone_who_left_does_not_run(world: World) -> None:
    job = ask(world, "test.count", to=3)
    alice = world.user("alice")
    alice.is_active = False
    alice.save()
    done(job)
    assert (job.state, seen) == ("failed", [])
    assert job.error == "The person who asked for this no longer has an active account."
    assert Entry.objects.latest("seq").verb == "job.run.refused"


def test_nobody_asks_for_a_job_without_signing_in(world: World) -> None:
    with pytest.raises(Refused):
        enqueue(Viewer.nobody(), task="test.count", arguments={"to": 1})


def test_a_job_asked_for_in_a_verb_that_fails_was_never_asked_for(world: World) -> None:
    @verb("test.verb")
    def broken(actor: Any) -> None:
        enqueue(actor, task="test.count", arguments={"to": 1})
        raise Refused("No.")

    with pytest.raises(Refused):
        broken(world.viewer("alice"))
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("how", "error"), [("refused", "Not you."), ("invalid", "x: bad"), ("bug", "Something went wrong in the program.")]
)
def test_a_failure_is_told_in_plain_words(world: World, how: str, error: str) -> None:
    job = done(ask(world, "test.fail", how=how))
    assert (job.state, job.error[: len(error)]) == ("failed", error)
    assert "KeyError" not in job.error


def test_a_task_this_version_does_not_know_fails(world: World) -> None:
    job = ask(world, "test.count", to=1)
    Job.objects.update(task="test.gone")
    assert done(job).error == "This version of the program does not know how to do that."


def test_a_waiting_job_is_cancelled_at_once_and_can_be_taken_up_again(world: World) -> None:
    job = ask(world, "test.count", to=2)
    cancel(world.viewer("alice"), job=job)
    assert (done(job).state, seen) == ("cancelled", [])
    resume(world.viewer("alice"), job=job)
    assert (done(job).state, seen) == ("done", [0, 1])


def test_a_running_job_is_cancelled_at_its_next_step(world: World) -> None:
    job = ask(world, "test.count", to=5)
    taken = claim()
    assert taken is not None
    cancel(world.viewer("alice"), job=job)
    taken.refresh_from_db()
    perform(taken, beating=Breath)
    job.refresh_from_db()
    assert (job.state, seen) == ("cancelled", [])


def test_an_ended_job_stays_as_it_ended(world: World) -> None:
    job = done(ask(world, "test.count", to=1))
    assert cancel(world.viewer("alice"), job=job).state == "done"
    with pytest.raises(Refused):
        resume(world.viewer("alice"), job=job)


def test_only_the_person_who_asked_steers_a_job(world: World) -> None:
    job = ask(world, "test.count", to=1)
    for who in ("bob", "adam", "sofia"):
        with pytest.raises(Refused):
            cancel(world.viewer(who), job=job)
        with pytest.raises(Refused):
            resume(world.viewer(who), job=job)
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == ("waiting", False)


def silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=1))


def test_the_job_of_a_dead_worker_is_taken_up_from_its_checkpoint(world: World) -> None:
    job = ask(world, "test.count", to=4)
    first = claim()
    assert first is not None
    Run(first, world.viewer("alice"), None).save_checkpoint(done=2)  # type: ignore[arg-type]
    assert claim() is None
    silent(job)
    assert (done(job).state, job.attempts, seen) == ("done", 2, [2, 3])


def test_a_job_that_stops_the_server_again_and_again_is_given_up(world: World) -> None:
    job = ask(world, "test.count", to=1)
    for _attempt in range(3):
        assert claim() is not None
        silent(job)
    done(job)
    assert (job.state, seen) == ("failed", [])
    assert job.error.startswith("The server stopped 3 times while doing this.")


def test_a_worker_that_lost_its_job_writes_nothing_about_its_end(world: World) -> None:
    job = ask(world, "test.count", to=2)
    first = claim()
    assert first is not None
    silent(job)
    second = claim()
    assert second is not None
    perform(first, beating=Breath)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 2)


def test_a_task_that_notices_it_was_taken_over_leaves_the_job_alone(world: World) -> None:
    assert done(ask(world, "test.stopped")).state == "running"


def test_a_duty_is_done_when_it_is_due_and_its_failure_stops_nothing() -> None:
    calls: list[str] = []

    @duty("test.duty", every=1000)
    def work() -> None:
        calls.append("done")
        raise ValueError

    try:
        due: dict[str, float] = {name: 1e12 for name in duties if name != "test.duty"}
        run_duties(due)
        run_duties(due)
    finally:
        del duties["test.duty"]
    assert calls == ["done"]


test_a_duty_is_done_when_it_is_due_and_its_failure_stops_nothing = pytest.mark.django_db(
    test_a_duty_is_done_when_it_is_due_and_its_failure_stops_nothing
)


def test_my_jobs_are_mine_alone(client: Client, world: World) -> None:
    job = ask(world, "test.count", to=1)
    client.force_login(world.user("alice"))
    assert job.title in client.get("/jobs/").content.decode()
    assert client.get(f"/jobs/{job.pk}/").status_code == 200
    for who in ("bob", "adam"):
        client.force_login(world.user(who))
        assert job.title not in client.get("/jobs/").content.decode()
        for part in ("", "progress/"):
            assert client.get(f"/jobs/{job.pk}/{part}").status_code == 404
        for part in ("cancel/", "resume/"):
            assert client.post(f"/jobs/{job.pk}/{part}").status_code == 404


def test_the_progress_is_polled_until_the_job_has_ended(client: Client, world: World) -> None:
    job = ask(world, "test.count", to=1)
    client.force_login(world.user("alice"))
    assert 'hx-trigger="every 1s"' in client.get(f"/jobs/{job.pk}/progress/").content.decode()
    done(job)
    ended = client.get(f"/jobs/{job.pk}/progress/").content.decode()
    assert "hx-trigger" not in ended
    assert 'href="/result/"' in ended


def test_a_job_is_cancelled_and_taken_up_again_on_its_page(client: Client, world: World) -> None:
    job = ask(world, "test.count", to=1)
    client.force_login(world.user("alice"))
    assert client.post(f"/jobs/{job.pk}/cancel/")["Location"] == f"/jobs/{job.pk}/"
    assert done(job).state == "cancelled"
    client.post(f"/jobs/{job.pk}/resume/")
    assert done(job).state == "done"
