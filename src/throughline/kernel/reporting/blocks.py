"""What a document is made of, as plain data: figures, sentences, tables, charts, notes.

A snapshot holds all of it and nothing else. It goes into the database as JSON and comes back
checked (`Snapshot.from_json`), so a renderer never meets a live object, a query or an address
it would have to fetch.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Self
from urllib.parse import urljoin

from pydantic import Field as Tagged
from pydantic import TypeAdapter

MISSING = "–"
OWN_PAGE = re.compile(r"/(?![/\\])")


@dataclass(frozen=True)
class Figure:
    """One number with everything needed to believe it.

    `question` is the query string of the measure question that gave `value`;
    with it the reader comes back to the records. `text` is the number as it is printed.
    What no measure counts, such as an answer in a return, has the `path` of its page on the installation instead.
    A share names the figures it was made from: `part`, and `whole` of which it is one.
    """

    id: str
    label: str
    value: float | int | None
    text: str
    unit: str = ""
    base: str = ""
    coverage: str = ""
    question: str = ""
    numerator: float | int | None = None
    denominator: float | int | None = None
    reason: str = ""
    path: str = ""
    part: str = ""
    whole: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence: words, or a figure named by its id."""

    text: str = ""
    figure: str = ""
    strong: bool = False


Sentence = tuple[Run, ...]


@dataclass(frozen=True)
class Change:
    """How a figure moved against another period, and what that is worth."""

    against: str
    text: str
    detail: str = ""
    words: str = ""
    direction: Literal["up", "down", "same", "none"] = "none"
    firm: bool = False
    previous: str = ""


@dataclass(frozen=True)
class KeyFigure:
    figure: str
    label: str
    changes: tuple[Change, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Heading:
    """`section` is the id of the section that the heading opens."""

    text: str
    level: int = 1
    new_page: bool = False
    section: str = ""
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Text:
    """Paragraphs. What is `aside` is for readers, not for a room: it stands in no slides (so with other blocks)."""

    paragraphs: tuple[Sentence, ...]
    aside: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class FigureRow:
    """Key figures side by side: the page a minister reads."""

    items: tuple[KeyFigure, ...]
    title: str = ""
    message: Sentence = ()
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True)
class Column:
    label: str
    align: Literal["left", "right"] = "right"
    width: float = 1.0


@dataclass(frozen=True)
class Cell:
    text: str = ""
    figure: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table. Of a `group` only the first cell is printed, across the table: it heads those below it."""

    cells: tuple[Cell, ...]
    kind: Literal["body", "part", "total", "group"] = "body"


@dataclass(frozen=True)
class Table:
    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    message: Sentence = ()
    notes: tuple[str, ...] = ()
    number: int = 0
    aside: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Panel:
    """One chart of a figure. `chart` is a kernel/charts description, `figures` what it draws."""

    chart: dict[str, Any]
    alt: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Charts:
    """A numbered figure: one chart, or small multiples on a grid of `columns`."""

    id: str
    title: str
    panels: tuple[Panel, ...]
    columns: int = 1
    message: Sentence = ()
    notes: tuple[str, ...] = ()
    number: int = 0
    kind: Literal["charts"] = "charts"


@dataclass(frozen=True)
class Statement:
    """What one party says in its own words, under its name and with the status it gave.

    `missing` marks a party that said nothing; the paragraphs then say so, and why. `note` is ours, not the party's.
    """

    name: str
    status: Cell = Cell()
    paragraphs: tuple[str, ...] = ()
    note: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Statements:
    """Several parties on one matter, each under its name, in one order."""

    id: str
    title: str
    items: tuple[Statement, ...]
    aside: bool = False
    kind: Literal["statements"] = "statements"


@dataclass(frozen=True)
class Item:
    term: str
    text: Sentence


@dataclass(frozen=True)
class Definitions:
    """Terms with what they mean: method, coverage, sources."""

    items: tuple[Item, ...]
    title: str = ""
    aside: bool = False
    kind: Literal["definitions"] = "definitions"


@dataclass(frozen=True)
class Note:
    mark: str
    text: str


@dataclass(frozen=True)
class Footnotes:
    """What the publisher prints under the marks of jurisdictions."""

    items: tuple[Note, ...]
    kind: Literal["footnotes"] = "footnotes"


Block = Annotated[
    Heading | Text | FigureRow | Table | Charts | Statements | Definitions | Footnotes,
    Tagged(discriminator="kind"),
]


@dataclass(frozen=True)
class Basis:
    """What a document was computed with besides the facts, so that its figures can be computed again as they were.

    `tokens` are the names its reader went by and `audiences` those they opened then; `places` the members of a scope at the
    end of a period ('SEE-7|2023-12-31'); `measures` the definitions as they stood; `layouts` the fingerprints of the files
    that a release was printed with.
    """

    tokens: tuple[str, ...] = ()
    audiences: tuple[int, ...] = ()
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    measures: dict[str, dict[str, str]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    program: str = ""
    layouts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """A whole document at one moment: what every format is printed from."""

    template: str
    title: str
    period: str
    period_label: str
    scope: str
    scope_label: str
    programme: str
    publisher: str
    handling: str
    handling_label: str
    language: str
    run_as: str
    data_time: str
    facts_version: str
    illustrative: bool = False
    illustrative_words: str = ""
    subtitle: str = ""
    scope_members: tuple[str, ...] = ()
    reference: str = ""
    address: str = ""
    edition: int = 1
    state: Literal["draft", "ready", "signed", "released"] = "draft"
    signed_by: str = ""
    signed_on: str = ""
    released_on: str = ""
    figures: dict[str, Figure] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    basis: Basis | None = None
    focus: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return _adapter().validate_python(data)  # type: ignore[return-value]

    def to_json(self) -> dict[str, Any]:
        return _adapter().dump_python(self, mode="json")  # type: ignore[no-any-return]

    def numbered(self) -> "Snapshot":
        """The same document with its tables and charts numbered, so that all formats agree."""
        counts = {"table": 0, "charts": 0}
        blocks: list[Any] = []
        for block in self.blocks:
            if isinstance(block, Table | Charts):
                counts[block.kind] += 1
                blocks.append(replace(block, number=counts[block.kind]))
            else:
                blocks.append(block)
        return replace(self, blocks=tuple(blocks))

    def plain(self, sentence: Sentence) -> str:
        """A sentence as text, its figures printed in place."""
        return "".join(self.figures[run.figure].text if run.figure else run.text for run in sentence)

    def cell(self, cell: Cell) -> str:
        return self.figures[cell.figure].text if cell.figure else cell.text

    def link(self, figure: str) -> str:
        """What a figure answers, and through it the records: on the installation that built it."""
        question, path = self.figures[figure].question, self.figures[figure].path
        if not self.address:
            return ""
        if path:  # a page of this installation, never another place
            return urljoin(self.address, path) if OWN_PAGE.match(path) else ""
        return f"{self.address}?{question}" if question else ""


@cache
def _adapter() -> TypeAdapter[Snapshot]:
    return TypeAdapter(Snapshot)
