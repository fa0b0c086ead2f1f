"""Doing it record by record inside one transaction, and saying what came of each.

A preview is the same run, taken back: it asks the noun's own change verb and its flow, not a second copy of their
rules, so what it says is what will happen.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk.orders import Order, understood
from throughline.kernel.flow.services import advance
from throughline.kernel.history.unit import current_unit
from throughline.kernel.resources.cells import code_of, day_text, printed, state_label
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.editing import update
from throughline.kernel.resources.listing import with_expressions
from throughline.kernel.resources.lookups import Lookups

Deed = Callable[[Any], Any]


@dataclass(frozen=True)
class Cell:
    """One field of one record, before and after, in words."""

    label: str
    before: Any
    after: Any


@dataclass
class Line:
    """What comes of one record."""

    key: UUID
    text: str
    record: Any = field(repr=False, default=None)
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = ()
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    state_before: str = ""
    version_before: int | None = None
    version_after: int | None = None

    @property
    def changes(self) -> bool:
        return not self.problems and (self.before != self.after or self.state_before != self.after.get("state", ""))


@dataclass
class Plan:
    """What comes of all of them, and the mark by which doing it is known to be what was shown."""

    lines: list[Line]
    mark: str

    @property
    def changing(self) -> list[Line]:
        return [line for line in self.lines if line.changes]

    @property
    def same(self) -> list[Line]:
        return [line for line in self.lines if not line.changes and not line.problems]

    @property
    def stuck(self) -> list[Line]:
        return [line for line in self.lines if line.problems]


def run(actor: Viewer, resource: Resource, keys: list[UUID], order: Order) -> Plan:
    """Lock the records, and do to each what is ordered. Part of a verb; what goes wrong with one is taken back alone."""
    way = understood(resource, order)
    rows = resource.model._default_manager.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))
    readable = with_expressions(resource, resource.visible(actor)).filter(pk__in=keys).order_by("pk")
    records = list(readable.select_related(*resource.related).prefetch_related(*resource.prefetch))
    if way is not None:
        fields: list[Field] = []
        deed: Deed = partial(_step, actor, way.name, order.comment)
    else:
        fields = [resource.field(name) for name in order.values]
        deed = partial(_set, actor, resource, dict(order.values), Lookups(actor))
    lines = [_line(resource, record, fields, deed) for record in records]
    return Plan(lines, mark_of(lines, order))


def _step(actor: Viewer, transition: str, comment: str, record: Any) -> Any:
    return advance(actor, record=record, transition=transition, comment=comment)


def _set(actor: Viewer, resource: Resource, values: dict[str, Any], lookups: Lookups, record: Any) -> Any:
    return update(actor, resource, record, values, lookups=lookups)


def _line(resource: Resource, record: Any, fields: list[Field], deed: Deed) -> Line:
    line = Line(record.pk, str(getattr(record, "reference", "") or record), record)
    line.before = {one.name: raw(one, record) for one in fields}
    line.state_before = getattr(record, "state", "") if resource.is_record else ""
    line.version_before = getattr(record, "version", None) if resource.is_record else None
    shown = {one.name: printed(one, record) for one in fields}
    standing = state_label(record, line.state_before) if line.state_before else ""
    done, problems = attempt(deed, record)
    if problems:
        line.problems = tuple(problems)
        return line
    line.after = {one.name: raw(one, done) for one in fields}
    line.version_after = getattr(done, "version", None) if resource.is_record else None
    cells = [Cell(capfirst(str(one.title)), shown[one.name], printed(one, done)) for one in fields]
    if line.state_before and done.state != line.state_before:
        cells.append(Cell(_("State"), standing, state_label(done, done.state)))
        line.after["state"] = done.state
    elif line.state_before:
        line.after["state"] = line.state_before
    line.cells = tuple(cells)
    if line.state_before:
        line.before["state"] = line.state_before
    return line


def attempt(deed: Deed, record: Any) -> tuple[Any, list[Problem]]:
    """Do it to one record. If it cannot be done, nothing of it stays, not in the tables and not in history."""
    unit = current_unit.get()
    noted = len(unit.lines) if unit is not None else 0
    try:
        with transaction.atomic():
            return deed(record), []
    except Invalid as invalid:
        problems = invalid.problems
    except (Refused, Conflict) as fault:
        problems = [Problem("", str(fault))]
    if unit is not None:
        del unit.lines[noted:]
    return None, problems


def raw(one: Field, record: Any) -> Any:
    """A value as the API writes it; a date no more exact than it is known, so that it can be set back."""
    value = getattr(record, one.name)
    if one.kind == "date" and one.precision and value is not None:
        return day_text(value, getattr(record, one.precision))
    found = code_of(one, record)
    return found if found is None or isinstance(found, bool | int | float | str) else str(found)


def mark_of(lines: list[Line], order: Order) -> str:
    """The same for the same records, as they stood, and the same order; another if anybody changed one meanwhile."""
    told = [
        [(str(line.key), line.version_before, line.before) for line in lines],
        dict(order.values),
        order.transition,
        order.comment,
    ]
    return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()
