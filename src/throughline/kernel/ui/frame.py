"""What the frame of a page shows that the kernel cannot know: the programmes of a viewer.

The kernel imports no app, so the app that keeps programmes registers a function here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from throughline.kernel.access.viewer import Viewer


@dataclass(frozen=True)
class ProgrammeShown:
    name: str
    illustrative: bool = False


Source = Callable[[Viewer], list[ProgrammeShown]]
_sources: dict[str, Source] = {}


def register_programmes(source: Source) -> None:
    """Name the one function that knows a viewer's programmes."""
    _sources["programmes"] = source


def programmes_for(viewer: Viewer) -> list[ProgrammeShown]:
    source = _sources.get("programmes")
    return source(viewer) if source and viewer.signed_in else []
