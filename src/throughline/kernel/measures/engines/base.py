"""What an engine is given and what it gives back."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ibis
import pyarrow as pa

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """A fact as an engine meets it: its name in expressions, its columns, and the files of one version."""

    name: str
    schema: pa.Schema
    files: tuple[str, ...]


class Engine(Protocol):
    def run(self, key: Hashable, build: Callable[[], ibis.Table], tables: Sequence[Table]) -> Rows:
        """The rows of an expression. `key` stands for the expression: equal keys, equal expressions."""
