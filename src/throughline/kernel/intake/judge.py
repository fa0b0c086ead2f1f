"""What each row would do: new, changed, same, duplicate or wrong. Reads and compares; writes nothing."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.intake.build import Builder, Item
from throughline.kernel.intake.fast import FastTrack
from throughline.kernel.intake.formats.base import Table
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.owning import owners
from throughline.kernel.intake.suggest import order_of
from throughline.kernel.resources import registry
from throughline.kernel.resources.cells import state_label
from throughline.kernel.resources.cleaning import Draft, clean, rows_of
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.expressions import Among
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.values import Unreadable

NEW, CHANGED, SAME, DUPLICATE, WRONG = STATUSES = ("new", "changed", "same", "duplicate", "wrong")
CHUNK = 2_000
FEW_KEYS = 20_000
MOST_UNKNOWN = 50_000
OWN_KEY = "row:"


class FileLookups(Lookups):
    """Remembers also what was not found: the same unknown word in every row is looked for once."""

    def __init__(self, viewer: Viewer, order: Any = "dmy") -> None:
        super().__init__(viewer, order=order)
        self._unknown: dict[tuple[Any, str, Any], str] = {}

    def find(self, field: Field, value: Any) -> Any:
        key = (field.model, field.name, value)
        if key in self._unknown:
            raise Unreadable(self._unknown[key])
        try:
            return super().find(field, value)
        except Unreadable as fault:
            said = Unreadable(f"{fault}{_way_out(field)}")
            if len(self._unknown) < MOST_UNKNOWN:
                self._unknown[key] = str(said)
            raise said from fault


def _way_out(field: Field) -> str:
    """What to do about a name that is not in the reference data."""
    resource = registry.for_model(field.related) if field.kind == "reference" else None
    if resource is None:
        return ""
    return " " + _("If it is right, add it to the %(nouns)s first, or map the value to one of them.") % {
        "nouns": resource.title_plural
    }


@dataclass
class Task:
    """Everything that stays the same for all rows of a file."""

    actor: Viewer
    resource: Resource
    table: Table
    mapping: Mapping
    programme: Any = None
    owner: Any = None

    def __post_init__(self) -> None:
        self.builder = Builder(self.resource, self.table, self.mapping)
        self.lookups = FileLookups(self.actor, order_of(self.table))
        self.owner = self.owner or _owner(self)
        self.final = (
            {one.code for one in flow.states if one.final} if (flow := flow_for(self.resource.model)) else set()
        )
        self.hidden: set[str] = set()
        # The keys of other systems that are there before this file, or more than FEW_KEYS of them.
        self.held: frozenset[str] | None = None

    def items(self) -> Iterator[Item]:
        return self.builder.items(self.table.rows())


@dataclass
class Verdict:
    """One record-to-be with what would become of it."""

    item: Item
    status: str
    key: str = ""
    draft: Draft | None = None
    existing: Any = None
    differences: list[tuple[str, Any, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.item.number

    @property
    def understood(self) -> Draft:
        """The draft of a row that is new or changed."""
        if self.draft is None:
            message = f"row {self.number} is {self.status} and has no draft"
            raise LookupError(message)
        return self.draft


def _owner(task: Task) -> Any:
    """The organisation new records belong to: the person's only one, or the one the file's constant names."""
    if not task.resource.is_record:
        return None
    open_ = owners(task.resource, task.actor)
    use = task.mapping.use_of("owner")
    if use is not None and use.constant:
        found = next((one for one in open_ if use.constant in (one.code, str(one), str(one.pk))), None)
        if found is None:
            message = _("New records belong to your own organisation. '%(value)s' is none of yours.")
            raise Invalid([Problem("owner", message % {"value": use.constant}, use.constant)])
        return found
    if len(open_) != 1:
        raise Invalid([Problem("owner", _("Choose the organisation the new records will belong to."))])
    return open_[0]


def judge(task: Task) -> Iterator[Verdict]:
    """A verdict for every record-to-be, in the order of the file, a thousand at a time."""
    seen: dict[str, int] = {}
    fast = FastTrack(task.resource, task.builder, task.lookups, task.actor) if task.resource.external_key else None
    fast = fast if fast is not None and fast.usable else None
    short_key = _short_key(task)
    items = task.items()
    while chunk := list(islice(items, CHUNK)):
        keys = [short_key(item) or _key(task, item) for item in chunk]
        stored = _stored(task, keys)
        for item, key in zip(chunk, keys, strict=True):
            existing = stored.get(key)
            plain = existing is None and key not in seen and key not in task.hidden and key.startswith("external:")
            draft = fast.draft(item, key.partition(":")[2]) if fast is not None and plain else None
            if draft is not None:
                seen[key] = item.number
                yield Verdict(item, NEW, key, draft)
                continue
            verdict = _judge(task, item, key, existing, seen)
            if fast is not None and verdict.status == NEW and verdict.draft is not None:
                fast.learn(item, verdict.draft)
            yield verdict


def _short_key(task: Task) -> Callable[[Item], str]:
    """The key straight from its cell, where the file has the other system's key and no references of ours."""
    places = {target: (place, step) for place, target, step in task.builder.own}
    key = task.resource.external_key
    if not task.resource.is_record or task.builder.group or task.resource.key in places or key not in places:
        return lambda item: ""
    place, step = places[key]

    def short(item: Item) -> str:
        cell = step(item.rows[0].cells[place])
        return f"external:{cell.strip()}" if cell and cell.strip() else ""

    return short


def _key(task: Task, item: Item) -> str:
    """'reference:AV-2024-000001', 'external:4711', or the row's own fingerprint where a file has no key."""
    resource, raw = task.resource, item.raw
    if resource.is_record:
        if reference := raw.get(resource.key):
            return f"reference:{str(reference).strip()}"
        if not resource.external_key:
            return ""
        raw.pop(resource.key, None)
        if not raw.get(resource.external_key):
            raw[resource.external_key] = fingerprint(task, item)
        return f"external:{str(raw[resource.external_key]).strip()}"
    value = raw.get(resource.key)
    return f"key:{str(value).strip()}" if value else ""


def fingerprint(task: Task, item: Item) -> str:
    """The key of a row that has none: made from all its cells, mapped or not, and from what was said for all rows.

    So the same row is known again, also when another column is mapped next time; and two rows that
    differ only in a column nobody uses are still two.
    """
    cells = [
        [(name, cell) for name, cell in zip(task.table.columns, row.cells, strict=False) if cell] for row in item.rows
    ]
    text = json.dumps([cells, task.builder.constants], sort_keys=True, ensure_ascii=False, default=str)
    return OWN_KEY + hashlib.sha256(text.encode()).hexdigest()[:40]


def _stored(task: Task, keys: list[str]) -> dict[str, Any]:
    """The rows that are there already, by key: only what the person may see."""
    found: dict[str, Any] = {}
    for kind, name, scope in _kinds(task):
        wanted = [key.partition(":")[2] for key in keys if key.startswith(f"{kind}:")]
        if not wanted:
            continue
        held = _held(task, name, scope, wanted) if kind == "external" else wanted
        if not held:
            continue
        rows = task.resource.visible(task.actor).filter(**scope, **{f"{name}__in": held})
        rows = rows.select_related(*_related(task.resource)).prefetch_related(*_lines_read(task.resource))
        seen = {f"{kind}:{getattr(row, name)}": row for row in rows}
        found |= seen
        if kind == "external":  # held by records this person may not see: such a key cannot be used twice
            task.hidden |= {f"external:{key}" for key in held} - seen.keys()
    return found


def _held(task: Task, name: str, scope: dict[str, Any], keys: list[str]) -> list[str]:
    """Which of the keys are there at all, whoever may see them.

    Where an organisation holds few, they are all read with the first rows and asked no more: what this file brings
    stands in `seen`, other files wait, and a key somebody enters meanwhile is refused by the database.
    """
    manager = task.resource.model._default_manager
    if task.held is None:
        found = manager.filter(**scope).exclude(**{name: ""}).values_list(name, flat=True)[: FEW_KEYS + 1]
        task.held = frozenset(found)
    if len(task.held) <= FEW_KEYS:
        return [key for key in keys if key in task.held]
    return list(manager.filter(Among(F(name), keys, models.TextField()), **scope).values_list(name, flat=True))


def _kinds(task: Task) -> list[tuple[str, str, dict[str, Any]]]:
    resource = task.resource
    if not resource.is_record:
        return [("key", resource.key, {})]
    scope = {"programme": task.programme, "owner": task.owner}
    kinds: list[tuple[str, str, dict[str, Any]]] = [("reference", resource.key, {"programme": task.programme})]
    return [*kinds, ("external", resource.external_key, scope)] if resource.external_key else kinds


def _related(resource: Resource) -> tuple[str, ...]:
    return (*resource.related, "audience") if resource.is_record else resource.related


def _lines_read(resource: Resource) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*resource.prefetch, *(part.name for part in resource.lines))))


def _judge(task: Task, item: Item, key: str, existing: Any, seen: dict[str, int]) -> Verdict:
    if key and key in seen:
        return _duplicate(task, item, key, seen[key])
    if key:
        seen[key] = item.number
    if key.startswith("reference:") and existing is None:
        message = _("There is no such record that you may see. Leave the reference empty for a new one.")
        return _wrong(task, item, key, [Problem(task.resource.key, message, key.partition(":")[2])])
    if key in task.hidden:
        message = _("Your organisation holds a record with this key that you may not see. Ask a colleague who may.")
        return _wrong(task, item, key, [Problem(task.resource.external_key, message, key.partition(":")[2])])
    # A row known by its own fingerprint is the same by definition, whatever was put right in the record since.
    if existing is not None and key.startswith(f"external:{OWN_KEY}") and not item.faults:
        return Verdict(item, SAME, key, existing=existing)
    draft = clean(task.resource, item.raw, viewer=task.actor, lookups=task.lookups, existing=existing)
    if item.faults or draft.problems:
        return _wrong(task, item, key, [*item.faults, *draft.problems])
    if existing is None:
        return Verdict(item, NEW, key, draft)
    differences = differences_of(task.resource, draft, existing)
    if not differences:
        return Verdict(item, SAME, key, existing=existing)
    if objection := _may_not_change(task, existing):
        return _wrong(task, item, key, [Problem("", objection)])
    return Verdict(item, CHANGED, key, draft, existing, differences)


def _may_not_change(task: Task, existing: Any) -> str:
    if getattr(existing, "state", "") in task.final:
        message = _("The record %(record)s is closed ('%(state)s'); it can no longer be changed.")
        return message % {"record": existing, "state": state_label(existing, existing.state)}
    if not task.resource.may_change(task.actor, existing):
        return _("You may see the record %(record)s but not change it.") % {"record": existing}
    return ""


def _duplicate(task: Task, item: Item, key: str, first: int) -> Verdict:
    if key.startswith(f"external:{OWN_KEY}"):
        message = _("This row says exactly what row %(first)s says.") % {"first": first}
    else:
        message = _("The key '%(key)s' stands in row %(first)s already.") % {
            "key": key.partition(":")[2],
            "first": first,
        }
    return Verdict(item, DUPLICATE, key, problems=[Problem(_key_column(task, key), message, "", item.number)])


def _key_column(task: Task, key: str) -> str:
    name = task.resource.external_key if key.startswith("external:") else task.resource.key
    use = task.builder.mapping.use_of(name)
    return use.column if use is not None else ""


def _wrong(task: Task, item: Item, key: str, problems: Iterable[Problem]) -> Verdict:
    """Problems where the person finds them: in their file's rows and columns."""
    located = []
    for problem in problems:
        row, column, value = task.builder.located(item, problem)
        located.append(replace(problem, field=column or _title(task.resource, problem.field), row=row, value=value))
    return Verdict(item, WRONG, key, problems=located)


def _title(resource: Resource, name: str) -> str:
    """What a field without a column is called."""
    head, _number, one = ([*name.split(".", 2), "", ""])[:3]
    if one:
        part = next((part for part in resource.lines if part.name == head), None)
        return f"{part.one}: {part.field(one).title}" if part and any(f.name == one for f in part.fields) else name
    found = resource.by_name.get(name)
    return str(found.title) if found else name


def differences_of(resource: Resource, draft: Draft, existing: Any) -> list[tuple[str, Any, Any]]:
    """(name, before, after) for every field and set of lines that would become different."""
    found = []
    for name, value in draft.values.items():
        stored = getattr(existing, name)
        if stored != value and not (stored in (None, "") and value in (None, "")):
            found.append((name, stored, value))
    for name, lines in draft.lines.items():
        part = resource.lines_of(name)
        before = rows_of(existing, part)
        if [_plain(line) for line in before] != [_plain(line) for line in lines]:
            found.append((name, before, lines))
    return found


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    """A line without its empty cells."""
    return {
        name: value.pk if isinstance(value, models.Model) else value
        for name, value in line.items()
        if value not in (None, "")
    }
