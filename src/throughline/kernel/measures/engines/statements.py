"""Expressions written out as SQL once and kept: writing costs more than running."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.expr.operations import UnboundTable

from throughline.kernel.measures.engines.blanks import SECRET, Value, filled, opened

STATEMENTS_KEPT = 2_000


@dataclass(frozen=True)
class Statement:
    """SQL in which a name nobody can guess stands for each fact."""

    sql: str
    quote: str
    compiler: SQLGlotCompiler

    def over(self, sources: Mapping[str, str], values: Sequence[Value] = ()) -> str:
        """The SQL with what stands in its blanks, and in the FROM clause for each fact."""
        sql = filled(self.sql, values, self.compiler)
        for name, source in sources.items():
            sql = sql.replace(f"{self.quote}{_secret(name)}{self.quote}", source)
        return sql


class Statements:
    """The statements of one dialect, by keys: equal keys, equal expressions."""

    def __init__(self, compiler: SQLGlotCompiler, quote: str) -> None:
        self._compiler = compiler
        self._quote = quote
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Statement] = OrderedDict()

    def of(self, key: Hashable, build: Callable[[], ibis.Table]) -> Statement:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        statement = Statement(self._written(build()), self._quote, self._compiler)
        with self._lock:
            self._kept[key] = statement
            while len(self._kept) > STATEMENTS_KEPT:
                self._kept.popitem(last=False)
        return statement

    def _written(self, expression: ibis.Table) -> str:
        tree = opened(self._compiler.to_sqlglot(expression))
        facts = {one.name for one in expression.op().find(UnboundTable)}
        for table in tree.find_all(sge.Table):
            if table.name in facts:
                table.set("this", sge.to_identifier(_secret(table.name), quoted=True))
        return str(tree.sql(dialect=self._compiler.dialect))


def _secret(name: str) -> str:
    return f"{name}__{SECRET}"
