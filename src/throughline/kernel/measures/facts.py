"""Keeping the facts in step with the records: freshened before an answer, rebuilt at will, checked on demand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

import polars as pl
from django.db import connection, transaction
from django.db.models import Max

from throughline.kernel.access.standing import past_the_wall
from throughline.kernel.measures import extract, registry, tables
from throughline.kernel.measures.declare import Fact
from throughline.kernel.measures.models import Change, FactTable, KeptVersion
from throughline.kernel.measures.tables import Version

# Any number will do, as long as every process of the installation uses the same one.
LOCK = 7_204_195
# Beyond this many changed records, drawing the whole table is quicker than looking for its rows.
BULK = 20_000


@dataclass(frozen=True)
class Fault:
    """The first place where facts and records disagree."""

    fact: str
    record: UUID
    message: str

    def __str__(self) -> str:
        return self.message


@past_the_wall("facts")
def freshen() -> dict[str, Version]:
    """Bring every fact up to date with what is committed, and say which versions to ask.

    Costs two small queries when nothing changed. Otherwise, under a lock that all processes share: changes are
    taken out of the outbox and the versions set in one transaction, which commits after the tables were written.
    Killed in between, the changes are still there and are taken in again; the result is the same. Who waited for
    the lock while others took in all that was there before is done: what came since is for those who ask since.
    """
    known = _known()
    newest = Change.objects.aggregate(newest=Max("pk"))["newest"]
    if _complete(known) and newest is None:
        return known
    with transaction.atomic():
        _lock()
        known = _known()
        if _complete(known) and newest is not None and not Change.objects.filter(pk__lte=newest).exists():
            return known
        changed = _take_changes()
        for fact in registry.facts.values():
            known[fact.name] = _brought_up(fact, known.get(fact.name), changed.get(fact.noun, set()))
    return known


@past_the_wall("facts")
def rebuild(names: Iterable[str] = ()) -> dict[str, Version]:
    """Draw these facts (none named: all) from the records anew. Old versions stay readable."""
    wanted = set(names) or set(registry.facts)
    with transaction.atomic():
        _lock()
        known = _known()
        for name in wanted:
            known[name] = _drawn(registry.facts[name], known.get(name))
        if wanted == set(registry.facts):
            _take_changes()
    return known


@past_the_wall("facts")
def check() -> Fault | None:
    """Whether the facts equal the records, row by row; the first fault found, by fact and record.

    Records that verbs changed while the check ran are left out: their turn comes with the next answer.
    """
    versions = freshen()
    for fact in registry.facts.values():
        stored = tables.read(versions[fact.name], fact)
        drawn = _frame(extract.rows(fact))
        moving = [key.bytes for key in Change.objects.filter(noun=fact.noun).values_list("record_id", flat=True)]
        settled = ~pl.col("record").is_in(moving)
        if fault := _difference(fact, stored.filter(settled), drawn.filter(settled)):
            return fault
    return None


def keep(versions: Iterable[Version], reason: str) -> None:
    """Have tidying spare these versions, because something released rests on them."""
    rows = [KeptVersion(name=one.name, version=one.number, reason=reason) for one in versions]
    KeptVersion.objects.bulk_create(rows, ignore_conflicts=True)


def named(text: str) -> list[Version]:
    """The versions that a text such as 'incident:12, incident_person:12' names."""
    parts = [part.strip().rpartition(":") for part in text.split(",") if part.strip()]
    lives = dict(FactTable.objects.values_list("name", "life"))
    return [Version(name, lives.get(name, UUID(int=0)), int(number)) for name, _colon, number in parts]


def reasons() -> set[str]:
    """Why versions are kept."""
    return set(KeptVersion.objects.values_list("reason", flat=True))


def let_go(reason: str) -> None:
    """Versions that were kept for this reason alone may be tidied away."""
    KeptVersion.objects.filter(reason=reason).delete()


def tidy(hours: int = 24) -> int:
    """Delete the files of old versions that nothing released rests on; how many were deleted."""
    count = 0
    for name, version in _known().items():
        spared = KeptVersion.objects.filter(name=name).values_list("version", flat=True)
        count += tables.tidy(name, [*spared, version.number], hours)
    return count


def _known() -> dict[str, Version]:
    """The versions in force, of facts whose declaration has not changed since they were drawn."""
    rows = FactTable.objects.filter(name__in=registry.facts)
    return {
        row.name: Version(row.name, row.life, row.version)
        for row in rows
        if row.shape == tables.shape(registry.facts[row.name])
    }


def _complete(known: dict[str, Version]) -> bool:
    return known.keys() == registry.facts.keys()


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _take_changes() -> dict[str, set[UUID]]:
    """Empty the outbox of what is committed, by noun. They are back if this transaction comes to nothing."""
    changed: dict[str, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_change RETURNING noun, record_id")
        for noun, record in cursor.fetchall():
            changed[noun].add(record)
    return changed


def _brought_up(fact: Fact, version: Version | None, records: set[UUID]) -> Version:
    if version is None or len(records) > BULK:
        return _drawn(fact, version)
    if not records:
        return version
    rows = extract.rows(fact, records)
    return set_version(fact, version.life, tables.replace(version, fact, {key.bytes for key in records}, rows))


def _drawn(fact: Fact, version: Version | None) -> Version:
    life = version.life if version else uuid4()
    return set_version(fact, life, tables.write(fact, extract.rows(fact)))


def set_version(fact: Fact, life: UUID, number: int) -> Version:
    """Make a written version the one that answers are given from, when the caller's transaction commits."""
    FactTable.objects.update_or_create(
        name=fact.name, defaults={"life": life, "version": number, "shape": tables.shape(fact)}
    )
    return Version(fact.name, life, number)


def _frame(rows: object) -> pl.DataFrame:
    frame = pl.from_arrow(rows)  # type: ignore[arg-type]
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - narrows the type
    return frame


def _difference(fact: Fact, stored: pl.DataFrame, drawn: pl.DataFrame) -> Fault | None:
    """The first record whose rows are not the same on both sides."""
    columns = fact.arrow.names
    stored, drawn = (frame.select(columns).sort(columns) for frame in (stored, drawn))
    if stored.equals(drawn):
        return None
    rows = [frame.select("record", row=pl.struct(columns).hash(seed=1)) for frame in (stored, drawn)]
    sums = [frame.group_by("record").agg(pl.col("row").sort()) for frame in rows]
    both = sums[0].join(sums[1], on="record", how="full", coalesce=True, suffix="_drawn").sort("record")
    first = both.filter(pl.col("row").ne_missing(pl.col("row_drawn"))).row(0, named=True)
    return Fault(fact.name, UUID(bytes=first["record"]), _sentence(fact, first["record"], stored, drawn))


def _sentence(fact: Fact, record: bytes, stored: pl.DataFrame, drawn: pl.DataFrame) -> str:
    key = UUID(bytes=record)
    one, other = (frame.filter(pl.col("record") == record) for frame in (stored, drawn))
    if one.height != other.height:
        return f"{fact.name}: {fact.noun} {key} has {one.height} rows in the facts and {other.height} in the records"
    for have, want in zip(one.iter_rows(named=True), other.iter_rows(named=True), strict=True):
        for name in fact.arrow.names:
            if have[name] != want[name]:
                return f"{fact.name}: {fact.noun} {key}: {name} is {have[name]!r} in the facts, {want[name]!r} in the records"
    return f"{fact.name}: {fact.noun} {key} differs"
