"""Which nouns there are. Apps register theirs in `ready()`."""

from django.db import models

from throughline.kernel.resources.declare import Resource

_resources: dict[str, Resource] = {}


def register(*resources: Resource) -> None:
    """Make nouns known to lists, forms, intake, exports and the API."""
    for resource in resources:
        _resources[resource.noun] = resource


def get(noun: str) -> Resource:
    """The noun with this name; KeyError names those there are."""
    if noun not in _resources:
        known = ", ".join(sorted(_resources))
        message = f"No noun '{noun}'. There are: {known}."
        raise KeyError(message)
    return _resources[noun]


def all() -> tuple[Resource, ...]:  # noqa: A001 (reads as registry.all())
    return tuple(_resources.values())


def for_model(model: type[models.Model]) -> Resource | None:
    """The noun this model is, if it is one."""
    return next((one for one in _resources.values() if one.model is model), None)


def for_plural(plural: str) -> Resource | None:
    """The noun with this address ('incidents')."""
    return next((one for one in _resources.values() if one.plural == plural), None)
