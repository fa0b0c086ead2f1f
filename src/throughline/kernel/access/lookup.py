"""From a person's key to the Viewer they are now. The people app says how; the kernel only asks.

Whatever acts later than it was asked for (a job, a mail) rebuilds the viewer here at that moment, so
that a role withdrawn in between counts, and someone who has left is nobody.
"""

from collections.abc import Callable
from uuid import UUID

from throughline.kernel.access.viewer import Viewer

sources: list[Callable[[UUID], Viewer]] = []


def register(source: Callable[[UUID], Viewer]) -> None:
    """Called once, by the app that keeps the people."""
    sources[:] = [source]


def viewer_of(person: UUID | None) -> Viewer:
    """The viewer this person is at this moment; nobody, if they left or were never here."""
    if person is None or not sources:
        return Viewer.nobody()
    return sources[0](person)
