"""PDF by typst: tagged, with outline, alternative texts and the title shown, as PDF/UA asks."""

import json
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from throughline.kernel.fonts import font_folder
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Definitions,
    FigureRow,
    Row,
    Sentence,
    Snapshot,
    Statements,
    Table,
    Text,
)
from throughline.kernel.reporting.render import pictures, words
from throughline.kernel.reporting.templates import typst_template

Plain = dict[str, Any]


def render(snapshot: Snapshot) -> bytes:
    """Everything the page needs is laid into a folder of its own; typst may read nothing else."""
    with tempfile.TemporaryDirectory(prefix="throughline-pdf-") as name:
        folder = Path(name)
        document = _document(snapshot, folder)
        (folder / "document.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        (folder / "main.typ").write_text(typst_template(snapshot.template), "utf-8")
        fonts = font_folder()
        pdf = typst.compile(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=[str(fonts)] if fonts else [],
            format="pdf",
            pdf_standards=["ua-1"],
        )
    return bytes(pdf)


def _document(snapshot: Snapshot, folder: Path) -> Plain:
    """The snapshot in the shape the template reads: sentences as runs with their links."""
    at = datetime.fromisoformat(snapshot.data_time)
    language, _sep, region = snapshot.language.partition("-")
    return {
        "title": snapshot.title,
        "subtitle": snapshot.subtitle,
        "programme": snapshot.programme,
        "publisher": snapshot.publisher,
        "period": snapshot.period_label,
        "scope": snapshot.scope_label,
        "members": list(snapshot.scope_members),
        "handling": snapshot.handling_label,
        "handling_colour": words.HANDLING[snapshot.handling],
        "language": language,
        "region": region if len(region) == 2 else None,
        "date": [at.year, at.month, at.day],
        "state": words.state_line(snapshot),
        "illustrative": words.illustrative_line(snapshot),
        "facts": words.facts(snapshot),
        "words": {
            "contents": _("Contents"),
            "figures": _("Figures"),
            "tables": _("Tables"),
            "table": _("Table"),
            "figure": _("Figure"),
            "page": _("Page"),
        },
        "look": {
            "accent": words.ACCENT,
            "ink": words.INK,
            "muted": words.MUTED,
            "rule": words.RULE,
            "wash": words.WASH,
        },
        "blocks": [_block(snapshot, block, folder) for block in snapshot.blocks],
    }


def _runs(snapshot: Snapshot, sentence: Sentence) -> list[Plain]:
    return [
        {"text": snapshot.figures[run.figure].text, "link": _link(snapshot, run.figure), "strong": True}
        if run.figure
        else {"text": run.text, "link": "", "strong": run.strong}
        for run in sentence
    ]


def _link(snapshot: Snapshot, figure: str) -> str:
    """A link only when it leads somewhere from paper: with the address of the installation."""
    return snapshot.link(figure)


def _block(snapshot: Snapshot, block: Block, folder: Path) -> Plain:
    plain = asdict(block)
    if isinstance(block, FigureRow | Table | Charts):
        plain["message"] = _runs(snapshot, block.message)
    if isinstance(block, Text):
        plain["paragraphs"] = [_runs(snapshot, paragraph) for paragraph in block.paragraphs]
    elif isinstance(block, Table):
        plain["rows"] = [_row(snapshot, row) for row in block.rows]
    elif isinstance(block, FigureRow):
        for item, key in zip(plain["items"], block.items, strict=True):
            figure = snapshot.figures[key.figure]
            item.update(text=figure.text, unit=figure.unit, base=figure.base, link=_link(snapshot, key.figure))
    elif isinstance(block, Charts):
        plain["panels"] = [_panel(block, index, folder) for index in range(len(block.panels))]
    elif isinstance(block, Statements):
        for item, one in zip(plain["items"], block.items, strict=True):
            item["status"] = _cell(snapshot, one.status)
    elif isinstance(block, Definitions):
        plain["items"] = [{"term": item.term, "text": _runs(snapshot, item.text)} for item in block.items]
    return plain


def _row(snapshot: Snapshot, row: Row) -> Plain:
    return {"kind": row.kind, "cells": [_cell(snapshot, cell) for cell in row.cells]}


def _cell(snapshot: Snapshot, cell: Cell) -> Plain:
    link = _link(snapshot, cell.figure) if cell.figure else ""
    return {"text": snapshot.cell(cell), "link": link, "strong": cell.strong}


def _panel(block: Charts, index: int, folder: Path) -> Plain:
    panel = block.panels[index]
    name = f"chart-{block.number}-{index}.svg"
    (folder / name).write_text(pictures.svg(panel), "utf-8")
    return {"file": name, "alt": panel.alt, "share": pictures.share_of_page(panel) if block.columns == 1 else 1}
