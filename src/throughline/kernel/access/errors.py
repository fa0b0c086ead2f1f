"""What a verb says when it will not: `Refused` (not allowed) and `Invalid` (bad input)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import DataError


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what was given: where, what, and what to do about it."""

    field: str
    message: str
    value: str = ""
    row: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "message": str(self.message)}


class Refused(Exception):
    """The person may not do this. The message says why and who may."""


class Invalid(ValueError):
    """The input cannot be taken. Nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))

    @property
    def words(self) -> str:
        """What is wrong in one line, for where no field is at hand to say it beside."""
        return " ".join(str(problem.message) for problem in self.problems)


class Conflict(Exception):
    """Someone else changed the record since it was read. Nothing was written."""


def cannot_be_kept(fault: Exception) -> bool:
    """Whether the database was given a null byte, which its text cannot hold: a fault of who sent it."""
    return isinstance(fault, DataError) and "NUL (0x00)" in str(fault)
