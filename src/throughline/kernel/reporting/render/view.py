"""A snapshot laid out for templates of pages: every sentence in pieces, every figure with its link.

Used twice: by the HTML file, and by the document page inside the program.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Definitions,
    Figure,
    FigureRow,
    Sentence,
    Snapshot,
    Statements,
    Table,
    Text,
)
from throughline.kernel.reporting.render import pictures, words
from throughline.kernel.ui import formats


@dataclass(frozen=True)
class Piece:
    """A stretch of text, with the figure and address behind it if it is a number."""

    text: str
    link: str = ""
    hint: str = ""
    strong: bool = False


@dataclass
class Part:
    """One block ready for a template: its kind and whatever that kind shows."""

    kind: str
    block: Block
    anchor: str = ""
    message: list[Piece] = field(default_factory=list)
    caption: str = ""
    content: Any = None
    talk: str = ""  # where to say something about it, on the page inside the program
    said: int = 0


Draw = Callable[[Charts, int], SafeString]


def document_view(snapshot: Snapshot, draw: Draw) -> dict[str, Any]:
    """What the templates print. `draw` gives the picture of one panel: drawn in place, or an address."""
    pieces = _Pieces(snapshot, draw)
    parts = [pieces.part(block, number) for number, block in enumerate(snapshot.blocks)]
    return {
        "parts": parts,
        "contents": [part for part in parts if part.kind == "heading" and part.content == 1],
        "facts": words.facts(snapshot),
        "state": words.state_line(snapshot),
        "illustrative": words.illustrative_line(snapshot),
        "members": " · ".join(snapshot.scope_members),
        "language": snapshot.language,
    }


class _Pieces:
    def __init__(self, snapshot: Snapshot, draw: Draw) -> None:
        self.snapshot, self.draw = snapshot, draw

    def part(self, block: Block, number: int) -> Part:
        part = Part(kind=block.kind, block=block, anchor=f"part-{number}")
        if block.kind == "heading":
            part.anchor, part.content = f"{slugify(block.text)}-{number}", block.level
        elif isinstance(block, Text):
            part.content = [self.pieces(sentence) for sentence in block.paragraphs]
        elif isinstance(block, FigureRow):
            part.message = self.pieces(block.message)
            part.content = [{"item": item, "pieces": [self.piece(item.figure)]} for item in block.items]
        elif isinstance(block, Table):
            part.message, part.caption = self.pieces(block.message), words.caption(block)
            part.content = [{"kind": row.kind, "cells": self._cells(block, row.cells)} for row in block.rows]
        elif isinstance(block, Charts):
            part.message, part.caption = self.pieces(block.message), words.caption(block)
            part.content = [self._panel(block, index) for index in range(len(block.panels))]
        elif isinstance(block, Statements):
            part.content = [{"item": item, "status": self._cell(item.status)} for item in block.items]
        elif isinstance(block, Definitions):
            part.content = [{"term": item.term, "pieces": self.pieces(item.text)} for item in block.items]
        return part

    def pieces(self, sentence: Sentence) -> list[Piece]:
        return [self.piece(run.figure) if run.figure else Piece(run.text, strong=run.strong) for run in sentence]

    def piece(self, name: str) -> Piece:
        figure = self.snapshot.figures[name]
        return Piece(figure.text, self.snapshot.link(name), hint(figure), strong=True)

    def _cells(self, block: Table, cells: tuple[Cell, ...]) -> list[dict[str, Any]]:
        return [
            {"pieces": self._cell(cell), "align": column.align}
            for cell, column in zip(cells, block.columns, strict=True)
        ]

    def _cell(self, cell: Cell) -> list[Piece]:
        return [self.piece(cell.figure) if cell.figure else Piece(cell.text, strong=cell.strong)]

    def _panel(self, block: Charts, index: int) -> dict[str, Any]:
        panel = block.panels[index]
        names, table = pictures.series_of(panel.chart)
        return {
            "drawing": self.draw(block, index),
            "names": names if len(names) > 1 else [panel.chart.get("unit") or _("Value")],
            "rows": [(label, [formats.number(value) for value in values]) for label, values in table.items()],
        }


def hint(figure: Figure) -> str:
    """What the figure counts, in one line: shown on hovering and read by screen readers."""
    return "; ".join(part for part in (figure.label, figure.base, figure.coverage, figure.reason) if part)
