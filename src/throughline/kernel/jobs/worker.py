"""Taking jobs from the queue and doing them, until told to stop."""

import logging
import os
import socket
import threading
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.access.standing import standing_as
from throughline.kernel.history.unit import refused, request_context
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.pulse import Breath, Pulse
from throughline.kernel.jobs.registry import Duty, duties, tasks
from throughline.kernel.jobs.run import Cancelled, Lost, Outcome, Progress, Run

# A worker that has not been heard of for this long is taken to be dead, and its job is taken up again.
LEASE = timedelta(seconds=30)
POLL = 1.0
logger = logging.getLogger(__name__)
# Rung by `enqueue` on commit, so that a worker in the same process starts without waiting for its next look.
bell = threading.Event()

Beating = Callable[[Job, Progress], AbstractContextManager[Any]]


def run_worker(stop: threading.Event, *, poll: float = POLL) -> None:
    """Do jobs and duties until `stop` is set; a job that is running then is finished first."""
    due: dict[str, float] = {}
    while not stop.is_set():
        close_old_connections()
        try:
            run_duties(due)
            busy = run_next() is not None
        except DatabaseError:
            logger.exception("The worker lost the database and tries again.")
            connection.close()
            busy = False
        if not busy:
            bell.wait(poll)
            bell.clear()
    connection.close()


def run_in_background(*, poll: float = POLL) -> Callable[[], None]:
    """Start a worker as a thread of this process; call what is returned to stop it."""
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(stop,), kwargs={"poll": poll}, name="worker", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        bell.set()
        thread.join(timeout=10)

    return end


def run_next(*, beating: Beating = Pulse) -> Job | None:
    """Take the oldest job there is and do it. None if there was nothing to do."""
    job = claim()
    if job is not None:
        perform(job, beating=beating)
    return job


def drain() -> int:
    """Do all that waits, here and now, on this connection. Says how many jobs that were."""
    count = 0
    while run_next(beating=Breath) is not None:
        count += 1
    return count


def claim() -> Job | None:
    """Make the oldest waiting job ours, or one whose worker has gone silent.

    Several workers may do this at once: a row another one has just locked is skipped, not waited for.
    """
    now = timezone.now()
    # A beat of the heart that is yet to come was made before the clock was set back.
    silent = Q(state=Job.State.RUNNING) & (Q(heartbeat_at__lt=now - LEASE) | Q(heartbeat_at__gt=now + LEASE))
    with transaction.atomic():
        open_jobs = Job.objects.select_for_update(skip_locked=True).filter(Q(state=Job.State.WAITING) | silent)
        job = open_jobs.order_by("asked_at", "id").first()
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.attempts += 1
        job.worker = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"[:80]
        job.heartbeat_at = timezone.now()
        job.started_at = job.started_at or timezone.now()
        job.save(update_fields=["state", "attempts", "worker", "heartbeat_at", "started_at"])
    return job


def perform(job: Job, *, beating: Beating) -> None:
    """Do one job as the person who asked, and write down how it ended."""
    if problem := unfit(job):
        end(job, Job.State.FAILED, error=problem)
        return
    progress = Progress(done=job.done, total=job.total, message=job.message, cancelled=job.cancel_requested)
    run = Run(job, viewer_of(job.asked_by_id), progress)
    with override(job.asked_by.language or settings.LANGUAGE_CODE), request_context(), beating(job, progress):
        state, outcome, error = attempt(run)
    if state is not None:
        end(job, state, outcome=outcome, error=error)


def unfit(job: Job) -> str:
    """Why the job is not started at all; empty if it may be."""
    task = tasks.get(job.task)
    if task is None:
        return _("This version of the program does not know how to do that.")
    if job.attempts > task.attempts:
        return _("The server stopped %(count)s times while doing this. An operator should look at its log.") % {
            "count": task.attempts
        }
    viewer = viewer_of(job.asked_by_id)
    if not viewer.signed_in:
        reason = _("The person who asked for this no longer has an active account.")
        refused(viewer, "job.run", about=job, reason=reason)
        return reason
    return ""


def attempt(run: Run) -> tuple[str | None, Outcome, str]:
    """(state, outcome, error); no state where the job belongs to another worker by now."""
    nothing = Outcome()
    try:
        run.stop_if_cancelled()
        with standing_as(run.viewer):
            outcome = tasks[run.job.task].work(run, **run.job.arguments) or nothing
    except Cancelled:
        return Job.State.CANCELLED, nothing, ""
    except Lost:
        logger.warning("Job %s was taken over by another worker.", run.job.pk)
        return None, nothing, ""
    except (Refused, Invalid) as answer:
        return Job.State.FAILED, nothing, str(answer)
    except Exception:
        logger.exception("Job %s (%s) failed.\n%s", run.job.pk, run.job.task, traceback.format_exc(limit=1))
        words = _("Something went wrong in the program. Nothing half-done was kept. Number for the operator: %(key)s.")
        return Job.State.FAILED, nothing, words % {"key": run.job.pk}
    return Job.State.DONE, outcome, ""


def end(job: Job, state: str, *, outcome: Outcome | None = None, error: str = "") -> None:
    """Write how it ended, unless another worker has the job by now."""
    outcome = outcome or Outcome()
    fields: dict[str, Any] = {"state": state, "error": error, "ended_at": timezone.now()}
    if state == Job.State.DONE:
        fields |= {"result": outcome.values, "result_url": outcome.url, "message": outcome.message}
    Job.objects.filter(pk=job.pk, worker=job.worker, attempts=job.attempts).update(**fields)


def run_duties(due: dict[str, float]) -> None:
    """Do what is due, each duty by one worker at a time."""
    for duty in duties.values():
        if monotonic() >= due.get(duty.name, 0.0):
            due[duty.name] = monotonic() + duty.every
            perform_duty(duty)


def perform_duty(duty: Duty) -> None:
    """Do a duty while no other worker does it; a failing one is logged and tried again next time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"duty {duty.name}"])
        if not cursor.fetchone()[0]:
            return
    try:
        duty.work()
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The duty %s failed.", duty.name)
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"duty {duty.name}"])
