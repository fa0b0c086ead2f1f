"""`throughline measures` and `throughline ask`: what can be asked, and asking it."""

import json
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.output import formatted, plain, say, show
from throughline.cli.setup import acts, needs_django

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.measures.answers import Answer, Cell


@click.command("measures")
@formatted
@needs_django
def list_measures(layout: str) -> None:
    """List what can be asked, and by what it can be sliced."""
    from throughline.kernel.measures import registry  # reason: only once Django is set up

    rows = [
        {
            "measure": measure.id,
            "label": str(measure.label),
            "unit": str(measure.unit),
            "kind": str(measure.kind),
            "slice by": " ".join(registry.dimensions_of(measure)),
        }
        for measure in registry.measures.values()
    ]
    show(rows, layout=layout, columns=("measure", "label", "unit", "kind", "slice by"))


@click.command()
@click.argument("measure")
@click.option("--by", multiple=True, metavar="DIMENSION", help="Slice by it (repeat, or a,b)")
@click.option("--where", multiple=True, metavar="DIMENSION:VALUE[,VALUE]", help="Only these, e.g. sex:men (repeat)")
@click.option("--period", metavar="PERIOD", help="2023, 2023-H1, 2023-Q4, 2023-05")
@click.option("--scope", metavar="SCOPE", help="SEE-7, WB-6 [default: everything you may see]")
@click.option(
    "--compare", multiple=True, type=click.Choice(["previous", "last-year"]), help="With the period before, a year ago"
)
@formatted
@acts
def ask(
    measure: str,
    by: tuple[str, ...],
    where: tuple[str, ...],
    period: str | None,
    scope: str | None,
    compare: tuple[str, ...],
    layout: str,
    actor: "Viewer",
) -> None:
    """Ask a measure: sliced, filtered, compared. `throughline measures` lists them.

    \b
    throughline ask people-killed --by quarter --by jurisdiction --period 2023 --scope SEE-7
    throughline ask incidents --by type --period 2023-Q4 --compare previous --compare last-year --format csv
    """
    from throughline.kernel.measures.ask import ask as answer_to  # reason: only once Django is set up
    from throughline.kernel.measures.questions import Question

    pairs = [("measure", measure), *(("by", one) for one in by), *(("where", one) for one in where)]
    pairs += [("period", period or ""), ("scope", scope or ""), *(("compare", one) for one in compare)]
    answer = answer_to(Question.from_query(pairs), actor)
    if layout == "json":
        click.echo(json.dumps(as_json(answer), ensure_ascii=False, indent=2))
        return
    show(
        [
            row_of(answer, cell)
            for cell in [*answer.cells, *([] if layout == "csv" and answer.axes else [answer.total])]
        ],
        layout=layout,
        title=answer.title if layout == "table" else "",
    )
    if layout == "table":
        for line in remarks(answer):
            say(line)


def row_of(answer: "Answer", cell: "Cell") -> dict[str, Any]:
    """A cell as a row: its place on each axis, its value, and what it was compared with."""
    is_total = cell is answer.total
    labels = ["Total"] + [""] * (len(answer.axes) - 1) if is_total else list(cell.labels)
    row: dict[str, Any] = {axis.id: label for axis, label in zip(answer.axes, labels, strict=False)}
    row[answer.question.measure] = cell.value
    if cell.denominator is not None or answer.total.denominator is not None:
        row |= {"of": cell.denominator}
    for comparison in cell.comparisons:
        row |= {comparison.against: comparison.value, f"change ({comparison.against})": comparison.words}
    return row


def remarks(answer: "Answer") -> list[str]:
    """What must be known to read the figures."""
    lines = [answer.base, answer.coverage.words, *answer.notes]
    if answer.illustrative:
        lines.append("Illustrative records.")
    return [f"  {line}" for line in lines if line]


def as_json(answer: "Answer") -> dict[str, Any]:
    """The answer with base, coverage and comparisons."""
    return {
        "question": answer.question.to_query(),
        "title": answer.title,
        "unit": answer.unit,
        "base": answer.base,
        "coverage": {
            "reported": answer.coverage.reported,
            "expected": answer.coverage.expected,
            "missing": list(answer.coverage.missing),
        },
        "notes": list(answer.notes),
        "illustrative": answer.illustrative,
        "as of": list(answer.as_of),
        "run as": answer.run_as,
        "total": cell_as_json(answer, answer.total),
        "cells": [cell_as_json(answer, cell) for cell in answer.cells],
    }


def cell_as_json(answer: "Answer", cell: "Cell") -> dict[str, Any]:
    keys = {axis.id: key for axis, key in zip(answer.axes, cell.keys, strict=False)} if cell is not answer.total else {}
    found: dict[str, Any] = {"keys": keys, "labels": list(cell.labels) if keys else [], "value": cell.value}
    if cell.denominator is not None:
        found |= {"numerator": cell.numerator, "denominator": cell.denominator, "unknown": cell.unknown}
    if cell.why:
        found["why"] = str(cell.why)
    for comparison in cell.comparisons:
        found[comparison.against] = {
            "period": comparison.label,
            "value": comparison.value,
            "words": comparison.words,
            "change": plain(vars(comparison.change)) if comparison.change else None,
        }
    return found
