"""Verbs on what comes in: bring in a file, undo a batch, keep a profile; and reading and previewing, which write nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from psycopg.errors import IntegrityError as DriversIntegrityError

from throughline.kernel.access.errors import Conflict, Invalid, Problem
from throughline.kernel.access.services import keep_only_visible
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.intake.columns import guess_dates, guess_decimal, look
from throughline.kernel.intake.formats import Options, Table, read_table
from throughline.kernel.intake.judge import CHANGED, NEW, STATUSES, Task, Verdict, judge
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.models import Batch, Profile, Trace
from throughline.kernel.intake.names import known_names
from throughline.kernel.intake.owning import Arrival, arrival_named, check_may_add
from throughline.kernel.intake.preview import Preview, Progress
from throughline.kernel.intake.preview import preview as look_through
from throughline.kernel.intake.recipes import recipe_for
from throughline.kernel.intake.stored import stored_raw
from throughline.kernel.intake.stream import Stream
from throughline.kernel.intake.suggest import suggest as guess_mapping
from throughline.kernel.intake.undoing import undo
from throughline.kernel.intake.writer import Writer
from throughline.kernel.measures.outbox import mark
from throughline.kernel.resources.declare import Resource

MOST_PROBLEMS = 200


def read(content: bytes, options: Options | None = None, *, resource: Resource | None = None) -> Table:
    """A file as a table, with what was guessed; raises `Unreadable` with a message for the person."""
    table = read_table(content, options, known=known_names(resource) if resource else frozenset())
    columns = look(table)
    dates, dates_sure = guess_dates(columns)
    decimal, decimal_sure = guess_decimal(columns)
    table.options = table.options.with_guesses(dates=dates, decimal=decimal)
    table.certain |= {"dates": dates_sure, "decimal": decimal_sure}
    return table


def suggest(actor: Viewer, *, resource: Resource, table: Table) -> Mapping:
    """What each column probably means."""
    return guess_mapping(table, resource, actor)


def preview(
    actor: Viewer,
    *,
    resource: Resource,
    table: Table,
    mapping: Mapping,
    programme: Any = None,
    progress: Progress | None = None,
) -> Preview:
    """What bringing the file in would do. Nothing is saved."""
    check_may_add(resource, actor, programme)
    return look_through(Task(actor, resource, table, mapping, programme), progress)


@verb("batch.apply")
def apply(
    actor: Viewer,
    *,
    resource: Resource,
    table: Table,
    mapping: Mapping,
    programme: Any = None,
    arrival: str = "",
    reason: str = "",
    leave_out: bool = False,
    expected: dict[str, int] | None = None,
    name: str = "",
    sha256: str = "",
    file: Any = None,
    progress: Progress | None = None,
) -> Batch:
    """Bring a file in: all of it or nothing.

    Order: check the role, the owner and the state new records arrive in; wait for another import of the
    same noun to the same programme; judge every row again; write new records in bulk and changed ones by
    the noun's own verb; look at the new ones through the access rule; write history for each record and
    one for the batch; mark the facts. `leave_out` leaves wrong and duplicate rows out; without it one
    such row stops everything. `expected` are the counts the person saw: if the outcome is another, nothing
    is written. Raises Refused, Invalid (with row and column) or Conflict.
    """
    check_may_add(resource, actor, programme)
    arriving = arrival_named(resource, actor, programme, arrival, reason)
    task = Task(actor, resource, table, mapping, programme)
    _one_at_a_time(resource, programme)
    batch = Batch.objects.create(
        noun=resource.noun,
        programme=programme,
        name=name[:160],
        sha256=sha256,
        file=file,
        options=table.options.plain(),
        mapping=mapping.plain(),
        arrival=arriving.state if arriving else "",
        reason=reason,
        created_by_id=actor.key,
    )
    try:
        with _without_looking_for_cycles(), Stream.open() as stream:
            counts = _Applying(actor, task, batch, arriving, stream).run(progress)
    except (IntegrityError, DriversIntegrityError) as clash:
        raise Conflict(_("Someone brought in the same records at this moment. Look at the preview again.")) from clash
    _check_outcome(counts, expected, leave_out=leave_out)
    batch.counts = counts.counts
    batch.save(update_fields=["counts"])
    if resource.is_record:
        written: Any = resource.model._default_manager.filter(batch=batch)
        keep_only_visible(actor, written, counts.counts[NEW])
    note(batch, after={**counts.counts, "file": name, "sha256": sha256, "state": batch.arrival}, reason=reason)
    return batch


def _one_at_a_time(resource: Resource, programme: Any) -> None:
    """Two imports of one noun into one programme follow each other: the second sees what the first wrote."""
    with connection.cursor() as cursor:
        key = f"intake {resource.noun} {programme.pk if programme else ''}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


@contextmanager
def _without_looking_for_cycles() -> Iterator[None]:
    """Hundreds of thousands of drafts and lines of history make none: the collector would only walk them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Applying:
    """One pass over the file that writes as it goes, inside the verb's transaction."""

    def __init__(self, actor: Viewer, task: Task, batch: Batch, arrival: Arrival | None, stream: Stream) -> None:
        self.actor, self.task, self.batch, self.stream = actor, task, batch, stream
        bulk = task.resource.is_record and recipe_for(task.resource.noun).prefix is not None
        self.writer = Writer(task, batch, arrival, stream) if bulk else None
        self.new: list[Any] = []
        self.found = Preview()
        self.unfit: list[Problem] = []

    def run(self, progress: Progress | None) -> Preview:
        for number, verdict in enumerate(judge(self.task), start=1):
            self.found.take(verdict, self.task.resource)
            if verdict.status == NEW:
                self._new(verdict)
            elif verdict.status == CHANGED:
                self._change(verdict)
            if progress is not None and number % 500 == 0:
                progress(self.found.rows)
        if self.unfit:
            raise Invalid(self.unfit[:MOST_PROBLEMS])
        if self.writer is not None:
            self._note(self.writer.flush())
        if self.new:
            mark(self.task.resource.noun, self.new)
        return self.found

    def _new(self, verdict: Verdict) -> None:
        if self.writer is not None:
            if admit := self.writer.recipe.admit:
                found = admit(self.task.programme, self.batch.arrival, verdict.understood.values)
                self.unfit += [replace(problem, row=verdict.number) for problem in found]
            self._note(self.writer.add(verdict))
            return
        draft = verdict.understood
        if self.task.resource.is_record:
            draft.values.setdefault("owner", self.task.owner)
        self.stream.drain()
        record = self.task.resource.create(self.actor, programme=self.task.programme, draft=draft)  # type: ignore[misc]
        if self.task.resource.is_record:
            type(record)._default_manager.filter(pk=record.pk).update(batch=self.batch, source_row=verdict.number)
        else:
            self._trace(record, verdict, Trace.Action.NEW)

    def _change(self, verdict: Verdict) -> None:
        resource, existing = self.task.resource, verdict.existing
        names = [name for name, _before, _after in verdict.differences]
        before, state = stored_raw(resource, existing, names), getattr(existing, "state", "")
        draft = verdict.understood
        draft.values = {name: value for name, value in draft.values.items() if name in names}
        draft.lines = {name: lines for name, lines in draft.lines.items() if name in names}
        self.stream.drain()
        record = resource.change(self.actor, record=existing, draft=draft)  # type: ignore[misc]
        self._trace(record, verdict, Trace.Action.CHANGED, before=before, state_before=state)

    def _trace(self, record: Any, verdict: Verdict, action: str, **more: Any) -> None:
        Trace.objects.create(
            batch=self.batch,
            action=action,
            object_id=record.pk,
            object_text=str(record)[:120],
            row=verdict.number,
            version_after=getattr(record, "version", None),
            **more,
        )

    def _note(self, entries: list[tuple[Any, None, Any]]) -> None:
        if entries:
            note_many(entries, verb="record.import", reason=self.batch.name)
            self.new += [about.pk for about, _before, _after in entries]


def _check_outcome(found: Preview, expected: dict[str, int] | None, *, leave_out: bool) -> None:
    """All or nothing: raising here rolls back everything written before."""
    if expected is not None and any(found.counts[status] != expected.get(status, 0) for status in STATUSES):
        raise Conflict(
            _("Since you looked at the preview, records have changed. Look at it again: the counts are different now.")
        )
    if found.in_the_way and not leave_out:
        raise Invalid(problems_of(found)[:MOST_PROBLEMS])
    if not found.to_write and not found.same:
        raise Invalid([Problem("file", _("There is nothing in the file that can be brought in."))])


def problems_of(found: Preview) -> list[Problem]:
    """All problems shown in a preview, as the API and the command line print them."""
    lines = [*found.lines["wrong"], *found.lines["duplicate"]]
    details = (detail for line in lines for detail in line.details)
    return [Problem(one["column"], one["reason"], one["value"], one["row"]) for one in details]


@verb("profile.keep")
def keep_profile(
    actor: Viewer, *, resource: Resource, programme: Any, name: str, options: dict[str, Any], mapping: Mapping
) -> Profile:
    """Keep how a file was read and mapped under a name; the same name again replaces it."""
    check_may_add(resource, actor, programme)
    if not name.strip():
        raise Invalid([Problem("name", _("Give the profile a name."))])
    profile, _made = Profile.objects.update_or_create(
        noun=resource.noun,
        programme=programme,
        name=" ".join(name.split())[:80],
        defaults={"options": options, "mapping": mapping.plain(), "changed_by_id": actor.key},
    )
    note(profile, after={"name": profile.name, "noun": profile.noun})
    return profile


__all__ = ["Preview", "apply", "keep_profile", "preview", "read", "suggest", "undo"]
