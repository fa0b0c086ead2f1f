"""What can be wrong with a form, and with an answer; each says where."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class FormProblem:
    """One thing wrong with a form, at the cell its author knows."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    question: str = ""

    @property
    def where(self) -> str:
        """'Sheet "survey", row 7, column "relevant"', as far as it is known."""
        parts = []
        if self.sheet:
            parts.append(_('Sheet "%(sheet)s"') % {"sheet": self.sheet})
        if self.row is not None:
            parts.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            parts.append(_('column "%(column)s"') % {"column": self.column})
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def as_dict(self) -> dict[str, Any]:
        told = asdict(self)
        del told["question"]
        return told


@dataclass(frozen=True)
class AnswerProblem:
    """One thing wrong with the answer at a place."""

    place: str
    message: str


class FormError(ValueError):
    """A form cannot be used; the problems say why."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))
