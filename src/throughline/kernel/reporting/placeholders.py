"""The names that a Word or PowerPoint template may hold in curly brackets, and nothing more than names.

`{{ title }}`, `{{ figure.incidents }}`, `{{ chart.types }}`: a kind and a name, looked up in what the document holds.
There are no conditions, loops, filters or sums, so there is nothing to run and nothing to walk through
(docs/adr/0220). No Django here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPAN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
NAME = re.compile(r"[a-z0-9][a-z0-9 .:+_/-]*")
SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\ufeff]+")
# Word and PowerPoint turn what is typed into what looks better.
TYPED = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-"})
LONGEST = 200
# What stands in a sentence, and what takes a paragraph or a shape to itself.
INLINE = ("figure", "change", "label", "base", "word")
BLOCKS = ("section", "chart", "table")
PLACES = ("document", "contents", "line", "facts")


@dataclass(frozen=True)
class Placeholder:
    """One name: `kind` is '' for the texts of the cover ('title'), and the name itself for the great places."""

    kind: str
    name: str

    @property
    def is_block(self) -> bool:
        return self.kind in BLOCKS or self.kind in PLACES

    def __str__(self) -> str:
        inner = self.kind if self.kind in PLACES else f"{self.kind}.{self.name}" if self.kind else self.name
        return f"{{{{ {inner} }}}}"


class Broken(ValueError):
    """What stands in the brackets is no name; the message is what was written."""


def read(inside: str) -> Placeholder:
    """What stands between the brackets, however its spaces and hyphens were typed."""
    text = SPACES.sub(" ", inside.translate(TYPED)).strip().lower()
    if len(text) > LONGEST or not NAME.fullmatch(text):
        raise Broken(SPACES.sub(" ", inside).strip()[:80])
    kind, dot, name = text.partition(".")
    if text in PLACES:
        return Placeholder(text, "")
    return Placeholder(kind.strip(), name.strip()) if dot else Placeholder("", text)


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where placeholders stand in a text, and what is inside them."""
    for found in SPAN.finditer(text):
        yield found.start(), found.end(), found[1]


def alone(text: str) -> Placeholder | None:
    """The one placeholder that a paragraph consists of, if it consists of one that takes it to itself."""
    found = SPAN.fullmatch(text.strip())
    if found is None or "{{" in found[1]:
        return None
    try:
        made = read(found[1])
    except Broken:
        return None
    return made if made.is_block else None


def orphans(text: str) -> list[str]:
    """Brackets that belong to nothing: opened and not closed, closed and not opened, or of another language."""
    rest = SPAN.sub(lambda one: " " * len(one[0]) if "{{" not in one[1] else one[0], text)
    return [rest[max(0, at.start() - 20) : at.end() + 30].strip() for at in re.finditer(r"\{\{|\}\}|\{%|%\}", rest)]
