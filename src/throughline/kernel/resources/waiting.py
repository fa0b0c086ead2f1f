"""What waits on the home page, and what changed lately, for every noun that declares a flow.

A state with `waits` is work for whoever can take a main step from it: the colleague who checks, the
author who mends. The same condition narrows the noun's list ('?waiting=sent'), so the count on the
home page and the list behind it are one question.
"""

from collections import defaultdict
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Min, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.models import Record
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.declare import Flow
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.queries import actionable
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.history import verbs
from throughline.kernel.history.models import Entry
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.filters import Condition, Found, more_conditions
from throughline.kernel.ui import waiting
from throughline.kernel.ui.navigation import STATIONS
from throughline.kernel.ui.waiting import Change, Waiting

PARAMETER = "waiting"
# How far back 'what changed lately' looks; beyond it a busy day has pushed everything else away anyway.
ENTRIES_LOOKED_AT = 200


def waits_at(station: str, viewer: Viewer) -> list[Waiting]:
    """Per noun of the station and state: how many records this viewer can take further."""
    found = []
    for resource in registry.all():
        flow = flow_for(resource.model)
        if flow is None or resource.station != station:
            continue
        for state in flow.states:
            if not state.waits:
                continue
            rows = actionable(viewer, flow, state.code)
            count = rows.count()
            address = f"{reverse(f'{resource.noun}-list')}?{PARAMETER}={state.code}"
            found.append(Waiting(state.waits, count, address, due=first_due(flow, state.code, rows) if count else None))
    return found


def first_due(flow: Flow, state: str, rows: QuerySet[Any]) -> date | None:
    """The day on which the first of these records is due, by the step that brought each into the state last."""
    if not any(way.target == state and way.deadline_days for way in flow.transitions):
        return None
    steps = Step.objects.filter(noun=flow.noun, target=state, object_id__in=rows.order_by().values("pk"))
    last = steps.order_by("object_id", "-at", "-pk").distinct("object_id")
    return Step.objects.filter(pk__in=last.values("pk")).aggregate(first=Min("due_on"))["first"]


def waiting_condition(resource: Resource, params: QueryDict, viewer: Viewer) -> Found:
    """The list's question '?waiting=STATE': what this viewer can take further."""
    asked = params.get(PARAMETER, "").strip()
    if not asked:
        return [], []
    flow = flow_for(resource.model)
    state = flow.by_code.get(asked) if flow else None
    if flow is None or state is None or not state.waits:
        return [], [Problem(PARAMETER, _("Nothing waits in a state of that name."), asked)]
    where = Q(pk__in=actionable(viewer, flow, asked).values("pk"))
    return [Condition((PARAMETER,), str(state.waits), where)], []


def changed_lately(viewer: Viewer) -> list[Change]:
    """The last thing that happened to each record lately, of those the viewer may read."""
    nouns = {one.noun: one for one in registry.all() if issubclass(one.model, Record)}
    latest: dict[UUID, Entry] = {}
    by_noun: dict[str, set[UUID]] = defaultdict(set)
    entries = Entry.objects.filter(noun__in=nouns).exclude(verb__endswith=".refused").order_by("-seq")
    for entry in entries[:ENTRIES_LOOKED_AT]:
        if entry.object_id is not None and latest.setdefault(entry.object_id, entry) is entry:
            by_noun[entry.noun].add(entry.object_id)
    return [
        change(nouns[noun], record, latest[record.pk])
        for noun, keys in by_noun.items()
        for record in nouns[noun].visible(viewer).filter(pk__in=keys)
    ]


def change(resource: Resource, record: Record, entry: Entry) -> Change:
    return Change(
        label=record.reference,
        url=reverse(f"{resource.noun}-detail", args=[record.reference]),
        at=entry.at,
        by=verbs.doer(entry.actor_text),
        about=verbs.sentence(entry.verb),
    )


def register() -> None:
    """Put all of it where the home page and the lists look."""
    for station in STATIONS:
        waiting.register(station, partial(waits_at, station))
    waiting.register_changes(changed_lately)
    more_conditions.append(waiting_condition)
