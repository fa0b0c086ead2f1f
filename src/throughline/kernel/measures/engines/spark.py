"""Any Spark Connect endpoint over the Parquet files of a fact: Apache Spark, Sail, a managed service.

The endpoint is handed the list of files of a version, as DuckDB is, so that both read the same rows; it must see the
facts folder (docs/scale.md). Only whole numbers, dates, texts and flags are worked with, by the same expression, so
answers are the same to the last digit (docs/adr/0270).
"""

import os
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import ibis
import pyarrow as pa
from django.core.exceptions import ImproperlyConfigured
from ibis.backends.sql.compilers import PySparkCompiler
from ibis.backends.sql.compilers.base import SQLGlotCompiler

from throughline.kernel.measures.engines.base import Away, Rows, Table
from throughline.kernel.measures.engines.blanks import Value
from throughline.kernel.measures.engines.statements import Statements

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

TYPES = {
    pa.binary(): "BINARY",
    pa.string(): "STRING",
    pa.int64(): "BIGINT",
    pa.int32(): "INT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
}
# The folders of a Delta table carry this column, not its files; it follows from the date (extract.completed).
IN_FOLDERS = {"year": "CAST(year(`date`) AS INT) AS `year`"}
# Answers must not depend on how somebody set up the endpoint.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    # A condition may hold any text, '${...}' too.
    "spark.sql.variable.substitute": "false",
    "spark.sql.parquet.binaryAsString": "false",
}
PORT = 15_002
VIEWS_KEPT = 500
# Reaching the endpoint must not take longer than a person waits for a page.
REACH_SECONDS = 3.0


class Dialect(PySparkCompiler):
    """Spark's SQL as Ibis writes it, except that 'not a number' stays a number, as it does in DuckDB.

    Ibis takes it for missing where it asks whether a number is known; and to write a number's name down, it asks
    an option of its own connection, which is not in use here.
    """

    def visit_Field(self, op: Any, *, rel: Any, name: Any) -> Any:  # noqa: N802  reason: Ibis's own name
        return SQLGlotCompiler.visit_Field(self, op, rel=rel, name=name)

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:  # noqa: N802  reason: as above
        return SQLGlotCompiler.visit_IsNull(self, op, arg=arg)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:  # noqa: N802  reason: as above
        return SQLGlotCompiler.visit_NotNull(self, op, arg=arg)

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:  # noqa: N802  reason: as above
        if dtype.is_floating():
            # A bare 0.25 is a decimal to Spark.
            return self.cast(repr(float(value)), dtype)
        return PySparkCompiler.visit_NonNullLiteral(self, op, value=value, dtype=dtype)


@dataclass
class Connected:
    """A session at the endpoint, and the views of files it knows."""

    session: "SparkSession"
    process: int
    views: OrderedDict[str, None] = field(default_factory=OrderedDict)


class SparkConnect:
    """One session a process, shared by its threads. `seen_as` is where the endpoint's workers see the facts folder."""

    def __init__(self, address: str, folder: Callable[[], Path], seen_as: str = "") -> None:
        self._address = address
        self._folder = folder
        self._seen_as = seen_as.rstrip("/")
        self._host, self._port = _checked(address)
        self._lock = threading.Lock()
        self._connected: Connected | None = None
        self._statements = Statements(Dialect(), "`")

    @property
    def name(self) -> str:
        """The endpoint as it may be told: without what follows the port, where a token stands."""
        return f"sc://{self._host}:{self._port}"

    def run(
        self, key: Hashable, build: Callable[[], ibis.Table], tables: Sequence[Table], values: Sequence[Value] = ()
    ) -> Rows:
        """Asked once more in a fresh session where one failed: sessions end with their server, and asking only reads."""
        statement = self._statements.of(key, build)

        def ask(connected: Connected) -> Rows:
            sources = {one.name: self._source(connected, one) for one in tables}
            return _rows(connected.session, statement.over(sources, values))

        return self._asked(ask)

    def look(self) -> str:
        version = self._asked(lambda connected: _rows(connected.session, "SELECT version()"))[0][0]
        return f"{self.name} answers, version {str(version).partition(' ')[0]}"

    def close(self) -> None:
        """Give the session back."""
        with self._lock:
            connected, self._connected = self._connected, None
        if connected is not None and connected.process == os.getpid():
            _released(connected.session)

    def _asked(self, ask: Callable[[Connected], Rows]) -> Rows:
        from grpc import RpcError  # reason: comes with the extra `spark`
        from pyspark.errors import PySparkException  # reason: as above

        connected = self._session()
        try:
            return ask(connected)
        except (PySparkException, RpcError):
            self._drop(connected)
        connected = self._session()
        try:
            return ask(connected)
        except RpcError as error:
            raise Away(f"{self.name} does not answer (THROUGHLINE_FACTS_ENGINE): {_code(error)}") from error
        except PySparkException as error:
            if _is_away(error):
                raise Away(f"{self.name} gave up (THROUGHLINE_FACTS_ENGINE): {type(error).__name__}") from error
            raise

    def _session(self) -> Connected:
        with self._lock:
            known = self._connected
            if known is None or known.process != os.getpid():
                known = self._connected = self._opened()
            return known

    def _drop(self, connected: Connected) -> None:
        with self._lock:
            if self._connected is connected:
                self._connected = None

    def _opened(self) -> Connected:
        from grpc import RpcError  # reason: comes with the extra `spark`
        from pyspark.errors import PySparkException  # reason: as above
        from pyspark.sql.connect.client.retries import DefaultPolicy  # reason: as above
        from pyspark.sql.connect.session import SparkSession  # reason: as above

        try:
            # The library itself would knock for ten minutes.
            socket.create_connection((self._host, self._port), REACH_SECONDS).close()
            session = SparkSession(connection=self._address)
            # To attach again to a broken answer, the library keeps one pool of threads for all sessions, and shuts it
            # with any of them. A broken question is asked again here in any case.
            session.client.disable_reattachable_execute()
            session.client.set_retry_policies([DefaultPolicy(max_retries=4, initial_backoff=100, backoff_multiplier=2)])
            for name, value in SETTINGS.items():
                session.conf.set(name, value)
        except (OSError, RpcError, PySparkException) as error:
            raise Away(f"{self.name} cannot be reached (THROUGHLINE_FACTS_ENGINE): {_code(error)}") from error
        return Connected(session, os.getpid())

    def _source(self, connected: Connected, table: Table) -> str:
        """What stands for a fact in the FROM clause: a view of its files, or its columns without rows."""
        if not table.files:
            columns = ", ".join(f"CAST(NULL AS {TYPES[one.type]}) AS `{one.name}`" for one in table.schema)
            return f"(SELECT {columns} WHERE false)"
        digest = sha256("\n".join((*table.files, str(table.schema))).encode()).hexdigest()[:24]
        view = f"{table.name}__{digest}"
        with self._lock:
            known = view in connected.views
            if known:
                connected.views.move_to_end(view)
        if not known:
            self._view(connected.session, view, table)
            self._remember(connected, view)
        return f"`{view}`"

    def _view(self, session: "SparkSession", view: str, table: Table) -> None:
        stored = [one for one in table.schema if one.name not in IN_FOLDERS]
        schema = ", ".join(f"`{one.name}` {TYPES[one.type]}" for one in stored)
        rows = session.read.schema(schema).parquet(*(self._seen(path) for path in table.files))
        columns = [IN_FOLDERS.get(one.name, f"`{one.name}`") for one in table.schema]
        rows.selectExpr(*columns).createOrReplaceTempView(view)

    def _remember(self, connected: Connected, view: str) -> None:
        with self._lock:
            connected.views[view] = None
            old = connected.views.popitem(last=False)[0] if len(connected.views) > VIEWS_KEPT else ""
        if old:
            connected.session.catalog.dropTempView(old)

    def _seen(self, path: str) -> str:
        """A file of the facts folder as the endpoint's workers see it."""
        if not self._seen_as:
            return f"file://{path}"
        return f"{self._seen_as}/{Path(path).relative_to(self._folder()).as_posix()}"


def _checked(address: str) -> tuple[str, int]:
    """Host and port of an address. What is wrong with it is told without the address: a token may stand in it."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, PORT
    if not address.startswith("sc://") or not host:
        raise ImproperlyConfigured("THROUGHLINE_FACTS_ENGINE must be 'duckdb' or an address such as sc://host:15002")
    return host, port


def _rows(session: "SparkSession", statement: str) -> Rows:
    found = session.sql(statement).toArrow()
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def _released(session: "SparkSession") -> None:
    from grpc import RpcError  # reason: comes with the extra `spark`
    from pyspark.errors import PySparkException  # reason: as above

    try:
        # Not `session.stop()`: it stops what all sessions of the process work with.
        session.client.release_session()
    except (OSError, RpcError, PySparkException):
        return  # the server is gone, and the session with it


def _is_away(error: Exception) -> bool:
    """Whether the library gave up knocking, or the server lost what it was doing."""
    return type(error).__name__ in {"RetriesExceeded", "SparkConnectGrpcException"}


def _code(error: Exception) -> str:
    """Why, in a word or two: texts of the library may quote the address with its token."""
    code = getattr(error, "code", None)
    if callable(code):
        return getattr(code(), "name", type(error).__name__)
    return getattr(error, "strerror", None) or type(error).__name__
