"""Whether this process can do its work, and what an operator should look at.

A fault means: send nobody here (the database does not answer, it is not up to date, the disk is full). A warning means: look
at it (no worker, many changes that figures have not seen); pages go on, so a load balancer is not told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from throughline.kernel.jobs.models import Job
from throughline.kernel.measures.engines import Away, engine
from throughline.kernel.upkeep.duties import WORKER
from throughline.kernel.upkeep.models import Heartbeat
from throughline.kernel.upkeep.schema import pending_migrations
from throughline.kernel.upkeep.space import free_bytes, human

GOOD, WARNING, FAULT = "good", "warning", "fault"
# A worker tells every ten seconds that it lives, a job that runs twice a second.
SILENT_AFTER = timedelta(seconds=60)
# Beyond this many, the next answer draws whole tables (measures.facts.BULK) and takes its time.
MANY_CHANGES = 20_000


@dataclass(frozen=True)
class Check:
    """One thing looked at. The words are for operators, never for strangers."""

    name: str
    state: str
    words: str


def look() -> list[Check]:
    """All checks; none after the database where that does not answer."""
    found = []
    for name, check in CHECKS.items():
        found.append(looked_at(name, check))
        if name == "database" and found[-1].state == FAULT:
            break
    return found


def looked_at(name: str, check: Callable[[], tuple[str, str]]) -> Check:
    try:
        return Check(name, *check())
    except Exception as fault:
        return Check(name, FAULT if name in NEEDED else WARNING, type(fault).__name__)


def is_ready(checks: list[Check]) -> bool:
    return all(one.state != FAULT for one in checks)


def check_database() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return GOOD, "answers"


# Once up to date, this process's database stays so: the files of a running program do not change under it.
_up_to_date = False


def check_migrations() -> tuple[str, str]:
    global _up_to_date  # noqa: PLW0603  reason: see above; looking costs tens of milliseconds
    if not _up_to_date and (pending := pending_migrations()):
        return FAULT, f"{len(pending)} steps wait: throughline upgrade"
    _up_to_date = True
    return GOOD, "up to date"


def last_heard_of_worker() -> datetime | None:
    beats = [Heartbeat.objects.filter(name=WORKER).aggregate(at=Max("at"))["at"]]
    beats.append(Job.objects.filter(state=Job.State.RUNNING).aggregate(at=Max("heartbeat_at"))["at"])
    return max((at for at in beats if at is not None), default=None)


def check_worker() -> tuple[str, str]:
    at = last_heard_of_worker()
    if at is None:
        return WARNING, "no worker was ever heard of"
    silent = max(timezone.now() - at, timedelta())
    return (WARNING if silent > SILENT_AFTER else GOOD), f"heard of {silent.total_seconds():.0f} seconds ago"


def check_disk() -> tuple[str, str]:
    free = free_bytes(Path(settings.DATA))
    return (FAULT if free < settings.THROUGHLINE_LOW_DISK else GOOD), f"{human(free)} free"


def changes_waiting(most: int = MANY_CHANGES) -> int:
    """How many changed records the facts have not seen, counted no further than a little beyond `most`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM measures_change LIMIT %s) AS changes", [most + 1])
        return int(cursor.fetchone()[0])


def check_facts() -> tuple[str, str]:
    count = changes_waiting()
    return (WARNING if count > MANY_CHANGES else GOOD), f"{count} changes wait for the next answer"


def check_engine() -> tuple[str, str]:
    """Away is no fault of this process's: all share the engine, and pages without figures go on. Named wrongly is one."""
    try:
        return GOOD, engine().look()
    except Away as error:
        return WARNING, error.words
    except ImproperlyConfigured as error:
        return FAULT, str(error)


# Without these no page works.
NEEDED = {"database", "migrations", "disk"}
CHECKS: dict[str, Callable[[], tuple[str, str]]] = {
    "database": check_database,
    "migrations": check_migrations,
    "disk": check_disk,
    "worker": check_worker,
    "facts": check_facts,
    "engine": check_engine,
}
