"""Duplicates over the API: the pairs one may read, what looks like something, merging, undoing, declaring different."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.schemas import answers, takes
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates import queries, registry, services
from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.duplicates.declare import Duplicates
from throughline.kernel.duplicates.models import Merge
from throughline.kernel.resources.access import record_or_404
from throughline.kernel.resources.declare import Resource

MOST = 200
# Said of a record, never sent.
MERGED_INTO = "merged_into"
router = Router(tags=["duplicates"])
TEXT: dict[str, Any] = {"type": "string"}
TWO: dict[str, Any] = {"type": "object", "required": ["one", "other"]}
BODIES: dict[str, Any] = {
    "Merging": {
        "type": "object",
        "required": ["winner", "loser"],
        "properties": {
            "winner": TEXT,
            "loser": TEXT,
            "take": {"type": "array", "items": TEXT, "description": "Fields whose value is the loser's."},
            "keep": {
                "type": "object",
                "description": "Numbers of the lines that stand, by their name.",
                "additionalProperties": {"type": "array", "items": {"type": "string", "format": "uuid"}},
            },
            "reason": TEXT,
        },
    },
    "Parting": {**TWO, "properties": {"one": TEXT, "other": TEXT, "reason": TEXT}},
    "Undoing": {"type": "object", "properties": {"reason": TEXT}},
    "Looking": {"type": "object", "description": "A record as it would be sent to make it."},
}


def read_pairs(request: HttpRequest, noun: str, state: str = PairState.OPEN.value) -> dict[str, Any]:
    """The likest two hundred pairs of which the caller may read both records."""
    rule, resource = rule_named(noun)
    if state not in PairState.values:
        raise Invalid([Problem("state", _("Choose one of the states."), state)])
    viewer = caller(request)
    rows = queries.with_records(viewer, rule, queries.pairs_for(viewer, rule, state)[:MOST])
    items = [
        {
            "one": one.reference,
            "other": other.reference,
            "points": pair.points,
            "likely": pair.points >= rule.likely,
            "evidence": pair.evidence,
            "weights": pair.version,
            "state": pair.state,
        }
        for pair, one, other in rows
    ]
    return {"items": items, "plural": resource.plural}


def look(request: HttpRequest, noun: str) -> dict[str, Any]:
    """What looks like a record that is not sent yet. Nothing is written."""
    _rule, resource = rule_named(noun)
    candidates = queries.candidates_for_input(caller(request), resource, body_of(request))
    return {
        "items": [
            {"reference": one.record.reference, "points": one.score.points, "likely": one.likely, "evidence": one.score.plain()}
            for one in candidates
        ]
    }  # fmt: skip


def merge(request: HttpRequest, noun: str) -> HttpResponse:
    """Merge `loser` into `winner`; what is not said about fields and lines is as the page proposes it."""
    _rule, resource = rule_named(noun)
    viewer, body = caller(request), body_of(request)
    winner, loser = (record_or_404(resource, viewer, text_of(body, name)) for name in ("winner", "loser"))
    take, keep = body.get("take"), body.get("keep") or {}
    if (take is not None and not _texts(take)) or not isinstance(keep, dict) or not all(map(_texts, keep.values())):
        raise Invalid([Problem("take", _("Give a list of fields, and lists of lines by their name."))])
    made = services.merge(
        viewer,
        winner=winner,
        loser=loser,
        take=take,
        keep={name: [_number(key) for key in keys] for name, keys in keep.items()},
        reason=text_of(body, "reason"),
    )
    return JsonResponse({"merge": str(made.pk), "winner": winner.reference, "loser": loser.reference}, status=201)


def undo(request: HttpRequest, noun: str, key: str) -> dict[str, Any]:
    """Undo the merge by which this record was closed."""
    _rule, resource = rule_named(noun)
    viewer = caller(request)
    loser = record_or_404(resource, viewer, key)
    made: Merge | None = queries.merge_of(loser)
    if made is None:
        raise Http404(_("There is nothing here that you can see."))
    winner = record_or_404(resource, viewer, str(made.winner_id))
    services.undo(viewer, merge=made, reason=text_of(body_of(request), "reason"))
    return {"undone": str(made.pk), "winner": winner.reference, "loser": loser.reference}


def part(request: HttpRequest, noun: str) -> dict[str, Any]:
    """Declare two records different for good."""
    _rule, resource = rule_named(noun)
    viewer, body = caller(request), body_of(request)
    one, other = (record_or_404(resource, viewer, text_of(body, name)) for name in ("one", "other"))
    pair = services.declare_different(viewer, one=one, other=other, reason=text_of(body, "reason"))
    return {"one": one.reference, "other": other.reference, "state": pair.state}


def rule_named(noun: str) -> tuple[Duplicates, Resource]:
    rule = registry.rule_for(noun)
    if rule is None:
        raise Http404(_("There is nothing here that you can see."))
    return rule, registry.resource_of(rule)


def gone_to(viewer: Viewer, record: Any) -> dict[str, Any]:
    """What a record's own answer says of a merge, to who may read the record it went to."""
    if registry.rule_for(record._meta.model_name or "") is None:
        return {}
    went = queries.went_to(viewer, record)
    return {MERGED_INTO: went.reference if went is not None else None}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _number(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as strange:
        raise Invalid([Problem("keep", _("This is no number of a line."), key)]) from strange


ROUTES: tuple[tuple[str, str, Any, str, str], ...] = (
    ("GET", "/duplicates/{noun}", read_pairs, "Pairs that look alike", ""),
    ("POST", "/duplicates/{noun}/look", look, "What looks like a record not sent yet", "Looking"),
    ("POST", "/duplicates/{noun}/merge", merge, "Merge one record into another", "Merging"),
    ("POST", "/duplicates/{noun}/different", part, "Declare two records different for good", "Parting"),
    ("POST", "/duplicates/{noun}/{key}/undo", undo, "Undo the merge that closed a record", "Undoing"),
)
for method, path, view, summary, body in ROUTES:
    extra: dict[str, Any] = {"responses": answers("", 201 if view is merge else 200)}
    if body:
        extra["requestBody"] = takes(body)
    router.add_api_operation(
        path, [method], view, operation_id=f"{view.__name__}_duplicates", summary=summary, openapi_extra=extra
    )
