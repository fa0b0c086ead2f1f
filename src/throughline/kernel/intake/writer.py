"""Writing new records in bulk: COPY for records, lines and steps; references taken in one go; audiences made once.

It writes exactly what the noun's verb would write (values, defaults, derived text, reference, audience,
steps), and leaves history, facts and the final look through the access rule to the service. Rows are put
down a column at a time and sent while the next ones are judged (`stream.py`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.references import take
from throughline.kernel.copying import rows_of, statement
from throughline.kernel.flow.models import Step
from throughline.kernel.history.store import Unbuilt, Written
from throughline.kernel.ids import new_key
from throughline.kernel.intake.judge import Task, Verdict
from throughline.kernel.intake.models import Batch
from throughline.kernel.intake.owning import Arrival
from throughline.kernel.intake.recipes import recipe_for
from throughline.kernel.intake.stream import Stream
from throughline.kernel.intake.telling import Teller

AT_ONCE = 2_000
Row = dict[str, Any]


@dataclass
class Copied:
    """A table, what every new row of it holds, and the columns that need more than their plain value."""

    model: type[models.Model]
    shared: Row
    columns: dict[str, str] = field(init=False)
    prepared: dict[str, "models.Field[Any, Any]"] = field(init=False)

    def __post_init__(self) -> None:
        known = self.model._meta.concrete_fields
        self.columns = {one.name: str(one.column) for one in known}
        self.prepared = {one.name: one for one in known if not isinstance(one, PLAIN)}

    def write(self, stream: Stream, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of what is particular to them, by field name, in one COPY."""
        given = set().union(*rows)
        own = [name for name in self.columns if name in given]
        same = [name for name in self.columns if name not in given]
        values = [self._column(name, rows) for name in own]
        table = statement(self.model._meta.db_table, [self.columns[name] for name in (*same, *own)])
        stream.copy(table, rows_of(values, [self._ready(name, self.shared[name]) for name in same]))

    def _column(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        try:
            found = [row[name] for row in rows]
        except KeyError:  # some rows speak of it, others do not
            found = [row.get(name, self.shared[name]) for row in rows]
        return [self._ready(name, value) for value in found] if name in self.prepared else found

    def _ready(self, name: str, value: Any) -> Any:
        """What the field itself prepares, such as JSON."""
        one = self.prepared.get(name)
        return value if one is None else one.get_db_prep_save(value, connection)


# Fields whose values COPY takes as they stand; a related row stands for its key.
PLAIN = (
    models.CharField, models.TextField, models.DateField, models.TimeField, models.BooleanField,
    models.IntegerField, models.FloatField, models.UUIDField, models.ForeignKey,
)  # fmt: skip


def defaults_of(model: type[models.Model]) -> Row:
    """What a new row gets in each field that nobody speaks of; callables are left to the writer."""
    found: Row = {}
    for one in model._meta.concrete_fields:
        value = None if one.has_default() and callable(one.default) else one.get_default()
        found[one.name] = value
    return found


class Writer:
    """Gathers new records and writes them a couple of thousand at a time."""

    def __init__(self, task: Task, batch: Batch, arrival: Arrival | None, stream: Stream) -> None:
        self.task, self.batch, self.arrival, self.stream = task, batch, arrival, stream
        self.recipe = recipe_for(task.resource.noun)
        self.base = self._base()
        self.records = Copied(task.resource.model, self.base)
        self.lines = {
            part.name: (Copied(model, defaults_of(model)), part.parent_field)
            for part in task.resource.lines
            if (model := part.model) is not None
        }
        self.teller = Teller()
        self.audiences: dict[str, int] = {}
        self.waiting: list[Verdict] = []

    def _base(self) -> Row:
        """The columns that are the same for all new records of this batch."""
        task, now, actor = self.task, timezone.now(), self.task.actor.key
        return {
            **defaults_of(task.resource.model),
            "programme": task.programme,
            "owner": task.owner,
            "state": self.arrival.state if self.arrival else "draft",
            "private": self.arrival.private if self.arrival else True,
            "illustrative": task.programme.illustrative,
            "handling": task.programme.default_handling,
            "version": 1,
            "created_at": now,
            "changed_at": now,
            "created_by": actor,
            "changed_by": actor,
            "batch": self.batch,
        }

    def add(self, verdict: Verdict) -> list[tuple[Any, None, Any]]:
        """Take one; when enough are waiting, write them and say what history is to keep."""
        self.waiting.append(verdict)
        return self.flush() if len(self.waiting) >= AT_ONCE else []

    def flush(self) -> list[tuple[Any, None, Any]]:
        verdicts, self.waiting = self.waiting, []
        if not verdicts:
            return []
        rows = list(map(self._row, verdicts, self._references(verdicts)))
        self.records.write(self.stream, rows)
        for name in self.lines:
            self._write_lines(name, verdicts, rows)
        self._write_steps(rows)
        meta = self.task.resource.model._meta
        return [
            (Unbuilt(meta, row["id"], row["reference"]), None, Written(self.teller.text(verdict.understood)))
            for verdict, row in zip(verdicts, rows, strict=True)
        ]

    def _references(self, verdicts: Sequence[Verdict]) -> list[str]:
        """References in the order of the file; one visit to the counter for each prefix."""
        if self.recipe.prefix is None:
            message = f"the noun {self.task.resource.noun} has no recipe for bulk writing"
            raise RuntimeError(message)
        prefixes = [self.recipe.prefix(verdict.understood.values) for verdict in verdicts]
        counts: dict[str, int] = defaultdict(int)
        for prefix in prefixes:
            counts[prefix] += 1
        # In a fixed order, so that two imports at once wait for each other instead of for ever.
        taken = {prefix: iter(take(prefix, counts[prefix])) for prefix in sorted(counts)}
        return [next(taken[prefix]) for prefix in prefixes]

    def _row(self, verdict: Verdict, reference: str) -> Row:
        """What is particular to this record; the rest stands in the base."""
        draft = verdict.understood
        row: Row = dict(draft.values)
        if not row.get("handling"):
            row["handling"] = self.base["handling"]
        row["id"], row["reference"], row["owner"] = new_key(), reference, self.task.owner
        row["source_row"], row["audience"] = verdict.number, self._audience(row["handling"])
        if self.recipe.derive is not None:
            row |= self.recipe.derive(reference, draft.values, draft.lines)
        return row

    def _audience(self, handling: str) -> int:
        """All new records of a batch share owner, author and privacy: only the handling code tells them apart."""
        if handling not in self.audiences:
            tokens = tokens_for(
                handling=Handling(handling),
                owner=self.task.owner.pk,
                programme=self.task.programme.pk,
                author=self.task.actor.person,
                private=self.base["private"],
            )
            self.stream.drain()  # making one may take a savepoint
            self.audiences[handling] = audience_id(tokens)
        return self.audiences[handling]

    def _write_lines(self, name: str, verdicts: Sequence[Verdict], rows: Sequence[Row]) -> None:
        copied, parent = self.lines[name]
        found = [
            {**line, "id": new_key(), parent: row["id"]}
            for verdict, row in zip(verdicts, rows, strict=True)
            for line in verdict.understood.lines.get(name, ())
        ]
        if found:
            copied.write(self.stream, found)

    def _write_steps(self, rows: Sequence[Row]) -> None:
        """The steps that led to where the records arrive, so that deadlines and 'who sent it' hold for them too."""
        if self.arrival is None or not self.arrival.steps:
            return
        now, actor, noun = timezone.now(), self.task.actor.key, self.task.resource.model._meta.model_name
        source = ""
        for number, step in enumerate(self.arrival.steps):
            source = step.sources[0] if number == 0 else source
            due = timezone.localdate() + timedelta(days=step.deadline_days) if step.deadline_days else None
            shared = {
                "noun": noun, "transition": step.name, "source": source, "target": step.target, "by": actor,
                "at": now + timedelta(microseconds=number), "comment": self.batch.reason, "due_on": due,
            }  # fmt: skip
            Copied(Step, shared).write(self.stream, [{"id": new_key(), "object_id": row["id"]} for row in rows])
            source = step.target
