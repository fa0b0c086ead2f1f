"""Figures over the API: what can be asked, asking it, and the records behind an answer."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry as measures
from throughline.kernel.measures.answers import Answer, Cell
from throughline.kernel.measures.ask import ask, behind
from throughline.kernel.measures.questions import Question
from throughline.kernel.resources import registry
from throughline.kernel.resources.cells import as_json
from throughline.kernel.resources.listing import with_expressions

MOST = 200
QUESTION: list[dict[str, Any]] = [
    {"name": name, "in": "query", "required": name == "measure", "description": text, "schema": {"type": "string"}}
    for name, text in (
        ("measure", "The measure's id."),
        ("by", "Slice by these dimensions: a,b (or repeated)."),
        ("where", "Only these: dimension:value,value (repeated for more dimensions)."),
        ("period", "2023, 2023-H1, 2023-Q4, 2023-05."),
        ("scope", "A set of jurisdictions, such as SEE-7."),
        ("compare", "previous, last-year, or both."),
        ("as_of", "Versions of the facts from an earlier answer's as_of: the answer as it was then."),
    )
]
PLACE: list[dict[str, Any]] = [
    {
        "name": "key",
        "in": "query",
        "required": False,
        "description": "The keys of one cell, in the order of `by`; without them all records of the question.",
        "schema": {"type": "array", "items": {"type": "string"}},
    },
    {"name": "page", "in": "query", "required": False, "description": "From 1.", "schema": {"type": "integer"}},
]
NOT_THE_QUESTION = frozenset({"key", "page"})
router = Router(tags=["figures"])


def question_of(request: HttpRequest) -> Question:
    """The question in the address; Invalid if it cannot be asked."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    known = {one["name"] for one in QUESTION} | NOT_THE_QUESTION
    if strange := [Problem(name, _("There is no such parameter.")) for name, _value in pairs if name not in known]:
        raise Invalid(strange)
    return Question.from_query([pair for pair in pairs if pair[0] not in NOT_THE_QUESTION]).checked()


def list_measures(request: HttpRequest) -> dict[str, Any]:
    """All measures, and by what each can be sliced."""
    return {
        "items": [
            {
                "id": one.id,
                "label": str(one.label),
                "unit": str(one.unit),
                "kind": str(one.kind),
                "dimensions": list(measures.dimensions_of(one)),
            }
            for one in measures.measures.values()
        ],
        "scopes": {code: str(name) for code, name in measures.scopes().items()},
    }


def answer_question(request: HttpRequest) -> dict[str, Any]:
    """The figures, with base, coverage, change and what they were computed from."""
    return told(ask(question_of(request), caller(request)))


def records_behind(request: HttpRequest) -> dict[str, Any]:
    """The records an answer, or one cell of it, was computed from: as far as the caller may read them, all."""
    question, viewer = question_of(request), caller(request)
    keys = tuple(None if key == "-" else key for key in request.GET.getlist("key")) or None
    if keys is not None and len(keys) != len(question.by):
        raise Invalid([Problem("key", _("Give one key for each dimension of 'by'."), ",".join(map(str, keys)))])
    found = behind(question, keys, viewer)
    wanted = request.GET.get("page", "1")
    page = max(int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 1, 1)
    noun = measures.facts[measures.measure(question.measure).fact].noun
    resource = registry.get(noun)
    ids = found[(page - 1) * MOST : page * MOST]
    rows = with_expressions(resource, resource.visible(viewer).filter(pk__in=ids)).select_related(*resource.related)
    rows = rows.prefetch_related(*resource.prefetch).order_by("pk")
    return {
        "noun": noun,
        "count": len(found),
        "page": page,
        "pages": -(-len(found) // MOST),
        "items": [as_json(resource, record) for record in rows],
    }


def told(answer: Answer) -> dict[str, Any]:
    """An answer as plain JSON."""
    return {
        "question": answer.question.to_query(),
        "title": answer.title,
        "label": answer.label,
        "unit": answer.unit,
        "axes": [{"id": axis.id, "label": axis.label} for axis in answer.axes],
        "total": cell_told(answer, answer.total),
        "cells": [cell_told(answer, cell) for cell in answer.cells],
        "base": answer.base,
        "coverage": {
            "reported": answer.coverage.reported,
            "expected": answer.coverage.expected,
            "missing": list(answer.coverage.missing),
            "words": answer.coverage.words,
        },
        "notes": list(answer.notes),
        "illustrative": answer.illustrative,
        "as_of": list(answer.as_of),
        "asked_at": answer.asked_at.isoformat(),
        "run_as": answer.run_as,
    }


def cell_told(answer: Answer, cell: Cell) -> dict[str, Any]:
    keys = {} if cell is answer.total else {axis.id: key for axis, key in zip(answer.axes, cell.keys, strict=False)}
    return {
        "keys": keys,
        "labels": list(cell.labels) if keys else [],
        "value": cell.value,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "unknown": cell.unknown,
        "why_missing": str(cell.why),
        "compared": {
            one.against: {
                "period": one.label,
                "value": one.value,
                "words": one.words,
                "percent": one.change.percent if one.change else None,
                "low": one.change.low if one.change else None,
                "high": one.change.high if one.change else None,
                "worth": str(one.change.worth) if one.change else None,
            }
            for one in cell.comparisons
        },
    }


for _path, _view, _summary, _parameters in (
    ("/measures", list_measures, "What can be asked", []),
    ("/ask", answer_question, "Ask a measure: sliced, filtered, compared", QUESTION),
    ("/ask/records", records_behind, "The records behind a figure", QUESTION + PLACE),
):
    offer(router, "GET", _path, _view, _summary, parameters=_parameters)
