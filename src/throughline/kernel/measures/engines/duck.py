"""DuckDB over the Parquet files of a fact: one machine, no server.

DuckDB's own Delta extension is fetched at run time and so is not used; it is handed the list of files instead.
"""

import os
import threading
from collections.abc import Callable, Hashable, Sequence

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.sql.compilers import DuckDBCompiler

from throughline.kernel.measures.engines.base import Rows, Table
from throughline.kernel.measures.engines.blanks import Value
from throughline.kernel.measures.engines.statements import Statements

SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
}
TYPES = {
    pa.binary(): "BLOB",
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
}


class DuckDB:
    """One database in memory a process, a cursor of it a thread; statements are compiled once and kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._local = threading.local()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._process = 0
        self._statements = Statements(DuckDBCompiler(), '"')

    def run(
        self, key: Hashable, build: Callable[[], ibis.Table], tables: Sequence[Table], values: Sequence[Value] = ()
    ) -> Rows:
        statement = self._statements.of(key, build).over({one.name: _source(one) for one in tables}, values)
        return self._cursor().execute(statement).fetchall()

    def look(self) -> str:
        return "DuckDB, in this process"

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor; a process that was forked opens a database of its own."""
        mine = os.getpid()
        if getattr(self._local, "process", 0) != mine:
            with self._lock:
                if self._database is None or self._process != mine:
                    self._database, self._process = _opened(), mine
                self._local.cursor = self._database.cursor()
            self._local.process = mine
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor


def _opened() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:", config=dict(SETTINGS))
    database.execute("LOAD parquet; SET parquet_metadata_cache = true")
    return database


def _source(table: Table) -> str:
    """The FROM clause that stands for a fact: its files, or, where there are none, its columns without rows."""
    if table.files:
        paths = ", ".join("'" + path.replace("'", "''") + "'" for path in table.files)
        return f"read_parquet([{paths}], hive_partitioning = true)"
    columns = ", ".join(f'CAST(NULL AS {TYPES[field.type]}) AS "{field.name}"' for field in table.schema)
    return f"(SELECT {columns} WHERE false)"
