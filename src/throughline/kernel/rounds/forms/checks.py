"""What is wrong with the sheets of a form, all of it at once, by row and column."""

import re
from dataclasses import dataclass

from throughline.kernel.rounds.forms.problems import FormProblem
from throughline.kernel.rounds.forms.sheets import Book


@dataclass(frozen=True)
class Found:
    problems: tuple[FormProblem, ...] = ()
    warnings: tuple[FormProblem, ...] = ()


def check(book: Book) -> Found:
    return Found()


def located(book: Book, problems: tuple[FormProblem, ...]) -> tuple[FormProblem, ...]:
    return problems


def as_id(name: str) -> str:
    """The id of a form that names none: its file's name."""
    stem = re.sub(r"\.\w+$", "", name.rpartition("/")[2])
    return re.sub(r"[^\w.-]+", "_", stem).strip("_.-") or "form"
