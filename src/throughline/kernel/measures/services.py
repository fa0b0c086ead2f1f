"""What the other doors use: answers as rows, the catalogue of measures, and downloads."""

from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures import downloads, registry
from throughline.kernel.measures.answers import Answer, Cell
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question


def catalogue() -> list[dict[str, Any]]:
    """Every measure with its unit, what it counts, and the dimensions it may be sliced by."""
    return [
        {
            "id": one.id,
            "label": str(one.label),
            "unit": str(one.unit),
            "kind": str(one.kind),
            "description": str(one.description or one.base_label),
            "dimensions": list(registry.dimensions_of(one)),
        }
        for one in registry.measures.values()
    ]


def answer_as_rows(question: Question, viewer: Viewer) -> list[dict[str, Any]]:
    """An answer as flat rows for the command line, the API and CSV: one a cell, the total last."""
    return rows_of(ask(question, viewer))


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """The rows of an answer. Codes stand under the dimension's id, words under '<id>_label'."""
    rows = [_row(answer, cell) for cell in answer.cells]
    total = {name: value for one in answer.axes for name, value in ((one.id, None), (f"{one.id}_label", _("Total")))}
    return [*rows, {**total, **_numbers(answer, answer.total)}]


def about(answer: Answer) -> dict[str, Any]:
    """All that must be known to read an answer: question, base, coverage, time, who asked."""
    return {
        "question": answer.title,
        "measure": answer.question.measure,
        "address": answer.question.to_query(),
        "unit": answer.unit,
        "base": answer.base,
        "coverage": answer.coverage.words,
        "missing": list(answer.coverage.missing),
        "notes": list(answer.notes),
        "footnotes": list(answer.footnotes),
        "adds_up": answer.additive,
        "illustrative": answer.illustrative,
        "asked_at": answer.asked_at.isoformat(timespec="seconds"),
        "run_as": answer.run_as,
        "as_of": list(answer.as_of),
    }


@verb("measure.export")
def export(actor: Viewer, *, question: Question, fmt: str) -> tuple[bytes, str]:
    """The answer as a file ('csv' or 'xlsx') and its content type; history keeps who took which figures."""
    answer = ask(question, actor)
    note(None, after={"question": question.to_query(), "format": fmt, "rows": len(answer.cells) + 1})
    return downloads.FORMATS[fmt](answer)


def _row(answer: Answer, cell: Cell) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for one, code, label in zip(answer.axes, cell.keys, cell.labels, strict=True):
        row[one.id] = code
        row[f"{one.id}_label"] = label
    return {**row, **_numbers(answer, cell)}


def _numbers(answer: Answer, cell: Cell) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "value": cell.value,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "unknown": cell.unknown,
        "why_missing": cell.why,
    }
    for one in cell.comparisons:
        name = one.against.replace("-", "_")
        change = one.change
        numbers |= {
            name: one.value,
            f"{name}_period": one.label,
            f"{name}_change": change.percent if change else None,
            f"{name}_low": change.low if change else None,
            f"{name}_high": change.high if change else None,
            f"{name}_words": one.words,
        }
    return numbers
