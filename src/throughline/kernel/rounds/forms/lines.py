"""The rows of the survey and of the choices with their columns under the names this program uses for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from throughline.kernel.rounds.forms.sheets import Sheet

FIRST_ROW = 2
_ALIASES = {
    "relevance": "relevant", "calculate": "calculation", "calculation": "calculation", "readonly": "read_only",
    "count": "repeat_count", "jr:count": "repeat_count", "command": "type", "tag": "name", "value": "name",
    "caption": "label", "constraintmsg": "constraint_message", "jr:constraintmsg": "constraint_message",
    "constraining_message": "constraint_message", "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message", "list name": "list_name", "media": "image", "bigimage": "big-image",
}  # fmt: skip
_BEGIN = re.compile(r"begin[\s_](?P<type>group|lgroup|repeat|loop|looped group)(?: (?:over )?(?P<over>\S+))?")
_END = re.compile(r"end[\s_](?P<type>group|lgroup|repeat|loop|looped group)")
_CHOOSING = re.compile(
    r"(?P<command>" + "|".join(sorted(map(re.escape, aliases.select), key=len, reverse=True)) + r")"
    r"(?: (?P<list>\S+)(?: (?P<other>or specify other|or_other|or other))?)?",
)
_OSM = re.compile(r"osm(?: \S+)?")


def column_key(header: str) -> str:
    """'Label::English (en)' and 'bind:relevant' as 'label' and 'relevant'."""
    parts = [part.strip() for part in (header.split("::") if "::" in header else header.split(":"))]
    first = "_".join(parts[0].lower().split())
    if first in {"bind", "control", "body", "media"} and len(parts) > 1:
        first = ":".join(parts[1:]).lower() if "::" not in header else parts[1].lower()
    return _ALIASES.get(first, _ALIASES.get(first.replace("_", " "), first))


@dataclass(frozen=True)
class Line:
    """One row: what it says, and under which heading it says it."""

    row: int
    cells: dict[str, str]
    columns: dict[str, str]
    all: tuple[tuple[str, str, str], ...]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")

    def column(self, key: str) -> str:
        """The heading as the author wrote it."""
        return self.columns.get(key, key)

    @property
    def type(self) -> str:
        return " ".join(self["type"].split())

    @property
    def begins(self) -> str:
        """'group', 'repeat' or 'loop' where the row begins one."""
        found = _BEGIN.fullmatch(self.type)
        return _frame(found["type"]) if found else ""

    @property
    def ends(self) -> str:
        found = _END.fullmatch(self.type)
        return _frame(found["type"]) if found else ""

    @property
    def choosing(self) -> re.Match[str] | None:
        """The parts of a select or rank."""
        return _CHOOSING.fullmatch(self.type)

    @property
    def known(self) -> bool:
        """Whether there is such a type at all."""
        special = self.begins or self.ends or self.choosing or _OSM.fullmatch(self.type)
        return bool(special) or self.type in QUESTION_TYPE_DICT or self.type in {"include", "entity"}


def _frame(word: str) -> str:
    return {"lgroup": "repeat", "looped group": "repeat"}.get(word, word)


def lines(sheet: Sheet) -> Iterator[Line]:
    """The rows that say something."""
    keys = {column: column_key(column) for column in sheet.columns}
    for row, cells in enumerate(sheet.rows, start=FIRST_ROW):
        found: dict[str, str] = {}
        columns: dict[str, str] = {}
        for column, cell in cells.items():
            key = keys[column]
            if key not in found:
                found[key], columns[key] = cell, column
        if found and aliases.yes_no.get(found.get("disabled", "")) is not True:
            yield Line(row, found, columns, tuple((keys[column], column, cell) for column, cell in cells.items()))
