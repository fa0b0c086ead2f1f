"""What an engine is given and what it gives back."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ibis
import pyarrow as pa
from django.utils.translation import gettext as _

from throughline.kernel.measures.engines.blanks import Value

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """A fact as an engine meets it: its name in expressions, its columns, and the files of one version."""

    name: str
    schema: pa.Schema
    files: tuple[str, ...]


class Engine(Protocol):
    def run(
        self, key: Hashable, build: Callable[[], ibis.Table], tables: Sequence[Table], values: Sequence[Value] = ()
    ) -> Rows:
        """The rows of an expression. `key` stands for the expression: equal keys, equal expressions; `values` for its blanks."""

    def look(self) -> str:
        """What an operator is told of the engine when it works; Away when it does not."""


class Away(Exception):
    """The engine cannot be reached. The text is for everyone; `words` are for operators, and hold no secret."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(
            _("Figures cannot be worked out just now. Records can be read and entered all the same. Try again soon.")
        )
