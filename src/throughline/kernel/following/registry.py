"""What else a person is told of, for the page of all one follows: other parts say theirs here (early warning)."""

from collections.abc import Callable
from dataclasses import dataclass

from throughline.kernel.access.viewer import Viewer


@dataclass(frozen=True)
class Other:
    """A subscription kept elsewhere: what it is called, where it is kept, and the address that ends it by one post."""

    name: str
    url: str
    end_url: str


others: list[Callable[[Viewer], list[Other]]] = []


def register(source: Callable[[Viewer], list[Other]]) -> None:
    if source not in others:
        others.append(source)
