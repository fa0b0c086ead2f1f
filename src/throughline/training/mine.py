"""What other parts of training put on a participant's own page: certificates, evaluations due.

Each part registers a template and what it is given, as a `Panel` does on a record's page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from throughline.kernel.access.viewer import Viewer
from throughline.training.models import Person


@dataclass(frozen=True)
class Part:
    """A part of the page; an empty context leaves it out."""

    template: str
    context: Callable[[Viewer, Person], dict[str, Any]]


parts: list[Part] = []


def register(template: str, context: Callable[[Viewer, Person], dict[str, Any]]) -> None:
    """Called once for each part, when the apps are ready."""
    part = Part(template, context)
    if all(one.template != template for one in parts):
        parts.append(part)


def parts_for(viewer: Viewer, person: Person) -> list[tuple[str, dict[str, Any]]]:
    """Template and content of each part that has something to show."""
    found = ((one.template, one.context(viewer, person)) for one in parts)
    return [(template, context) for template, context in found if context]
