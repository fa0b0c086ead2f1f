"""The form of a bulk change: every field that may be set, each 'as it is' until something is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk.orders import Choice, Order
from throughline.kernel.bulk.rules import fields_of
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.inputs import LONG_LIST, WIDTHS, Choices, Raw, widget_for

PREFIX = "set"
EMPTY = "empty"


@dataclass(frozen=True)
class Control:
    """One field of the form: what to set it to, and whether it may be emptied."""

    bound: BoundField
    name: str
    can_be_empty: bool
    emptied: bool


def order_of(resource: Resource, given: QueryDict) -> Order:
    """What the form orders: what was filled in is set, what was ticked is emptied, a step is a step."""
    if given.get("transition"):
        return Order(transition=given.get("transition", ""), comment=given.get("comment", ""))
    values: dict[str, Any] = {}
    for one in fields_of(resource):
        told = given.get(f"{PREFIX}.{one.name}", "").strip()
        if told:
            values[one.name] = told
        elif one.name in given.getlist(EMPTY):
            values[one.name] = ""
    return Order(values=values)


def choice_of(given: QueryDict) -> Choice:
    """The records meant: those ticked, or everything that fits the question."""
    if given.get("everything"):
        return Choice(question=given.get("question", ""))
    return Choice(keys=tuple(given.getlist("pick")))


def controls(resource: Resource, viewer: Viewer, given: QueryDict) -> list[Control]:
    choices = Choices(viewer)
    fields = fields_of(resource)
    form = Raw(data={f"{PREFIX}.{one.name}": given.get(f"{PREFIX}.{one.name}", "") for one in fields}, prefix=PREFIX)
    for one in fields:
        form.fields[one.name] = _control(one, choices)
    emptied = set(given.getlist(EMPTY))
    return [
        Control(form[one.name], one.name, can_be_empty=_can_be_empty(one), emptied=one.name in emptied)
        for one in fields
    ]


def _can_be_empty(one: Field) -> bool:
    return not one.required and one.kind != "boolean" and bool(getattr(one.source, "blank", False))


def _control(one: Field, choices: Choices) -> forms.Field:
    made = forms.CharField(label=capfirst(str(one.title)), required=False, widget=_widget(one, choices))
    made.width = WIDTHS.get(one.kind, "full")  # type: ignore[attr-defined]
    return made


def _widget(one: Field, choices: Choices) -> forms.Widget:
    unchanged = _("as it is")
    if one.kind == "boolean":
        return forms.Select(choices=[("", unchanged), ("yes", _("Yes")), ("no", _("No"))])
    if one.kind in {"choice", "term", "reference"}:
        pairs = choices.pairs(one, empty=unchanged)
        return forms.Select(choices=pairs) if len(pairs) <= LONG_LIST else forms.TextInput()
    attributes: Mapping[str, str] = {"rows": "2"} if one.kind == "long-text" else {}
    return widget_for(one, choices, "", dict(attributes))


def hidden(given: QueryDict) -> list[tuple[str, str]]:
    """What was given, to be sent again with the next step."""
    names = ("pick", "everything", "question", "transition", "comment", EMPTY)
    kept = [(name, value) for name in names for value in given.getlist(name)]
    return kept + [(name, str(given[name])) for name in given if name.startswith(f"{PREFIX}.") and given[name]]
