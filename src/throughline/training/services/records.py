"""What making and changing a record of training has in common: who may, whose it is, what history keeps."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import may
from throughline.kernel.access.services import begin, owner_of_new
from throughline.kernel.access.viewer import Viewer
from throughline.reference.models import Organisation, Programme

R = TypeVar("R", bound=Record)
ADDERS = (Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)


def owner_for(actor: Viewer, programme: Programme, owner: Organisation | None) -> Any:
    """The organisation a new record will belong to: the one given, else the actor's only one."""
    if not actor.has_role(programme.pk, *ADDERS):
        raise Refused(_("Only contributors, verifiers and the secretariat may add to training."))
    return owner_of_new(actor, owner)


def begun(
    actor: Viewer,
    model: type[R],
    *,
    programme: Programme,
    owner: Any,
    values: Mapping[str, Any],
    handling: str = "",
    year: int | None = None,
) -> R:
    """Save a new record, as `begin` begins it. Part of a verb, not one."""
    given = {**values, "handling": handling or values.get("handling")}
    record = begin(actor, model, programme=programme, owner=owner, year=year, **given)
    record.save(force_insert=True)
    return record


def locked(actor: Viewer, record: R, *, version: int | None = None) -> R:
    """The record, held until the verb ends, if the actor may change it as they saw it. Part of a verb, not one."""
    fresh: R = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    if not may(actor, Right.CHANGE, fresh):
        raise Refused(_("Only people of the owner, or those given the right to change it, may change this record."))
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this record while you were working on it. Your text is kept below."))
    return fresh


def differing(record: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that are new. The handling code has its own step."""
    if values.get("handling", None) not in (None, getattr(record, "handling", None)):
        raise Invalid([Problem("handling", _("The handling code has its own step: 'Change handling'."))])
    return {name: value for name, value in values.items() if getattr(record, name) != value and name != "handling"}


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as history keeps them: names as text, empty ones left out."""
    return {name: plain(value) for name, value in values.items() if value not in (None, "", [])}


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [told(one) if isinstance(one, Mapping) else plain(one) for one in value]
    return value if isinstance(value, bool | int | float | str) else str(value)
