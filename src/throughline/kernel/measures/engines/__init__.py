"""What runs an expression over the files of a fact. Nothing about an engine is known outside this folder."""

from throughline.kernel.measures.engines.base import Engine, Rows, Table
from throughline.kernel.measures.engines.duck import DuckDB

_engine: Engine = DuckDB()


def engine() -> Engine:
    """The engine of this installation."""
    return _engine


__all__ = ["Engine", "Rows", "Table", "engine"]
