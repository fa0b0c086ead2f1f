"""What happened to a record, in words: entries of history with what changed from what to what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _l

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import is_owner
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import entries_for, of_object
from throughline.kernel.history.verbs import doer, sentence
from throughline.kernel.resources.cells import state_label
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.lookups import options_of
from throughline.kernel.ui import formats

# What grants and marks call their things in history, beside a noun's own fields.
OTHER_WORDS = {"grant": _l("grant"), "hidden": _l("hidden from other readers")}


@dataclass(frozen=True)
class Changed:
    """One field that changed."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Told:
    """One line of a record's history, ready to print."""

    at: datetime
    who: str
    verb: str
    reason: str
    changes: list[Changed]


def story(resource: Resource, viewer: Viewer, record: Any, *, limit: int | None = None) -> list[Told]:
    """The history of a record, newest first, for those who may read the record."""
    return [told(resource, record, entry) for entry in entries_told(viewer, record, limit=limit)]


def entries_told(viewer: Viewer, record: Any, *, limit: int | None = None) -> list[Entry]:
    """The entries as this viewer may read them: of the time before more people could read the record, what was
    written and why is for its owner's people and its author. The others learn that, when and by whom.
    """
    entries = list(entries_for(viewer, record)[:limit])
    opened = opened_at(viewer, record)
    for entry in entries:
        if entry.seq < opened:
            entry.before, entry.after, entry.reason = None, None, ""
    return entries


def opened_at(viewer: Viewer, record: Any) -> int:
    """The entry by which the record was last opened to more readers: sent, or marked more widely. 0 for its own people."""
    if not isinstance(record, Record) or viewer.person == record.created_by_id:
        return 0
    if is_owner(viewer, record) and record.programme_id in viewer.programmes:
        return _opened(record, marks=(Handling.RED,))
    return _opened(record, marks=tuple(Handling.values))


def _opened(record: Record, *, marks: tuple[str, ...]) -> int:
    """The last entry that took the record out of privacy or down from one of these codes."""
    flow = flow_for(type(record))
    private = {state.code for state in flow.states if state.private} if flow and len(marks) > 1 else set()
    openness = Handling.values
    moves = of_object(record._meta.model_name or "", record.pk).filter(after__has_any_keys=["state", "handling"])
    for seq, *told in moves.values_list("seq", "before", "after"):
        before, after = (one or {} for one in told)
        was, now = before.get("handling"), after.get("handling")
        if was in marks and now in openness and openness.index(now) < openness.index(was):
            return int(seq)
        if before.get("state") in private and after.get("state") not in {None, *private}:
            return int(seq)
    return 0


def told(resource: Resource, record: Any, entry: Entry) -> Told:
    return Told(entry.at, doer(entry.actor_text), sentence(entry.verb), entry.reason, changes(resource, record, entry))


def changes(resource: Resource, record: Any, entry: Entry) -> list[Changed]:
    """What was written, field by field. A first entry has nothing before."""
    before, after = entry.before or {}, entry.after or {}
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    names = [*before, *(name for name in after if name not in before)]
    found = [
        Changed(
            field_title(resource, name), *(as_told(resource, record, name, one.get(name)) for one in (before, after))
        )
        for name in names
    ]
    return [one for one in found if one.before != one.after]


def field_title(resource: Resource, name: str) -> str:
    if name in resource.by_name:
        return capfirst(str(resource.by_name[name].title))
    part = next((one for one in resource.lines if one.name == name), None)
    title = part.title if part else OTHER_WORDS.get(name, name.replace("_", " "))
    return capfirst(str(title))


def as_told(resource: Resource, record: Any, name: str, value: Any) -> Any:
    """A stored value in the reader's words."""
    if isinstance(value, list):
        return "; ".join(line_told(row) for row in value) or None
    if name == "state" and value:
        return state_label(record, str(value))
    field = resource.by_name.get(name)
    if field is not None and field.kind == "choice" and value:
        return {one.value: one.label for one in options_of(field)}.get(str(value), value)
    if field is not None and field.kind == "date" and isinstance(value, str) and (day := parse_date(value)):
        return formats.day(day)
    return value


def line_told(row: Any) -> str:
    return ", ".join(str(value) for value in row.values()) if isinstance(row, Mapping) else str(row)


def since(resource: Resource, viewer: Viewer, record: Any, version: int) -> Iterable[Told]:
    """What others wrote after somebody read the record at `version`, oldest first."""
    written = max(record.version - version, 1)
    return reversed([one for one in story(resource, viewer, record, limit=written) if one.changes])
