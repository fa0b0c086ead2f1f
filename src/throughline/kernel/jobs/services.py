"""Verbs on jobs: ask for one, cancel it, take it up again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.registry import tasks
from throughline.kernel.jobs.worker import bell


@verb("job.ask")
def enqueue(actor: Viewer, *, task: str, arguments: dict[str, Any] | None = None, title: str = "") -> Job:
    """Ask for a piece of work to be done in the background, as the actor.

    Written in the running verb's transaction: the work starts after that has committed, or never.
    `arguments` are plain JSON values (keys of records, not records): the task reads them afresh, as
    what the person may see at that time.
    """
    if actor.person is None:
        raise Refused(_("Sign in to have work done."))
    job = Job.objects.create(
        task=task, title=str(title or tasks[task].title)[:160], arguments=arguments or {}, asked_by_id=actor.person
    )
    note(job, after={"task": task})
    transaction.on_commit(bell.set)
    return job


@verb("job.cancel")
def cancel(actor: Viewer, *, job: Job) -> Job:
    """Cancel a job: at once if it waits, at its next step if it runs. What it finished before stays."""
    locked = _own_locked(actor, job)
    if not locked.is_open:
        return locked
    if locked.state == Job.State.WAITING:
        locked.state = Job.State.CANCELLED
    locked.cancel_requested = True
    locked.save(update_fields=["state", "cancel_requested"])
    note(locked, after={"cancel_requested": True})
    return locked


@verb("job.resume")
def resume(actor: Viewer, *, job: Job) -> Job:
    """Put a cancelled or failed job back into the queue; it goes on from its checkpoint."""
    locked = _own_locked(actor, job)
    if locked.state not in {Job.State.CANCELLED, Job.State.FAILED}:
        raise Refused(_("Only a job that failed or was cancelled can be taken up again."))
    locked.state = Job.State.WAITING
    locked.cancel_requested = False
    locked.attempts = 0
    locked.error = ""
    locked.ended_at = None
    locked.save(update_fields=["state", "cancel_requested", "attempts", "error", "ended_at"])
    note(locked, after={"state": locked.state})
    transaction.on_commit(bell.set)
    return locked


def _own_locked(actor: Viewer, job: Job) -> Job:
    """The row as it is now, locked; only the person who asked for the work may steer it."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not actor.signed_in or locked.asked_by_id != actor.person:
        raise Refused(_("Only the person who asked for this work may cancel it or take it up again."))
    return locked
