"""The worker with threads and connections of its own: what one connection cannot show."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.registry import task, tasks
from throughline.kernel.jobs.run import Run
from throughline.kernel.jobs.services import cancel, enqueue
from throughline.kernel.jobs.worker import claim, run_in_background, run_next
from throughline.kernel.testing.worlds import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture(autouse=True)
def slow_task() -> Iterator[threading.Event]:
    """A task inside one long transaction, until it is let go or cancelled."""
    let_go = threading.Event()

    @task("test.slow", title="Be slow")
    def slow(run: Run) -> None:
        with transaction.atomic():
            run.save_checkpoint(started=True)
            for step in range(400):
                run.progress(step, 400, "in a long transaction")
                if let_go.wait(0.02):
                    return

    yield let_go
    del tasks["test.slow"]


def until(condition: Callable[[], bool], seconds: float = 8) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.05)
    return False


def state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(pk=job.pk))


def test_a_background_worker_shows_progress_and_is_cancelled_inside_a_long_transaction(world: World) -> None:
    job = enqueue(world.viewer("alice"), task="test.slow")
    end = run_in_background(poll=0.1)
    try:
        assert until(lambda: Job.objects.filter(pk=job.pk, message="in a long transaction", done__gt=0).exists())
        cancel(world.viewer("alice"), job=job)
        assert until(lambda: state(job) == "cancelled")
    finally:
        end()
    job.refresh_from_db()
    assert not hasattr(job, "checkpoint")


def test_the_bell_wakes_a_worker_in_the_same_process(world: World, slow_task: threading.Event) -> None:
    slow_task.set()
    end = run_in_background(poll=60)
    try:
        time.sleep(0.3)
        job = enqueue(world.viewer("alice"), task="test.slow")
        assert until(lambda: state(job) == "done")
    finally:
        end()


def test_two_workers_never_take_the_same_job(world: World) -> None:
    jobs = {enqueue(world.viewer("alice"), task="test.slow").pk for _ in range(12)}
    taken: list[object] = []

    def take() -> None:
        while (job := claim()) is not None:
            taken.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), set(taken)) == (12, jobs)


def test_a_job_is_invisible_to_workers_until_its_verb_has_committed(world: World, slow_task: threading.Event) -> None:
    slow_task.set()
    found: list[Job | None] = []

    def look() -> None:
        found.append(run_next())
        connection.close()

    def look_elsewhere() -> None:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    with transaction.atomic():
        job = enqueue(world.viewer("alice"), task="test.slow")
        look_elsewhere()
    look_elsewhere()
    assert [one and one.pk for one in found] == [None, job.pk]
