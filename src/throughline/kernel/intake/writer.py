"""Writing new records in bulk: COPY for records, lines and steps; references taken in one go; audiences made once.

It writes exactly what the noun's verb would write (values, defaults, derived text, reference, audience,
steps), and leaves history, facts and the final look through the access rule to the service.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.references import take
from throughline.kernel.flow.models import Step
from throughline.kernel.history.store import Written
from throughline.kernel.ids import new_id
from throughline.kernel.intake.judge import Task, Verdict
from throughline.kernel.intake.models import Batch
from throughline.kernel.intake.owning import Arrival
from throughline.kernel.intake.recipes import recipe_for

AT_ONCE = 2_000


class About:
    """What history needs to know of a record that was written without being built."""

    __slots__ = ("_meta", "pk", "text")

    def __init__(self, meta: Any, pk: UUID, text: str) -> None:
        self._meta, self.pk, self.text = meta, pk, text

    def __str__(self) -> str:
        return self.text


@dataclass
class Copied:
    """A table and the columns COPY fills, each with how its value is found."""

    model: type[models.Model]
    columns: list[tuple[str, str, Callable[[Any], Any] | None]]

    @classmethod
    def of(cls, model: type[models.Model]) -> "Copied":
        columns = [(str(one.column), one.name, _adapter(one)) for one in model._meta.concrete_fields]
        return cls(model, columns)

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """Rows of plain values by field name, in one COPY."""
        names = ", ".join(connection.ops.quote_name(column) for column, _name, _adapt in self.columns)
        table = connection.ops.quote_name(self.model._meta.db_table)
        cells = [(name, adapt) for _column, name, adapt in self.columns]
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as out:
            for row in rows:
                out.write_row([adapt(row[name]) if adapt is not None else row[name] for name, adapt in cells])


def _adapter(one: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """What COPY cannot take as it stands: keys of related rows; whatever the field itself prepares."""
    if isinstance(one, models.ForeignKey):
        return lambda value: value.pk if isinstance(value, models.Model) else value
    plain = (models.CharField, models.TextField, models.DateField, models.TimeField, models.BooleanField)
    if isinstance(one, (*plain, models.IntegerField, models.FloatField, models.UUIDField)):
        return None
    return lambda value: one.get_db_prep_save(value, connection)


def defaults_of(model: type[models.Model]) -> dict[str, Any]:
    """What a new row gets in each field that nobody speaks of; callables are left to the writer."""
    found: dict[str, Any] = {}
    for one in model._meta.concrete_fields:
        value = None if one.has_default() and callable(one.default) else one.get_default()
        found[one.name] = value
    return found


class Writer:
    """Gathers new records and writes them a couple of thousand at a time."""

    def __init__(self, task: Task, batch: Batch, arrival: Arrival | None) -> None:
        self.task, self.batch, self.arrival = task, batch, arrival
        self.recipe = recipe_for(task.resource.noun)
        self.records = Copied.of(task.resource.model)
        self.lines = {
            part.name: (Copied.of(model), part.parent_field, defaults_of(model))
            for part in task.resource.lines
            if (model := part.model) is not None
        }
        self.steps = Copied.of(Step)
        self.base = self._base()
        self.audiences: dict[str, int] = {}
        self.waiting: list[Verdict] = []
        self.written = 0

    def _base(self) -> dict[str, Any]:
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
        rows = [
            self._row(verdict, reference)
            for verdict, reference in zip(verdicts, self._references(verdicts), strict=True)
        ]
        self.records.write(rows)
        for name in self.lines:
            self._write_lines(name, verdicts, rows)
        self._write_steps(rows)
        self.written += len(rows)
        meta = self.task.resource.model._meta
        return [
            (
                About(meta, row["id"], row["reference"]),
                None,
                Written.of(told(verdict.understood.values, verdict.understood.lines)),
            )
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

    def _row(self, verdict: Verdict, reference: str) -> dict[str, Any]:
        draft = verdict.understood
        given = {
            name: value
            for name, value in draft.values.items()
            if value is not None or name not in ("owner", "handling")
        }
        row = {
            **self.base,
            **given,
            "id": new_id(),
            "reference": reference,
            "owner": self.task.owner,
            "source_row": verdict.number,
        }
        row["audience"] = self._audience(row["handling"] or self.base["handling"])
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
            self.audiences[handling] = audience_id(tokens)
        return self.audiences[handling]

    def _write_lines(self, name: str, verdicts: Sequence[Verdict], rows: Sequence[dict[str, Any]]) -> None:
        copied, parent, defaults = self.lines[name]
        found = [
            {**defaults, **line, "id": new_id(), parent: row["id"]}
            for verdict, row in zip(verdicts, rows, strict=True)
            for line in verdict.understood.lines.get(name, ())
        ]
        if found:
            copied.write(found)

    def _write_steps(self, rows: Sequence[dict[str, Any]]) -> None:
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
            self.steps.write({**shared, "id": new_id(), "object_id": row["id"]} for row in rows)
            source = step.target


def told(values: dict[str, Any], lines: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What history keeps of a new record: what was said, names as text, without empty cells."""
    found: dict[str, Any] = {name: _word(value) for name, value in values.items() if value not in (None, "", False)}
    for name, rows in lines.items():
        if rows:
            found[name] = [
                {key: _word(value) for key, value in line.items() if value not in (None, "", "not-reported")}
                for line in rows
            ]
    return found


def _word(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value
