"""Form controls made from declared fields. What is typed is judged by `clean`, not by Django's form fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.declare import Field, Option
from throughline.kernel.resources.lookups import options_of
from throughline.kernel.resources.values import is_empty

LONG_LIST = 400
LEVEL = "\N{EM SPACE}"
WIDTHS = {"date": "short", "time": "short", "integer": "short", "number": "short", "choice": "medium"}
DATE_HELP = _("Write 7.3.2024. If only the month is known: 2024-03, only the quarter: 2024-Q1, only the year: 2024.")


class Raw(forms.Form):
    """A form that holds what was typed and shows what `clean` found. It judges nothing itself."""

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}.{field_name}" if self.prefix else field_name

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def accuse(self, name: str, message: str) -> None:
        """Put an error at a field."""
        self.errors.setdefault(name, ErrorList()).append(message)  # type: ignore[arg-type]


class Choices:
    """The options of fields, read once for a whole form however many lines it has."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._known: dict[tuple[Any, str], tuple[Option, ...]] = {}

    def of(self, field: Field) -> tuple[Option, ...]:
        key = (field.model, field.name)
        if key not in self._known:
            self._known[key] = options_of(field, self.viewer)
        return self._known[key]

    def pairs(self, field: Field, *, empty: Any) -> list[tuple[str, Any]]:
        """For a select: an empty entry where nothing may be chosen, then the options; lower levels indented."""
        listed = [(one.value, f"{LEVEL}{one.label}" if one.parent else one.label) for one in self.of(field)]
        return listed if empty is None else [("", empty), *listed]


def control(field: Field, choices: Choices, value: Any, attributes: Mapping[str, str]) -> forms.Field:
    """The form field for a declared field."""
    made = forms.CharField(
        label=capfirst(str(field.title)),
        help_text=str(field.hint or (DATE_HELP if field.precision else "")),
        required=field.required,
        widget=widget_for(field, choices, value, dict(attributes)),
    )
    made.width = WIDTHS.get(field.kind, "full")  # type: ignore[attr-defined]
    return made


def widget_for(field: Field, choices: Choices, value: Any, attributes: dict[str, str]) -> forms.Widget:
    if field.kind == "boolean":
        return forms.CheckboxInput(attrs=attributes)
    if field.kind == "long-text":
        return forms.Textarea(attrs={"rows": "4", **attributes})
    if field.kind in {"integer", "number"}:
        return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **attributes})
    if field.kind in {"date", "time", "moment"}:
        return forms.TextInput(attrs={"autocomplete": "off", **attributes})
    if field.kind in {"choice", "term", "reference"}:
        return _select(field, choices, value, attributes)
    longest = getattr(field.source, "max_length", None)
    return forms.TextInput(attrs={**({"maxlength": str(longest)} if longest else {}), **attributes})


def _select(field: Field, choices: Choices, value: Any, attributes: dict[str, str]) -> forms.Widget:
    """A list to choose from; where it is very long, a text field that takes a code or a name."""
    empty = None if not is_empty(field.default) and field.kind == "choice" else "–"
    pairs = choices.pairs(field, empty=empty)
    if len(pairs) > LONG_LIST:
        return forms.TextInput(attrs=attributes)
    if value and str(value) not in {code for code, _label in pairs}:
        pairs.append((str(value), str(value)))  # no longer offered, but what the record says
    return forms.Select(attrs=attributes, choices=pairs)


def raw_form(
    fields: Iterable[Field],
    raw: Mapping[str, Any],
    choices: Choices,
    *,
    prefix: str = "",
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> Raw:
    """A form of these fields, showing what was typed (or what the record says)."""
    form = Raw(data=with_prefix(raw, prefix), prefix=prefix)
    for field in fields:
        extra = (attributes or {}).get(field.name, {})
        form.fields[field.name] = control(field, choices, raw.get(field.name), extra)
    return form


def with_prefix(raw: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {f"{prefix}.{name}" if prefix else name: value for name, value in raw.items()}


def first(values: Sequence[Any]) -> Any:
    return values[0] if values else ""
