"""The heartbeat of a running job: a thread with a connection of its own.

It writes the progress the task has told, and reads whether the person wants the job cancelled. On a
connection of its own, because the task may be inside a transaction for minutes: what it wrote there
would be seen by nobody, and would lock the row against the wish to cancel.
"""

import logging
import threading
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection
from django.utils import timezone

from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.run import Progress

INTERVAL = 0.5
logger = logging.getLogger(__name__)


def beat(job: Job, progress: Progress) -> None:
    """One exchange with the row, if it is still ours."""
    mine = Job.objects.filter(pk=job.pk, worker=job.worker, attempts=job.attempts, state=Job.State.RUNNING)
    updated = mine.update(
        done=progress.done, total=progress.total, message=progress.message, heartbeat_at=timezone.now()
    )
    progress.lost = not updated
    progress.cancelled = bool(updated) and mine.filter(cancel_requested=True).exists()


class Pulse:
    """Beats while the block runs."""

    def __init__(self, job: Job, progress: Progress, *, interval: float = INTERVAL) -> None:
        self.job, self.progress, self.interval = job, progress, interval
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.keep_beating, name=f"pulse-{job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self.thread.join()

    def keep_beating(self) -> None:
        try:
            while not self.stopped.wait(self.interval):
                try:
                    beat(self.job, self.progress)
                except DatabaseError:
                    # The database may be away for a moment; the lease is long enough for the next beat.
                    logger.warning("A heartbeat of job %s was missed.", self.job.pk, exc_info=True)
                    connection.close()
        finally:
            connection.close()


class Breath:
    """In place of a pulse where there is one connection only (tests, the command line's own jobs)."""

    def __init__(self, job: Job, progress: Progress) -> None:
        self.job, self.progress = job, progress

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.progress.lost:
            beat(self.job, self.progress)
