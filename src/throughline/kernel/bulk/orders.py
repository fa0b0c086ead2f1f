"""What is asked for: which records, and what is to be done with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk.rules import MOST, fields_of, steps_of
from throughline.kernel.flow.declare import Transition
from throughline.kernel.resources.access import key_is_unique
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import Asked
from throughline.kernel.ui.formats import number


@dataclass(frozen=True)
class Choice:
    """The records meant: named one by one, or everything that fits a question."""

    keys: tuple[str, ...] = ()
    question: str | None = None


@dataclass(frozen=True)
class Order:
    """What is to be done with each: fields to set (as typed, '' empties), or a step of the flow with its comment."""

    values: Mapping[str, Any] = field(default_factory=dict)
    transition: str = ""
    comment: str = ""


def chosen(viewer: Viewer, resource: Resource, choice: Choice) -> list[UUID]:
    """The keys of the records meant, of those the viewer may read, in a fixed order. Raises Invalid."""
    if choice.question is not None:
        asked = Asked.read(resource, QueryDict(choice.question), viewer)
        if asked.problems:
            raise Invalid(asked.problems)
        rows = asked.rows.order_by("pk")
    else:
        rows = resource.visible(viewer).filter(_named(resource, choice.keys)).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[: MOST + 1])
    if not found:
        raise Invalid([Problem("records", _("Choose at least one record."))])
    if len(found) > MOST:
        message = _("At most %(most)s records are changed at once. Narrow the question, or do it in parts.")
        raise Invalid([Problem("records", message % {"most": number(MOST)})])
    if choice.question is None and len(found) < len(set(choice.keys)):
        raise Invalid(
            [Problem("records", _("Some of the records named are not there for you. Look at the list again."))]
        )
    return found


def _named(resource: Resource, keys: Sequence[str]) -> Q:
    numbers, names = set(), set()
    for key in list(dict.fromkeys(keys))[: MOST + 1]:
        try:
            numbers.add(UUID(key))
        except ValueError:
            names.add(key.replace("\x00", ""))
    where = Q(pk__in=numbers)
    return where | Q(**{f"{resource.key}__in": names}) if names and key_is_unique(resource) else where


def understood(resource: Resource, order: Order) -> Transition | None:
    """The step meant, if it is a step; Invalid for an order that is none."""
    if bool(order.values) is bool(order.transition):
        raise Invalid([Problem("", _("Say what to change: one field at least, or one step."))])
    known = {one.name for one in fields_of(resource)}
    if unknown := [name for name in order.values if name not in known]:
        message = _("This field cannot be changed in several records at once. These can: %(fields)s.")
        raise Invalid([Problem(unknown[0], message % {"fields": ", ".join(sorted(known)) or "–"})])
    if not order.transition:
        return None
    way = next((one for one in steps_of(resource) if one.name == order.transition), None)
    if way is None:
        raise Invalid([Problem("transition", _("There is no such step for these records."), order.transition)])
    return way
