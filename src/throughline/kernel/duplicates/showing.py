"""Pairs, merges and evidence in words, for pages and for the API."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.access.rules import is_owner
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates import queries
from throughline.kernel.duplicates.declare import Duplicates
from throughline.kernel.duplicates.models import Pair
from throughline.kernel.duplicates.proposing import Proposal, as_row
from throughline.kernel.duplicates.registry import rule_for
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources import cells
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.declare import Lines, Panel, Resource


@dataclass(frozen=True)
class Reason:
    """One part of the points as a page prints it."""

    label: str
    agreement: int
    points: float


def reasons(rule: Duplicates, evidence: list[dict[str, Any]]) -> list[Reason]:
    """The parts by name, those that weigh most first; a part the rule no longer has keeps its code."""
    labels = {part.name: str(part.label) for part in rule.parts}
    return [
        Reason(labels.get(one["part"], one["part"]), round(100 * one["agreement"]), one["points"]) for one in evidence
    ]


def band(rule: Duplicates, points: float) -> str:
    return _("likely") if points >= rule.likely else _("possible") if points >= rule.possible else _("unlikely")


def title_of(resource: Resource, record: Any) -> str:
    """What a list would show of the record, in one line."""
    told = [cells.printed(one, record) for one in resource.fields if one.column and one.source is not None]
    return " · ".join(str(one) for one in told if one not in (None, ""))


def url_of(resource: Resource, record: Any) -> str:
    return reverse(f"{resource.noun}-detail", args=[address_of(resource, record)])


def compare_url(resource: Resource, one: Any, other: Any, name: str = "duplicates-compare") -> str:
    return reverse(name, args=[resource.noun, address_of(resource, one), address_of(resource, other)])


def pair_line(resource: Resource, rule: Duplicates, pair: Pair, one: Any, other: Any) -> dict[str, Any]:
    """A row of the list of pairs."""
    return {
        "pair": pair,
        "left": {"record": one, "text": title_of(resource, one)},
        "right": {"record": other, "text": title_of(resource, other)},
        "band": band(rule, pair.points),
        "likely": pair.points >= rule.likely,
        "why": [reason for reason in reasons(rule, pair.evidence) if reason.points > 0][:4],
        "url": compare_url(resource, one, other),
    }


def field_rows(resource: Resource, proposal: Proposal) -> list[dict[str, Any]]:
    """Every field of which either says something: both values, and whose is proposed."""
    rows = []
    for choice in proposal.choices:
        told = [cells.printed(choice.field, record) for record in (proposal.winner, proposal.loser)]
        if not choice.differs and told[0] in (None, ""):
            continue
        more = [
            [cells.printed(resource.by_name[name], record) for name in choice.together[1:]]
            for record in (proposal.winner, proposal.loser)
        ]
        rows.append(
            {
                "name": choice.field.name,
                "label": capfirst(str(choice.field.title)),
                "winner": told[0],
                "winner_more": [one for one in more[0] if one not in (None, "")],
                "loser": told[1],
                "loser_more": [one for one in more[1] if one not in (None, "")],
                "differs": choice.differs,
                "take": choice.take,
                "long": choice.field.kind == "long-text",
            }
        )
    return rows


def line_groups(resource: Resource, proposal: Proposal) -> list[dict[str, Any]]:
    """The lines of both, with those proposed to stand."""
    groups = []
    for part in resource.lines:
        rows = [
            {"key": one.row.pk, "text": line_text(part, one.row), "of_winner": one.of_winner, "keep": one.keep}
            for one in proposal.lines[part.name]
        ]
        if rows:
            groups.append({"name": part.name, "title": capfirst(str(part.title)), "rows": rows})
    return groups


def line_text(part: Lines, row: Any) -> str:
    told = [cells.words(one, value, row) for one, value in ((one, as_row(part, row)[one.name]) for one in part.fields)]
    return ", ".join(str(one) for one in told if one not in (None, "", False)) or "–"


def panel_context(viewer: Viewer, record: Any) -> dict[str, Any]:
    """What a record's page says of duplicates; nothing at all where there is nothing this viewer may know."""
    resource_rule = rule_for(record._meta.model_name or "")
    if resource_rule is None:
        return {}
    resource = _resource(resource_rule)
    went = queries.went_to(viewer, record)
    pairs = queries.pairs_with(viewer, record)
    merged = queries.merged_into_this(viewer, record)
    return {
        "closed": record.state == resource_rule.closed,
        "went": {"record": went, "url": url_of(resource, went)} if went is not None else None,
        "pairs": [
            {
                "record": other,
                "text": title_of(resource, other),
                "band": band(resource_rule, pair.points),
                "url": compare_url(resource, record, other),
            }
            for pair, other in pairs
        ],
        "merged": [
            {
                "record": loser,
                "url": url_of(resource, loser),
                "merge": merge,
                "may_undo": queries.may_merge(viewer, record, loser),
            }
            for merge, loser in merged
        ],
    }


def _resource(rule: Duplicates) -> Resource:
    from throughline.kernel.duplicates.registry import resource_of  # reason: nouns are registered after this is read

    return resource_of(rule)


def state_words(record: Any) -> str:
    return cells.state_label(record, record.state)


def counts(record: Any) -> bool:
    flow = flow_for(type(record))
    return bool(flow and record.state in flow.counting())


def side_of(viewer: Viewer, resource: Resource, record: Any) -> dict[str, Any]:
    """The head of one side of a comparison."""
    return {
        "record": record,
        "url": url_of(resource, record),
        "state": state_words(record),
        "tone": cells.state_tone(record),
        "counts": counts(record),
        "own": is_owner(viewer, record),
        "address": address_of(resource, record),
    }


PANEL = Panel("duplicates/panel.html", panel_context, first=True)


def alike_lines(resource: Resource, candidates: list[queries.Candidate]) -> list[dict[str, Any]]:
    """What looks like the record being typed, each with why."""
    rule = rule_for(resource.noun)
    if rule is None:
        return []
    return [
        {
            "record": one.record,
            "url": url_of(resource, one.record),
            "text": title_of(resource, one.record),
            "likely": one.likely,
            "band": band(rule, one.score.points),
            "points": one.score.points,
            "why": [reason for reason in reasons(rule, one.score.plain()) if reason.points > 0][:4],
        }
        for one in candidates
    ]
