"""The verbs of reference data. Nothing is deleted: its validity ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.measures.outbox import draw_anew
from throughline.reference import loading
from throughline.reference.models import (
    Dated,
    Footnote,
    Jurisdiction,
    Network,
    Organisation,
    Programme,
    Scope,
    ScopeMember,
    Term,
)

D = TypeVar("D", bound=Dated)

EDITORS = (Role.SECRETARIAT, Role.ADMINISTRATOR)


def may_edit(actor: Viewer) -> bool:
    """Reference data is shared by all programmes: those who run one of them keep it."""
    return actor.has_role(None, *EDITORS)


def check_editor(actor: Viewer) -> None:
    """Refuse everybody else."""
    if not may_edit(actor):
        raise Refused(_("Reference data is kept by the secretariat and the administrators."))


def as_text(value: Any) -> Any:
    """A value as history keeps it."""
    if isinstance(value, dict | int | float | bool | str) or value is None:
        return value
    return str(value)


def checked(record: D) -> D:
    """The record, if the model's own rules accept it."""
    try:
        record.full_clean()
    except ValidationError as fault:
        raise Invalid(
            Problem(field=name, message=str(message)) for name, found in fault.message_dict.items() for message in found
        ) from fault
    return record


def create(model: type[D], values: Mapping[str, Any]) -> D:
    """Check, save and note a new row. Part of a verb, not one."""
    record = checked(model(**values))
    record.save()
    note(record, after={name: as_text(value) for name, value in values.items()})
    return record


def change(record: D, values: Mapping[str, Any]) -> D:
    """Write only what differs; a change that changes nothing leaves no line of history. Part of a verb, not one."""
    before = {name: getattr(record, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return record
    for name, value in changed.items():
        setattr(record, name, value)
    checked(record).save()
    note(
        record,
        before={name: as_text(before[name]) for name in changed},
        after={name: as_text(value) for name, value in changed.items()},
    )
    return record


@verb("reference.load")
def load_reference(actor: Viewer) -> list[models.Model]:
    """Add the jurisdictions, scopes and taxonomies that come with the program, where they are missing."""
    check_editor(actor)
    added = loading.add_all()
    note_many((record, None, {"added": str(record)}) for record in added)
    return added


@verb("organisation.create")
def create_organisation(actor: Viewer, *, values: Mapping[str, Any]) -> Organisation:
    """Add an authority, a secretariat, a donor."""
    check_editor(actor)
    return create(Organisation, values)


@verb("organisation.change")
def change_organisation(actor: Viewer, *, organisation: Organisation, values: Mapping[str, Any]) -> Organisation:
    """Change an organisation; one cannot become a part of itself or of one of its parts."""
    check_editor(actor)
    above = values.get("parent")
    while above is not None:
        if above.pk == organisation.pk:
            raise Invalid([Problem("parent", _("An organisation cannot be a part of itself."), str(above))])
        above = above.parent
    return change(organisation, values)


@verb("jurisdiction.create")
def create_jurisdiction(actor: Viewer, *, values: Mapping[str, Any]) -> Jurisdiction:
    """Add a jurisdiction, as it is printed."""
    check_editor(actor)
    return create(Jurisdiction, values)


@verb("jurisdiction.change")
def change_jurisdiction(actor: Viewer, *, jurisdiction: Jurisdiction, values: Mapping[str, Any]) -> Jurisdiction:
    """Change how a jurisdiction is printed. Its code stays: facts, questions and released documents name it by that."""
    check_editor(actor)
    if "code" in values and values["code"] != jurisdiction.code:
        raise Invalid([Problem("code", _("The code of a jurisdiction stays as it is. End it and add another."))])
    return change(jurisdiction, values)


@verb("footnote.set")
def set_footnote(actor: Viewer, *, jurisdiction: Jurisdiction, publisher: str, text: str, source: str = "") -> Footnote:
    """Say what a publisher prints under a jurisdiction's mark from now on."""
    check_editor(actor)
    footnote = Footnote.objects.filter(jurisdiction=jurisdiction, publisher=publisher, valid_to=None).first()
    if footnote is None:
        values = {"jurisdiction": jurisdiction, "publisher": publisher, "text": text, "source": source}
        return create(Footnote, values)
    return change(footnote, {"text": text, "source": source, "to_be_verified": False})


@verb("term.create")
def create_term(actor: Viewer, *, values: Mapping[str, Any]) -> Term:
    """Add a term; its parent, if any, is of the same taxonomy and of the first level."""
    check_editor(actor)
    check_parent(values.get("parent"), values.get("taxonomy"))
    return create(Term, values)


@verb("term.change")
def change_term(actor: Viewer, *, term: Term, values: Mapping[str, Any]) -> Term:
    """Change a term. Its code and taxonomy stay: records and imports know it by them. Under another term, records
    count elsewhere: facts are drawn anew.
    """
    check_editor(actor)
    if "code" in values and values["code"] != term.code:
        raise Invalid([Problem("code", _("The code of a term stays as it is. End the term and add another."))])
    if "taxonomy" in values and values["taxonomy"] != term.taxonomy:
        raise Invalid([Problem("taxonomy", _("A term keeps its taxonomy. End the term and add another."))])
    if "parent" in values:
        check_parent(values["parent"], term.taxonomy, child=term)
        if values["parent"] != term.parent:
            draw_anew()
    return change(term, values)


def check_parent(parent: Term | None, taxonomy: models.Model | None, child: Term | None = None) -> None:
    """Two levels, in one taxonomy."""
    if parent is None:
        return
    if parent.taxonomy != taxonomy:
        raise Invalid([Problem("parent", _("The term above belongs to another taxonomy."), str(parent))])
    if parent.parent_id or (child is not None and (parent.pk == child.pk or child.children.exists())):
        raise Invalid([Problem("parent", _("A taxonomy has two levels."), str(parent))])


@verb("scope.create")
def create_scope(actor: Viewer, *, code: str, name: str, members: list[Jurisdiction]) -> Scope:
    """Name a set of jurisdictions."""
    check_editor(actor)
    scope = create(Scope, {"code": code, "name": name})
    for jurisdiction in members:
        create(ScopeMember, {"scope": scope, "jurisdiction": jurisdiction})
    return scope


@verb("programme.create")
def create_programme(actor: Viewer, *, values: Mapping[str, Any]) -> Programme:
    """Begin a programme, with its secretariat and scope."""
    check_editor(actor)
    return create(Programme, values)


@verb("network.create")
def create_network(actor: Viewer, *, values: Mapping[str, Any], organisations: list[Organisation]) -> Network:
    """Found a network of organisations: it can be given records as one."""
    check_editor(actor)
    network = create(Network, values)
    network.organisations.set(organisations)
    note(network, after={"organisations": sorted(map(str, organisations))})
    return network


@verb("reference.end")
def end_validity(actor: Viewer, *, record: D, on: date) -> D:
    """Let something of reference data end on a day. Records made before keep it."""
    check_editor(actor)
    if record.valid_from and on < record.valid_from:
        raise Invalid([Problem("valid_to", _("The end lies before the beginning."), on.isoformat())])
    return change(record, {"valid_to": on})
