"""The form of a noun: sections that open as needed, child lines, and nothing typed is ever lost.

A form is drawn by the server from `FormState`. Adding and removing lines and choosing what opens a
section are ordinary posts of the whole form; htmx only swaps the answer in, so the page works
without JavaScript.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cells import code_of, day_text
from throughline.kernel.resources.cleaning import is_number
from throughline.kernel.resources.declare import Field, Lines, Resource, Section, When
from throughline.kernel.resources.inputs import Choices, Raw, raw_form
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.ownership import ownership_form
from throughline.kernel.resources.values import Unreadable, is_empty

LINE_KEY = re.compile(r"([a-z_]+)\.(\d+)\.([a-z_]+)")
DO = "_do"
SAVE, REFRESH, ADD, REMOVE = "save", "refresh", "add", "remove"
# A choice that opens or closes a section redraws the form.
REDRAW = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-vals": f'{{"{DO}": "{REFRESH}"}}',
    "hx-target": "#record-form",
    "hx-select": "#record-form",
    "hx-swap": "outerHTML",
}


@dataclass
class LineState:
    """One child line in the form."""

    number: int
    title: str
    form: Raw
    fixed: list[tuple[str, str]]
    remove: str


@dataclass
class SectionState:
    """One section as it is drawn."""

    title: str
    help: str = ""
    fields: list[BoundField] = field(default_factory=list)
    lines: list[LineState] = field(default_factory=list)
    add: str = ""
    add_label: str = ""
    unneeded: str = ""
    problems: list[str] = field(default_factory=list)
    anchor: str = ""


@dataclass
class FormState:
    """The whole form: what was typed, what is wrong, and how it is drawn."""

    resource: Resource
    viewer: Viewer
    raw: dict[str, Any]
    record: Any = None
    problems: list[Problem] = field(default_factory=list)
    newest: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        self.choices = Choices(self.viewer)
        self.sections = [self._section(one) for one in self.resource.form_sections]
        self.sections = [one for one in self.sections if one.fields or one.lines or one.add or one.unneeded]
        if self.record is None and self.resource.is_record:
            self.sections.append(self._ownership_section())
        self.summary = [self._summary_line(problem) for problem in self.problems]

    # Drawing

    def _section(self, section: Section) -> SectionState:
        state = SectionState(title=capfirst(str(section.title)), help=str(section.help))
        wanted = section.when is None or section.when.holds(self._controlling(section.when))
        state.fields = self._fields(section, wanted=wanted)
        if section.lines:
            self._lines(state, section, wanted=wanted)
        if not wanted and not state.lines and not state.fields:
            state.unneeded = str(section.unneeded)
        return state

    def _fields(self, section: Section, *, wanted: bool) -> list[BoundField]:
        """The section's fields that are asked now; one that holds something is always shown."""
        companions = {one.precision for one in self.resource.fields}
        fields = [self.resource.field(name) for name in section.fields if name not in companions]
        asked = [
            one
            for one in fields
            if not one.read_only
            and ((wanted and self._asked(one.when, self.raw)) or not is_empty(self.raw.get(one.name)))
        ]
        form = raw_form(asked, self.raw, self.choices, attributes=dict.fromkeys(self._controllers(), REDRAW))
        for problem in self.problems:
            if problem.field in form.fields:
                form.accuse(problem.field, problem.message)
        return list(form)

    def _lines(self, state: SectionState, section: Section, *, wanted: bool) -> None:
        part = self.resource.lines_of(section.lines)
        one = capfirst(str(section.one or part.one))
        state.help = state.help or str(part.help)
        state.anchor = f"lines-{part.name}-{'-'.join(section.only.values())}".rstrip("-")
        for number, raw in enumerate(self.raw.get(part.name, [])):
            if all(raw.get(name) == value for name, value in section.only.items()):
                state.lines.append(self._line(part, section, number, raw, f"{one} {len(state.lines) + 1}"))
        if wanted:
            state.add = ":".join([ADD, part.name, *(f"{name}={value}" for name, value in section.only.items())])
            state.add_label = _("Add %(what)s") % {"what": str(section.one or part.one)}
        state.problems = [one.message for one in self.problems if one.field == part.name]

    def _line(self, part: Lines, section: Section, number: int, raw: Mapping[str, Any], title: str) -> LineState:
        fields = [
            one
            for one in part.fields
            if one.name not in section.only and (self._asked(one.when, raw) or not is_empty(raw.get(one.name)))
        ]
        prefix = f"{part.name}.{number}"
        opening = self.newest == (part.name, number)
        focus = {fields[0].name: {"autofocus": ""}} if opening and fields else {}
        form = raw_form(fields, raw, self.choices, prefix=prefix, attributes=focus)
        for problem in self.problems:
            name = problem.field.removeprefix(f"{prefix}.")
            if problem.field.startswith(f"{prefix}.") and name in form.fields:
                form.accuse(name, problem.message)
            elif problem.field.startswith(f"{prefix}.") and form.fields:
                form.accuse(next(iter(form.fields)), problem.message)
        fixed = [(f"{prefix}.{name}", value) for name, value in section.only.items()]
        return LineState(number, title, form, fixed, f"{REMOVE}:{part.name}:{number}")

    def _ownership_section(self) -> SectionState:
        form = ownership_form(self.resource, self.viewer, self.raw)
        for problem in self.problems:
            if problem.field in form.fields:
                form.accuse(problem.field, problem.message)
        return SectionState(title=_("Whose it is, and who may see it"), fields=list(form))

    def _summary_line(self, problem: Problem) -> dict[str, str]:
        name, _dot, rest = problem.field.partition(".")
        number, _dot, one = rest.partition(".")
        if number.isdigit() and name in {part.name for part in self.resource.lines}:
            part = self.resource.lines_of(name)
            known = {column.name: str(column.title) for column in part.fields}
            label = f"{capfirst(str(part.one))} {int(number) + 1}, {known.get(one, one)}"
            return {"label": label, "message": problem.message, "target": f"id_{problem.field}"}
        field_ = self.resource.by_name.get(problem.field)
        label = capfirst(str(field_.title)) if field_ else ""
        return {"label": label, "message": problem.message, "target": f"id_{problem.field}"}

    # Conditions

    def _controllers(self) -> set[str]:
        sections = {one.when.field for one in self.resource.form_sections if one.when}
        return sections | {one.when.field for one in self.resource.fields if one.when}

    def _controlling(self, when: When) -> dict[str, Any]:
        """The value a condition looks at, understood as far as it can be."""
        field_ = self.resource.field(when.field)
        text = self.raw.get(when.field)
        if is_empty(text):
            return {}
        if field_.kind not in {"choice", "term", "reference"}:
            return {when.field: text}
        if not hasattr(self, "lookups"):
            self.lookups = Lookups(self.viewer)
        try:
            return {when.field: self.lookups.find(field_, text)}
        except Unreadable:
            return {}

    def _asked(self, when: When | None, raw: Mapping[str, Any]) -> bool:
        return when is None or when.holds(self._controlling(when) if raw is self.raw else raw)


# What was typed


def raw_of_post(resource: Resource, post: QueryDict) -> dict[str, Any]:
    """What the form sent: fields by name, lines as lists in their order. Empty lines fall away."""
    raw: dict[str, Any] = {part.name: [] for part in resource.lines}
    rows: dict[str, dict[int, dict[str, str]]] = {part.name: {} for part in resource.lines}
    for key in post:
        match = LINE_KEY.fullmatch(key)
        if match and match[1] in rows:
            rows[match[1]].setdefault(int(match[2]), {})[match[3]] = str(post[key])
        elif key in resource.by_name or key in {"version", "programme"}:
            raw[key] = str(post[key])
    for name, numbered in rows.items():
        raw[name] = [numbered[number] for number in sorted(numbered)]
    return raw


def unchecked_boxes(resource: Resource, raw: dict[str, Any]) -> dict[str, Any]:
    """A box that is not ticked is not sent: for a whole form, not sent means no."""
    boxes = [one.name for one in resource.fields if one.kind == "boolean" and not one.read_only]
    return {**dict.fromkeys(boxes, ""), **raw}


def without_empty_lines(resource: Resource, raw: dict[str, Any]) -> dict[str, Any]:
    """The input as `clean` takes it, so that problems and lines are numbered alike."""
    kept = {
        part.name: [row for row in raw[part.name] if not all(map(is_empty, row.values()))] for part in resource.lines
    }
    return {**raw, **kept}


def raw_of_record(resource: Resource, record: Any) -> dict[str, Any]:
    """What the form shows of a stored record."""
    raw: dict[str, Any] = {one.name: typed(one, record) for one in resource.fields if not one.read_only}
    for part in resource.lines:
        rows = sorted(getattr(record, part.name).all(), key=lambda row: row.pk)
        raw[part.name] = [{one.name: typed(one, row) for one in part.fields} for row in rows]
    if resource.is_record:
        raw["version"] = record.version
    return raw


def typed(one: Field, row: Any) -> Any:
    """A value as a person would type it."""
    value = getattr(row, one.name)
    precision = getattr(row, one.precision, "day") if one.precision else "day"
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}" if precision == "day" else day_text(value, precision)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if value is None or isinstance(value, bool):
        return value or ""
    return code_of(one, row)


def raw_of_nothing(resource: Resource, given: Mapping[str, str]) -> dict[str, Any]:
    """A new form: defaults, and what the address already says (?jurisdiction=RS)."""
    raw: dict[str, Any] = {}
    for one in resource.fields:
        if not one.read_only:
            raw[one.name] = given.get(one.name, "") or ("" if one.default in (None, False) else str(one.default))
    return {**raw, **{part.name: [] for part in resource.lines}}


# Adding and removing lines


def with_line(resource: Resource, raw: dict[str, Any], command: str) -> tuple[dict[str, Any], tuple[str, int] | None]:
    """Carry out 'add:people:side=victim' or 'remove:people:2'; anything else changes nothing."""
    what, _colon, rest = command.partition(":")
    name, _colon, rest = rest.partition(":")
    if name not in {part.name for part in resource.lines}:
        return raw, None
    rows = list(raw.get(name, []))
    if what == ADD:
        rows.append(new_line(resource.lines_of(name), rest))
        return {**raw, name: rows}, (name, len(rows) - 1)
    if what == REMOVE and is_number(rest) and int(rest) < len(rows):
        del rows[int(rest)]
    return {**raw, name: rows}, None


def new_line(part: Lines, fixed: str) -> dict[str, str]:
    defaults = {one.name: "" if one.default is None else str(one.default) for one in part.fields}
    given = dict(pair.split("=", 1) for pair in fixed.split(":") if "=" in pair)
    return {**defaults, **{name: value for name, value in given.items() if name in defaults}}
