"""What a worker does for releases by itself: holds them beside the records of today."""

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.registry import duty
from throughline.publications.services import check_due, let_go_of_discarded

EVERY, HOURLY = 60.0, 3600.0


@duty("publications.check-releases", every=EVERY)
def check_releases() -> int:
    """Ask one release again whose facts have moved since; the newest first, one at a time."""
    return check_due(Viewer.nobody())


@duty("publications.let-go", every=HOURLY)
def let_go() -> int:
    """The facts that only discarded reports rest on may be tidied away."""
    return let_go_of_discarded(Viewer.nobody())
