"""What the file says about itself: whose it is, which edition it asks, and what its cells said when it was written."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.rounds.models import Edition, Part, Return

SHEET = "throughline"
LISTS = "throughline lists"
SIGN = "throughline 1"
# A cell takes 32,767 characters: longer text is cut into cells.
PIECE = 30_000
QUESTIONS, TABLE = "questions", "table"
ANSWER, PARENT, ROW, REMARK = "answer", "parent", "row", "remark"

Answers = dict[str, str]
Holder = Return | Part


@dataclass(frozen=True)
class SheetMark:
    """One sheet: its name when written, what it holds, and the headings by which its columns are known."""

    name: str
    kind: str
    key: str
    headings: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def sign(self) -> str:
        """What stands, hidden, in its first row."""
        return f"{SIGN} {self.kind} {self.key}"


@dataclass(frozen=True)
class FileMark:
    """The whole file."""

    round: str
    round_title: str
    holder: str
    organisation: str
    edition: int
    fingerprint: str
    language: str
    revision: int
    sheets: tuple[SheetMark, ...]
    said: Answers

    def as_text(self) -> str:
        return json.dumps({**self.__dict__, "sheets": [one.__dict__ for one in self.sheets]}, ensure_ascii=False)


def pieces(text: str) -> list[str]:
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def of_cells(cells: Sequence[Any]) -> FileMark | None:
    """The mark as the hidden sheet holds it; None if this is none of ours."""
    try:
        told = json.loads("".join(str(cell) for cell in cells))
        sheets = tuple(SheetMark(**one) for one in told.pop("sheets"))
        said = {str(place): str(value) for place, value in told.pop("said").items()}
        return FileMark(**told, sheets=sheets, said=said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def fingerprint(edition: Edition) -> str:
    """The same questions have the same fingerprint."""
    return hashlib.sha256(edition.xform.encode()).hexdigest()[:16]


def sections_of(holder: Holder) -> frozenset[str]:
    """The top-level names that are asked here; none named is all."""
    return frozenset(holder.sections) if isinstance(holder, Part) else frozenset()


def mine(holder: Holder, place: str) -> bool:
    """Whether a place belongs to what is asked here."""
    sections = sections_of(holder)
    return not sections or place.partition("/")[0].partition("[")[0] in sections
