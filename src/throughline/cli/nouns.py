"""Which noun a command means."""

from typing import TYPE_CHECKING

from throughline.cli.errors import Unusable

if TYPE_CHECKING:
    from throughline.kernel.resources.declare import Resource


def noun_named(name: str) -> "Resource":
    """The noun 'incident', also called by its plural 'incidents'."""
    from throughline.kernel.resources import registry  # reason: only once Django is set up

    wanted = name.lower()
    for resource in registry.all():
        if wanted in {resource.noun, resource.plural}:
            return resource
    known = ", ".join(sorted(resource.noun for resource in registry.all()))
    raise Unusable(f"There is no noun {name!r}. There are: {known}.")
