"""What runs an expression over the files of a fact. Nothing about an engine is known outside this folder."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from throughline.kernel.measures.engines.base import Away, Engine, Rows, Table
from throughline.kernel.measures.engines.blanks import Blanks, Value
from throughline.kernel.measures.engines.duck import DuckDB


def engine() -> Engine:
    """The engine of this installation (THROUGHLINE_FACTS_ENGINE)."""
    return chosen(settings.THROUGHLINE_FACTS_ENGINE, settings.THROUGHLINE_FACTS_SEEN_AS)


@cache
def chosen(address: str, seen_as: str = "") -> Engine:
    """DuckDB, or the Spark Connect endpoint at an address. One object for each: it holds connections and statements."""
    if address in {"", "duckdb"}:
        return DuckDB()
    if find_spec("pyspark") is None or find_spec("grpc") is None:
        wanted = ".venv/bin/uv pip install --require-hashes -r requirements/spark.lock"
        raise ImproperlyConfigured(f"THROUGHLINE_FACTS_ENGINE needs the extra throughline[spark]: {wanted}")
    from throughline.kernel.measures.engines.spark import SparkConnect  # reason: an extra, and slow to load

    return SparkConnect(address, lambda: Path(settings.FACTS), seen_as)


__all__ = ["Away", "Blanks", "Engine", "Rows", "Table", "Value", "chosen", "engine"]
