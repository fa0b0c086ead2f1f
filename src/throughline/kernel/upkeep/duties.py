"""What a worker does for upkeep by itself: says that it lives, tidies old facts and forgotten counters."""

from django.utils import timezone

from throughline.kernel.jobs.registry import duty
from throughline.kernel.measures import facts
from throughline.kernel.upkeep.models import Heartbeat, Shared
from throughline.kernel.upkeep.pinned import deleting

WORKER, TIDIED, BACKUP = "worker", "tidied facts", "backup"


@duty("upkeep.beat", every=10)
def beat() -> None:
    """One of the workers is alive and has nothing longer to do; the rows of running jobs tell of the others."""
    heard_of(WORKER)


def heard_of(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


@duty("upkeep.tidy-facts", every=3600)
def tidy_facts() -> int:
    """Delete the files of fact versions that are a day old and that nothing released rests on. Not during a backup."""
    with deleting() as may:
        if not may:
            return 0
        gone = facts.tidy()
    heard_of(TIDIED)
    return gone


@duty("upkeep.forget", every=600)
def forget() -> int:
    """Remove shared values that have ended."""
    gone, _kinds = Shared.objects.filter(ends_at__lt=timezone.now()).delete()
    return gone
