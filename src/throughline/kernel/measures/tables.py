"""The fact tables on disk: Delta Lake, one folder a fact, partitioned by year, old versions readable."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import UUID

import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from django.conf import settings

from throughline.kernel.measures.declare import Fact

PARTITION = "year"
# Rows that lie together compress together: the order in which questions are mostly asked.
ORDER = ("month", "jurisdiction", "audience")
ROWS_A_GROUP = 131_072


@dataclass(frozen=True)
class Version:
    """One state of a fact table. `life` tells this table from an earlier one that stood in the same folder."""

    name: str
    life: UUID
    number: int


@dataclass(frozen=True)
class File:
    year: int
    path: str


_files: dict[Version, tuple[File, ...]] = {}
_lock = Lock()


def folder(name: str) -> Path:
    return Path(settings.FACTS) / name


def shape(fact: Fact) -> str:
    """A digest of what the declaration says about columns: when it changes, the table is drawn anew."""
    parts = [f"{one.name}:{one.kind}:{one.source!r}:{one.missing}" for one in fact.drawn]
    return sha256(
        ";".join([*parts, *fact.counted, fact.model, *fact.arrow.names, str(fact.only or "")]).encode()
    ).hexdigest()


def files(version: Version) -> tuple[File, ...]:
    """The files of a version, remembered: a version never changes."""
    with _lock:
        known = _files.get(version)
    if known is None:
        known = _listed(version)
        with _lock:
            if len(_files) > 256:
                _files.clear()
            _files[version] = known
    return known


def _listed(version: Version) -> tuple[File, ...]:
    root = folder(version.name)
    table = DeltaTable(root, version=version.number)
    actions = table.get_add_actions(flatten=True)
    years, paths = (actions[name].to_pylist() for name in (f"partition.{PARTITION}", "path"))
    found = (File(int(year), str(root / path)) for year, path in zip(years, paths, strict=True))
    return tuple(sorted(found, key=lambda one: (one.year, one.path)))


def write(fact: Fact, rows: pa.Table) -> int:
    """Replace the whole table, as one new version; its number."""
    root = folder(fact.name)
    root.mkdir(parents=True, exist_ok=True)
    write_deltalake(
        root,
        ordered(rows),
        mode="overwrite",
        schema_mode="overwrite",
        partition_by=[PARTITION],
        writer_properties=written_as(),
        commit_properties=_commit("rebuild"),
    )
    return DeltaTable(root).version()


def replace(version: Version, fact: Fact, records: set[bytes], rows: pa.Table) -> int:
    """Put these rows in place of whatever the records had, as one commit; the number of the new version.

    Only the years that hold, or will hold, rows of these records are written anew. If the table has moved on
    from `version` (a transaction wrote and came to nothing), it is first taken back. What is kept lies in order
    already; a few rows at its end do no harm, and sorting them in would cost more than the rest.
    """
    root = folder(fact.name)
    table = DeltaTable(root)
    if table.version() != version.number:
        table.restore(version.number)
    years = _years_of(version, records) | set(rows[PARTITION].to_pylist())
    if not years:
        return DeltaTable(root).version()
    kept = read(version, fact, years=years).filter(~pl.col("record").is_in(list(records)))
    whole = pa.concat_tables([kept.to_arrow().cast(fact.arrow), rows])
    write_deltalake(
        root,
        whole,
        mode="overwrite",
        predicate=f"{PARTITION} IN ({', '.join(str(year) for year in sorted(years))})",
        writer_properties=written_as(),
        commit_properties=_commit("freshen"),
    )
    return DeltaTable(root).version()


def read(version: Version, fact: Fact, years: set[int] | None = None) -> pl.DataFrame:
    """The stored rows of some years (None: of all)."""
    paths = [one.path for one in files(version) if years is None or one.year in years]
    if not paths:
        empty = pl.from_arrow(fact.arrow.empty_table())
        assert isinstance(empty, pl.DataFrame)  # noqa: S101 - narrows the type
        return empty
    return _scan(paths).select(fact.arrow.names).collect()


def tidy(name: str, keep: list[int], hours: int = 24) -> int:
    """Delete files that no kept version needs and that no reader can still be reading; how many."""
    table = DeltaTable(folder(name))
    gone = table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, keep_versions=keep)
    return len(gone)


def _years_of(version: Version, records: set[bytes]) -> set[int]:
    paths = [one.path for one in files(version)]
    if not paths:
        return set()
    held = _scan(paths).filter(pl.col("record").is_in(list(records))).select(pl.col(PARTITION).unique())
    return set(held.collect()[PARTITION])


def _scan(paths: list[str]) -> pl.LazyFrame:
    return pl.scan_parquet(paths, hive_partitioning=True).with_columns(pl.col(PARTITION).cast(pl.Int32))


def ordered(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in ORDER if name in rows.column_names])


def written_as() -> WriterProperties:
    return WriterProperties(compression="SNAPPY", max_row_group_size=ROWS_A_GROUP)


def _commit(what: str) -> CommitProperties:
    return CommitProperties(custom_metadata={"throughline": what})
