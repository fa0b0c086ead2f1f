"""What can be changed in bulk, and how much at once."""

from throughline.kernel.access.choices import Handling
from throughline.kernel.flow.declare import Transition
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources.declare import Field, Resource

# Whatever is chosen is read, judged and written in one transaction that others wait for.
MOST = 500


def fields_of(resource: Resource) -> tuple[Field, ...]:
    """The fields that may take one value in several records: none that names a record, none that has its own step.

    Of nouns that name people there are none: how each was before would be kept, out of reach of erasing a person.
    """
    if resource.change is None or names_people(resource):
        return ()
    own = {resource.key, resource.external_key, "owner", "handling", "programme"}
    companions = {one.precision for one in resource.fields}
    return tuple(
        one
        for one in resource.fields
        if not one.read_only
        and one.name not in own | companions
        and one.source is not None
        and not getattr(one.source, "unique", False)
    )


def names_people(resource: Resource) -> bool:
    flow = flow_for(resource.model)
    closed = bool(resource.handlings) and set(resource.handlings) <= {Handling.STRICT, Handling.RED}
    return closed or (flow is not None and flow.names_people)


def steps_of(resource: Resource) -> tuple[Transition, ...]:
    """The steps of the noun's flow."""
    flow = flow_for(resource.model)
    return flow.transitions if flow is not None and resource.is_record else ()


def can_be_changed(resource: Resource) -> bool:
    return bool(fields_of(resource) or steps_of(resource))


def can_be_undone(way: Transition) -> bool:
    """A step that brings something else with it cannot be taken back by setting back the state."""
    return way.then is None
