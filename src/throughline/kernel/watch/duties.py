"""What a worker does for early warning by itself: looks when the facts have changed."""

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.registry import duty
from throughline.kernel.watch.services import look


@duty("watch.look", every=120.0)
def look_again() -> int:
    return look(Viewer.nobody())
