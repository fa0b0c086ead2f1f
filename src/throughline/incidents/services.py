"""Verbs on incidents: enter and change. Moving one on (send, verify, return) is `flow.services.advance`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from throughline.incidents import rules
from throughline.incidents.choices import State
from throughline.incidents.models import Incident, IncidentSource, PersonLine, Source, WeaponLine
from throughline.incidents.queries import search_text
from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.rules import may
from throughline.kernel.access.services import begin, owner_of_new, write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.reference.models import Organisation, Programme

LINE_MODELS: dict[str, type[models.Model]] = {
    "sources": IncidentSource,
    "weapons": WeaponLine,
    "people": PersonLine,
}
ENTER = (Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)
KEEP_SOURCES = (Role.VERIFIER, Role.SECRETARIAT, Role.ADMINISTRATOR)


@verb("incident.create")
def create(
    actor: Viewer,
    *,
    programme: Programme,
    values: Mapping[str, Any],
    lines: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    owner: Organisation | None = None,
) -> Incident:
    """Enter an incident as a draft of the actor's organisation.

    Order: check the role and the owner; check the rules; take a reference; write the incident, its
    lines and its audience; write history; mark the facts. Raises Refused or Invalid (nothing written).
    """
    owner_id = owning_organisation(actor, programme, owner)
    _check(values, lines or {})
    year = values["occurred_on"].year
    incident = begin(actor, Incident, programme=programme, owner=owner_id, year=year, **values)
    incident.save(force_insert=True)
    _write_lines(incident, lines or {})
    _refresh_search(incident)
    note(incident, after=describe(values, lines or {}))
    mark("incident", [incident.pk])
    return incident


@verb("incident.change")
def change(
    actor: Viewer,
    *,
    incident: Incident,
    values: Mapping[str, Any],
    lines: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    version: int | None = None,
    reason: str = "",
) -> Incident:
    """Change fields, and replace the sets of lines that are given; a checked incident must be checked again.

    Order: lock; check the right and the version; check the rules on the whole; write fields, lines and
    search text; send a verified incident back to checking; write history with before and after; mark
    the facts. A change that changes nothing writes nothing. Raises Refused, Invalid or Conflict.
    """
    fresh = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if not may(actor, Right.CHANGE, fresh):
        raise Refused(_("Only people of the owner, or those given the right to change it, may change this incident."))
    if fresh.state == State.WITHDRAWN:
        raise Refused(_("This incident was withdrawn. It can no longer be changed."))
    if fresh.state == State.CLOSED:
        raise Refused(_("This incident was closed. It can no longer be changed."))
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this incident while you were working on it. Your text is kept below."))
    if "handling" in values and values["handling"] != fresh.handling:
        raise Invalid([Problem("handling", _("The handling code has its own step: 'Change handling'."))])
    before_lines = {name: lines_of(fresh, name) for name in lines or {}}
    whole_lines = {name: lines_of(fresh, name) for name in LINE_MODELS} | dict(lines or {})
    _check({**values_of(fresh), **values}, whole_lines)
    changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
    changed_lines = {
        name: given
        for name, given in (lines or {}).items()
        if [plain_line(line) for line in given] != [plain_line(line) for line in before_lines[name]]
    }
    if not changed and not changed_lines:
        return fresh
    before = describe({name: getattr(fresh, name) for name in changed}, {n: before_lines[n] for n in changed_lines})
    write(actor, fresh, changed)
    _write_lines(fresh, changed_lines)
    _refresh_search(fresh)
    if fresh.state == State.VERIFIED:
        _check_again(actor, fresh)
    note(fresh, before=before, after=describe(changed, changed_lines), reason=reason)
    mark("incident", [fresh.pk])
    return fresh


@verb("source.create")
def create_source(actor: Viewer, *, values: Mapping[str, Any]) -> Source:
    """Add an outlet or office that reports incidents. Whoever enters incidents may add one."""
    if not actor.has_role(None, *ENTER):
        raise Refused(_("Only those who enter incidents may add a source."))
    if Source.objects.filter(code__iexact=values["code"]).exists():
        raise Invalid([Problem("code", _("There is a source with this code already."), values["code"])])
    source = Source.objects.create(**values)
    note(source, after=describe(values, {}))
    return source


@verb("source.change")
def change_source(actor: Viewer, *, source: Source, values: Mapping[str, Any]) -> Source:
    """Change a source; its code stays, because files know it by that. What changes nothing writes nothing."""
    if not actor.has_role(None, *KEEP_SOURCES):
        raise Refused(_("Only verifiers and the secretariat may change a source."))
    changed = {name: value for name, value in values.items() if getattr(source, name) != value}
    if "code" in changed:
        raise Invalid([Problem("code", _("The code of a source stays as it is."), changed["code"])])
    if not changed:
        return source
    before = describe({name: getattr(source, name) for name in changed}, {})
    for name, value in changed.items():
        setattr(source, name, value)
    source.save(update_fields=list(changed))
    note(source, before=before, after=describe(changed, {}))
    return source


def owning_organisation(actor: Viewer, programme: Programme, owner: Organisation | None) -> Any:
    """The organisation a new record will belong to: the one given, else the actor's only one."""
    if not actor.has_role(programme.pk, *ENTER):
        raise Refused(_("Only contributors, verifiers and the secretariat may enter incidents."))
    return owner_of_new(actor, owner)


def values_of(incident: Incident) -> dict[str, Any]:
    """The fields the rules look at."""
    names = ("occurred_on", "occurred_at", "date_precision", "latitude", "longitude", "kind")
    return {name: getattr(incident, name) for name in names}


def lines_of(incident: Incident, name: str) -> list[dict[str, Any]]:
    """The lines of one set as plain values, in the order they were entered."""
    model = LINE_MODELS[name]
    fields = [field.name for field in model._meta.fields if field.name not in {"id", "incident"}]
    related = [field.name for field in model._meta.fields if field.is_relation and field.name != "incident"]
    rows = model._default_manager.filter(incident=incident).select_related(*related).order_by("pk")
    return [{field: getattr(row, field) for field in fields} for row in rows]


def plain_line(line: Mapping[str, Any]) -> dict[str, str]:
    """A line without its empty cells, comparable with one that leaves them out."""
    return {name: str(value) for name, value in line.items() if value not in (None, "", "not-reported")}


def describe(values: Mapping[str, Any], lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Values and lines as history keeps them: names as text, empty cells left out."""
    told = {name: value for name, value in values.items() if value is not None}
    return {**told, **{name: [plain_line(line) for line in rows] for name, rows in lines.items() if rows or name}}


def _check(values: Mapping[str, Any], lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    found = list(rules.problems(values, lines))
    if found:
        raise Invalid(found)


def _write_lines(incident: Incident, lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for name, rows in lines.items():
        model = LINE_MODELS[name]
        model._default_manager.filter(incident=incident).delete()
        model._default_manager.bulk_create([model(incident=incident, **row) for row in rows])


def _refresh_search(incident: Incident) -> None:
    titles = incident.sources.values_list("title", flat=True)
    incident.search_text = search_text(incident, titles)
    Incident.objects.filter(pk=incident.pk).update(search_text=incident.search_text)


def _check_again(actor: Viewer, incident: Incident) -> None:
    """A checked incident that was changed waits for checking again: nothing unchecked counts."""
    from throughline.incidents.flow import FLOW  # reason: flow imports the models this module serves

    note(incident, before={"state": incident.state}, after={"state": State.SENT}, verb="incident.send")
    move(incident, FLOW, State.SENT, actor)
