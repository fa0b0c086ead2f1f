"""What differs between a record and what somebody would have it say; the same before and after in a reader's words."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.utils.text import capfirst

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import cells
from throughline.kernel.resources.cleaning import Draft, clean
from throughline.kernel.resources.declare import Lines, Resource

Plain = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One field or set of lines of a proposal, beside what it says in the record now."""

    name: str
    label: str
    before: Any
    after: Any
    now: Any
    moved: bool
    taken: bool


def plain_of(resource: Resource, record: Any) -> Plain:
    """The record as the API gives it: what `before` is taken from, and compared with."""
    return cells.as_json(resource, record)


def differences(resource: Resource, record: Any, draft: Draft) -> tuple[Plain, Plain]:
    """(before, after) of every field and set of lines that the draft would change."""
    said = plain_of(resource, record)
    wanted = plain_of_draft(resource, draft)
    names = [name for name, value in wanted.items() if said.get(name) != value]
    return {name: said.get(name) for name in names}, {name: wanted[name] for name in names}


def plain_of_draft(resource: Resource, draft: Draft) -> Plain:
    """What was understood, in the shape of the API."""
    row = SimpleNamespace(**draft.values)
    told = {name: _plain(resource.field(name), row) for name in draft.values if name in resource.by_name}
    return told | {name: [_line(resource.lines_of(name), one) for one in rows] for name, rows in draft.lines.items()}


def companions(resource: Resource, names: list[str]) -> list[str]:
    """With a date goes how exact it is: neither makes sense alone."""
    bound = [one.precision for one in resource.fields if one.precision and one.name in names]
    return [*names, *(one for one in bound if one not in names)]


def sides(resource: Resource, viewer: Viewer, record: Any, proposal: Any) -> list[Side]:
    """Each field of a proposal as a reader sees it; how exact a date is stands with the date."""
    bound = {one.precision for one in resource.fields if one.precision and one.name in proposal.after}
    now = {name: value for name, value in plain_of(resource, record).items() if name in proposal.after}
    told_before, told_after, told_now = (
        _told(resource, viewer, record, one) for one in (proposal.before, proposal.after, now)
    )
    return [
        Side(
            name=name,
            label=label_of(resource, name),
            before=told_before.get(name),
            after=told_after.get(name),
            now=told_now.get(name),
            moved=now.get(name) not in (proposal.before.get(name), proposal.after.get(name)),
            taken=name in proposal.taken,
        )
        for name in proposal.after
        if name not in bound
    ]


def label_of(resource: Resource, name: str) -> str:
    part = next((one for one in resource.lines if one.name == name), None)
    return capfirst(str(part.title if part else resource.field(name).title if name in resource.by_name else name))


def _told(resource: Resource, viewer: Viewer, record: Any, plain: Plain) -> Plain:
    """In words. What can no longer be read (a code taken away since) is told as it was written."""
    draft = clean(resource, plain, viewer=viewer, existing=record)
    row = SimpleNamespace(**draft.values)
    told: Plain = {}
    for name, value in plain.items():
        if _is_lines(resource, name):
            told[name] = [_line_told(resource.lines_of(name), one) for one in draft.lines.get(name, [])]
        else:
            known = name in resource.by_name and name in draft.values
            told[name] = cells.printed(resource.field(name), row) if known else value
    return told


def _line_told(part: Lines, line: Plain) -> str:
    row = SimpleNamespace(**line)
    words = [(one.title, cells.printed(one, row)) for one in part.fields if hasattr(row, one.name)]
    return ", ".join(f"{title}: {value}" for title, value in words if value not in (None, ""))


def _line(part: Lines, line: Plain) -> Plain:
    row = SimpleNamespace(**line)
    return {one.name: _plain(one, row) for one in part.fields}


def _plain(field: Any, row: Any) -> Any:
    return cells.plain(cells.code_of(field, row))


def _is_lines(resource: Resource, name: str) -> bool:
    return any(one.name == name for one in resource.lines)
