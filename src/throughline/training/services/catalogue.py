"""Verbs of the catalogue, and of the projects and components that order what is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.services import write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.reference import services as reference
from throughline.reference.models import Organisation, Programme
from throughline.training import rules
from throughline.training.choices import EntryState
from throughline.training.models import Component, Entry, Project
from throughline.training.services.records import begun, differing, locked, owner_for, told

KEEPERS = (Role.SECRETARIAT, Role.ADMINISTRATOR)


def whole(record: Any) -> dict[str, Any]:
    """All plain values of a stored row, as the rules look at them."""
    return {one.name: getattr(record, one.name) for one in record._meta.concrete_fields}


def check(problems: Iterable[Problem]) -> None:
    """Refuse what breaks a rule of the whole."""
    if found := list(problems):
        raise Invalid(found)


@verb("entry.create")
def create_entry(
    actor: Viewer, *, programme: Programme, values: Mapping[str, Any], owner: Organisation | None = None
) -> Entry:
    """Draft an entry of the catalogue: its owner's alone until it is agreed. Raises Refused or Invalid."""
    owner_id = owner_for(actor, programme, owner)
    check(rules.entry_problems(values))
    entry = begun(actor, Entry, programme=programme, owner=owner_id, values=values)
    note(entry, after=told(values))
    mark("entry", [entry.pk])
    return entry


@verb("entry.change")
def change_entry(
    actor: Viewer, *, entry: Entry, values: Mapping[str, Any], version: int | None = None, reason: str = ""
) -> Entry:
    """Change an entry; what is in the catalogue stays complete. A change that changes nothing writes nothing.

    Raises Refused, Invalid or Conflict.
    """
    fresh = locked(actor, entry, version=version)
    if fresh.state == EntryState.RETIRED:
        raise Refused(_("This entry is retired. Put it into the catalogue again first."))
    changed = differing(fresh, values)
    if not changed:
        return fresh
    after = {**whole(fresh), **changed}
    check(rules.entry_problems(after))
    if fresh.state == EntryState.AGREED:
        check(rules.missing_of_entry(after))
    if _leads_back(changed.get("offered_with"), fresh):
        raise Invalid([Problem("offered_with", _("An entry cannot be offered together with itself."))])
    before = {name: getattr(fresh, name) for name in changed}
    write(actor, fresh, changed)
    note(fresh, before=told(before), after=told(changed), reason=reason)
    mark("entry", [fresh.pk])
    return fresh


def _leads_back(other: Entry | None, entry: Entry) -> bool:
    while other is not None:
        if other.pk == entry.pk:
            return True
        other = other.offered_with
    return False


def agree_problems(entry: Entry, comment: str) -> Iterator[Problem]:
    """What is missing before the entry may stand in the catalogue."""
    yield from rules.missing_of_entry(whole(entry))


def may_keep(viewer: Viewer, record: Project | Component | None = None) -> bool:
    """Whether the viewer keeps projects (none named: any at all)."""
    project = record.project if isinstance(record, Component) else record
    return viewer.has_role(project.programme_id if project else None, *KEEPERS)


def check_keeper(actor: Viewer, record: Project | Component) -> None:
    """Refuse everybody but those who run the project's programme."""
    if not may_keep(actor, record):
        raise Refused(_("A project is kept by the secretariat and the administrators of its programme."))


@verb("project.create")
def create_project(actor: Viewer, *, values: Mapping[str, Any]) -> Project:
    """Begin a project: its time, its beneficiaries, the framework that holds its targets."""
    return _laid_down(actor, Project, values, rules.project_problems)


@verb("project.change")
def change_project(actor: Viewer, *, project: Project, values: Mapping[str, Any]) -> Project:
    """Change a project. Its code stays: sheets and figures name it by that."""
    return _changed(actor, project, values, rules.project_problems)


@verb("component.create")
def create_component(actor: Viewer, *, values: Mapping[str, Any]) -> Component:
    """Add a part of a project's work."""
    return _laid_down(actor, Component, values, rules.validity_problems)


@verb("component.change")
def change_component(actor: Viewer, *, component: Component, values: Mapping[str, Any]) -> Component:
    """Change a component; it stays with its project, whose activities count in it."""
    if "project" in values and values["project"] != component.project:
        raise Invalid([Problem("project", _("A component stays with its project. End it and add another."))])
    return _changed(actor, component, values, rules.validity_problems)


def _laid_down(actor: Viewer, model: Any, values: Mapping[str, Any], rule: Callable[..., Iterable[Problem]]) -> Any:
    check(rule(values))
    record = model(**values)
    check_keeper(actor, record)
    if isinstance(record, Project):
        values = {**values, "illustrative": record.programme.illustrative}
    return reference.create(model, values)


def _changed(actor: Viewer, record: Any, values: Mapping[str, Any], rule: Callable[..., Iterable[Problem]]) -> Any:
    check_keeper(actor, record)
    if "code" in values and values["code"] != record.code:
        raise Invalid([Problem("code", _("The code stays as it is: sheets and figures name it by that."))])
    after = {**whole(record), **values}
    check(rule(after))
    check_keeper(actor, type(record)(**after))
    changed = reference.change(record, values)
    noun = record._meta.model_name
    mark(noun, [record.pk])
    return changed
