"""What else can be made of a question: apps offer it here, and the question's page shows it as buttons."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.questions import Question


class Offer(NamedTuple):
    """A button: its words, its icon, and where it leads."""

    label: str | Promise
    icon: str
    url: str


Make = Callable[[Viewer, Question], Offer | None]
_makers: list[Make] = []


def register(make: Make) -> None:
    if make not in _makers:
        _makers.append(make)


def offers_for(viewer: Viewer, question: Question) -> list[Offer]:
    """What this viewer is offered for this question."""
    return [made for make in _makers if (made := make(viewer, question)) is not None]
