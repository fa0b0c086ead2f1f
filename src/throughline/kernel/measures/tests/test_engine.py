"""DuckDB behind the engine's door: many threads at once, odd folder names, empty tables, nothing from outside."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from pyarrow import parquet

from throughline.kernel.measures.engines import Table
from throughline.kernel.measures.engines.duck import DuckDB

SCHEMA = pa.schema([("kind", pa.string()), ("amount", pa.int64())])
FACT = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="fact__x")


def counted(limit: int) -> ibis.Table:
    rows = FACT.filter(FACT.amount < limit)
    return rows.group_by("kind").aggregate(total=rows.amount.sum())


@pytest.fixture
def table(tmp_path: Path) -> Table:
    folder = tmp_path / "it's a folder=odd"
    folder.mkdir()
    rows = pa.table({"kind": ["a", "b"] * 500, "amount": range(1000)}, schema=SCHEMA)
    parquet.write_table(rows, folder / "part.parquet")
    return Table("fact__x", SCHEMA, (str(folder / "part.parquet"),))


def test_many_threads_ask_at_once(table: Table) -> None:
    engine = DuckDB()

    def ask(limit: int) -> dict[str, int]:
        return dict(engine.run(("total", limit), lambda: counted(limit), [table]))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, [10, 100, 1000] * 40))
    for limit, totals in zip([10, 100, 1000] * 40, found, strict=True):
        assert totals == {"a": sum(range(0, limit, 2)), "b": sum(range(1, limit, 2))}


def test_equal_keys_are_written_out_once(table: Table) -> None:
    engine = DuckDB()
    built = []

    def build() -> ibis.Table:
        built.append(1)
        return counted(10)

    assert sorted(engine.run("key", build, [table])) == sorted(engine.run("key", build, [table]))
    assert len(built) == 1


def test_a_table_without_files_has_columns_and_no_rows() -> None:
    engine = DuckDB()
    empty = Table("fact__x", SCHEMA, ())
    assert engine.run("groups", lambda: counted(10), [empty]) == []
    assert engine.run("count", lambda: FACT.aggregate(n=FACT.count()), [empty]) == [(0,)]


def test_nothing_is_fetched_from_outside() -> None:
    settings = DuckDB()._cursor()
    for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
        assert settings.execute(f"SELECT current_setting('{name}')").fetchone() == (False,)
