"""Which noun a command means."""

from typing import TYPE_CHECKING, TypeVar

from throughline.cli.errors import Unusable

if TYPE_CHECKING:
    from throughline.kernel.access.models import Record
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.resources.declare import Resource

R = TypeVar("R", bound="Record")


def noun_named(name: str) -> "Resource":
    """The noun 'incident', also called by its plural 'incidents'."""
    from throughline.kernel.resources import registry  # reason: only once Django is set up

    wanted = name.lower()
    for resource in registry.all():
        if wanted in {resource.noun, resource.plural}:
            return resource
    known = ", ".join(sorted(resource.noun for resource in registry.all()))
    raise Unusable(f"There is no noun {name!r}. There are: {known}.")


def model_named(noun: str) -> "type[Record]":
    """The noun with references that is called so, by its singular or its plural."""
    from django.apps import apps  # reason: only once Django is set up

    from throughline.kernel.access.models import Record
    from throughline.kernel.resources import registry

    wanted = noun.lower()
    for model in apps.get_models():
        if issubclass(model, Record):
            resource = registry.for_model(model)
            if wanted in {model._meta.model_name, resource.plural if resource else ""}:
                return model
    raise Unusable(f"{noun!r} is no noun whose records have a reference.")


def record_named(actor: "Viewer", model: "type[R]", reference: str) -> "R":
    """The record with this reference among those the person may read; which others there are is not told."""
    found: R | None = model.objects.visible_to(actor).filter(reference__iexact=reference).first()
    if found is None:
        raise Unusable(f"There is no {model._meta.model_name} {reference} that you may read.")
    return found
