"""Figures about the running, for Prometheus: few, each with something to do about it, none about a person.

Requests are counted in files that all serving processes of one `serve` share (PROMETHEUS_MULTIPROC_DIR, set by the command);
what stands in the database is read when the figures are asked for.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from throughline.kernel.jobs.models import Job
from throughline.kernel.notify.models import Mail
from throughline.kernel.upkeep import health
from throughline.kernel.upkeep.duties import BACKUP
from throughline.kernel.upkeep.models import Heartbeat
from throughline.kernel.upkeep.space import free_bytes

SHARED_BY = "PROMETHEUS_MULTIPROC_DIR"
DAY = timedelta(days=1)
own = CollectorRegistry()
requests = Counter("throughline_requests", "Requests answered", ["door", "status"], registry=own)
seconds = Histogram(
    "throughline_request_seconds",
    "Time to an answer",
    ["door"],
    registry=own,
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def count(door: str, status: int, took: float) -> None:
    """One answered request. The door is one of a few words, never an address."""
    requests.labels(door, f"{status // 100}xx").inc()
    seconds.labels(door).observe(took)


def text() -> bytes:
    """All figures in Prometheus's text format."""
    whole = CollectorRegistry()
    if os.environ.get(SHARED_BY):
        MultiProcessCollector(whole)  # type: ignore[no-untyped-call]  # reason: the library says no types here
        asked = generate_latest(whole)
    else:
        asked = generate_latest(own)
    standing = CollectorRegistry()
    standing.register(Standing())
    return asked + generate_latest(standing)


class Standing(Collector):
    """What is read from the database and the disk at this moment."""

    def collect(self) -> Iterator[Metric]:
        checks = health.look()
        by_check = GaugeMetricFamily("throughline_check", "2 good, 1 look at it, 0 fault", labels=["check"])
        for one in checks:
            by_check.add_metric([one.name], {health.GOOD: 2, health.WARNING: 1}.get(one.state, 0))
        yield by_check
        yield GaugeMetricFamily(
            "throughline_disk_free_bytes", "Room for the data folder", value=free_bytes(Path(settings.DATA))
        )
        if health.is_ready(checks):
            yield from self.of_the_database()

    def of_the_database(self) -> Iterator[Metric]:
        yield states("throughline_jobs", "Background jobs that wait or run", dict(open_jobs()))
        failed = Job.objects.filter(state=Job.State.FAILED, ended_at__gt=timezone.now() - DAY).count()
        yield GaugeMetricFamily("throughline_jobs_failed_day", "Jobs that failed in the last day", value=failed)
        oldest = Job.objects.filter(state=Job.State.WAITING).aggregate(at=Min("asked_at"))["at"]
        yield GaugeMetricFamily(
            "throughline_jobs_oldest_waiting_seconds", "How long the first of the queue waits", value=age(oldest)
        )
        mails = Mail.objects.exclude(state=Mail.State.SENT).values_list("state").annotate(Count("pk"))
        zero = {Mail.State.WAITING.value: 0, Mail.State.FAILED.value: 0}
        yield states("throughline_mails", "Mails that have not left", {**zero, **dict(mails.order_by())})
        yield GaugeMetricFamily(
            "throughline_facts_changes_waiting", "Changed records that figures have not seen", health.changes_waiting()
        )
        yield GaugeMetricFamily(
            "throughline_worker_silent_seconds", "Since a worker was heard of", age(health.last_heard_of_worker())
        )
        backup = Heartbeat.objects.filter(name=BACKUP).first()
        if backup is not None:
            yield GaugeMetricFamily("throughline_backup_age_seconds", "Since the last backup", age(backup.at))


def open_jobs() -> Iterator[tuple[str, int]]:
    for state in (Job.State.WAITING, Job.State.RUNNING):
        yield state.value, Job.objects.filter(state=state).count()


def states(name: str, words: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["state"])
    for state, value in values.items():
        family.add_metric([state], value)
    return family


def age(at: datetime | None) -> float:
    """Seconds since; nought where there is nothing, and where a clock went back."""
    return max((timezone.now() - at).total_seconds(), 0.0) if at else 0.0
