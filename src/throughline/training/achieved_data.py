"""Achievements as plain data, for the API and the command line: numbers unrounded, with the addresses of records."""

from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.measures.grid import Entry
from throughline.training.achieving import Achievements, Against, Lines, Shares


def as_json(found: Achievements) -> dict[str, Any]:
    """What the API and the command line give: numbers unrounded, each with the address of its records."""
    return {
        "projects": [one.code for one in found.choice.projects],
        "period": str(found.choice.period) if found.choice.period else None,
        "where": {name: list(values) for name, values in found.choice.where.items()},
        "activities": _against(found.activities),
        "participations": _against(found.participations),
        "persons": _number(found.persons),
        "unlisted": _number(found.unlisted),
        "sex": [_shares(one) for one in found.sexes],
        "sectors": _shares(found.sectors),
        "beneficiaries": _lines(found.beneficiaries, "participations", "persons"),
        "plan": {line.code or "planned": _number(line.first) for line in (*found.plan.lines, found.plan.total)} if found.plan else None,
        "implementation_rate": found.rate.value if found.rate else None,
        "by": {name: _lines(one, "activities", "participations") for name, one in zip(("kind", "year", "priority"), found.tables, strict=True)},
        "cascaded": _lines(found.reach, "sessions", "people") if found.reach else None,
        "planned_pace": {"months": found.pace.months, "participations_per_activity": found.pace.per_activity, "activities_per_month": found.pace.per_month} if found.pace else None,
        "notes": list(found.notes),
        "footnotes": list(found.footnotes),
        "illustrative": found.illustrative,
        "as_of": found.asked_at.isoformat(),
        "run_as": found.run_as,
    }  # fmt: skip


def _number(one: Entry) -> dict[str, Any]:
    return {"value": one.value, "records": one.url or None}


def _against(one: Against) -> dict[str, Any]:
    target = float(one.target.number) if one.target else None
    source = one.target.source if one.target else None
    return {
        **_number(one.actual),
        "target": target,
        "target_source": source,
        "percent_over": one.over,
        "percent_of_time_passed": one.passed,
    }


def _shares(one: Shares) -> dict[str, Any]:
    parts = [
        {"code": part.code, "label": part.label, "percent": part.percent, **_number(part.count)} for part in one.parts
    ]
    return {"label": one.label, "parts": parts, "base": one.base, "not_reported": one.unknown, "note": one.note}


def _lines(found: Lines, first: str, second: str) -> list[dict[str, Any]]:
    rows = [
        {"code": one.code, "label": one.label, first: one.first.value, second: one.second.value} for one in found.lines
    ]
    return [
        *rows,
        {"code": "", "label": found.total.label, first: found.total.first.value, second: found.total.second.value},
    ]


def as_rows(found: Achievements) -> list[dict[str, Any]]:
    """The same as the lines of one table."""
    rows: list[dict[str, Any]] = [
        {"what": one.label, "value": one.actual.value, "target": one.target_text, "percent over": one.exactly}
        for one in (found.activities, found.participations)
    ]
    rows.append({"what": _("Different persons"), "value": found.persons.value})
    if found.rate:
        rows.append({"what": _("Implementation rate"), "share": found.rate.text})
    for shares in (found.sectors, *found.sexes):
        rows += [
            {"what": f"{shares.label}: {part.label}", "value": part.count.value, "share": part.text}
            for part in shares.parts
        ]
    for line in found.beneficiaries.lines:
        rows.append({"what": f"{found.beneficiaries.label}: {line.label}", "value": line.first.value})
    rows.append({"what": _("Came without a list (never added)"), "value": found.unlisted.value})
    if found.reach:
        rows.append({"what": _("Reached by cascades (never added)"), "value": found.reach.total.second.value})
    return rows
