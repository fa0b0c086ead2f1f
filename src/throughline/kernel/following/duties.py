"""What the worker does for those who follow."""

from throughline.kernel.following.services import gather, look_each
from throughline.kernel.jobs.registry import duty
from throughline.kernel.notify.digests import gatherers

MINUTE = 60.0


@duty("following.look", every=MINUTE)
def look() -> int:
    return look_each()


gatherers.append(gather)
