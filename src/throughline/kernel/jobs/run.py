"""What a task holds while it works: who it acts as, its progress, its checkpoint."""

from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.models import Checkpoint, Job


class Cancelled(Exception):
    """The person asked for the job to be cancelled."""


class Lost(Exception):
    """Another worker has taken the job over: this one must stop."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended: plain values to keep, and the page where the result is."""

    url: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    message: str = ""


@dataclass
class Progress:
    """How far the task says it is, and what it must know: told to and fro by the pulse."""

    done: int = 0
    total: int = 0
    message: str = ""
    cancelled: bool = False
    lost: bool = False


class Run:
    """One attempt at one job."""

    def __init__(self, job: Job, viewer: Viewer, progress: Progress) -> None:
        self.job = job
        self.viewer = viewer
        self._progress = progress

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Say how far the work is; raises `Cancelled` where the person has asked for that.

        Costs nothing (the pulse writes it down twice a second, on a connection of its own), so call
        it as often as is natural, also inside a transaction.
        """
        self._progress.done = done
        if total is not None:
            self._progress.total = total
        if message:
            self._progress.message = str(message)[:200]
        self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        if self._progress.lost:
            raise Lost
        if self._progress.cancelled:
            raise Cancelled

    @property
    def checkpoint(self) -> dict[str, Any]:
        """What the attempt before this one has finished; empty at first."""
        found = Checkpoint.objects.filter(job=self.job).first()
        return dict(found.data) if found else {}

    def save_checkpoint(self, **data: Any) -> None:
        """Remember what is finished. Call it in the transaction that finishes it."""
        Checkpoint.objects.update_or_create(job=self.job, defaults={"data": data})
