"""On which nouns changes are asked for before they are signed, who settles that, and which parts they have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from throughline.kernel.access.viewer import Viewer

Parts = Callable[[Any], list[tuple[str, str]]]


@dataclass(frozen=True)
class Requests:
    """A noun on which a comment may be a change request.

    `states`: while its record is in one of these a change may be asked for. `settles`: who says that it was done, or
    declines it. `parts`: of one record, code and label of what a comment can be about.
    """

    model: type
    states: frozenset[str]
    settles: Callable[[Viewer, Any], bool]
    parts: Parts


_taking: dict[type, Requests] = {}


def register(requests: Requests) -> None:
    _taking[requests.model] = requests


def requests_on(model: type) -> Requests | None:
    return _taking.get(model)
