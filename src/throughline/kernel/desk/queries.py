"""Reading views and what was opened: mine, and what others share with me."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.models import Opened, SavedView
from throughline.kernel.desk.rules import may_change, question_of
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.declare import Resource

RECENT = 20
ALL = "all"
"""In place of a view's key in a list's address: the whole list, also where another view is the usual one."""


@dataclass(frozen=True)
class Tab:
    """A view as a list offers it."""

    name: str
    url: str
    current: bool = False
    usual: bool = False
    shared: bool = False
    by_another: bool = False


@dataclass(frozen=True)
class Shelf:
    """The views of one list for one person, and where they stand among them."""

    tabs: tuple[Tab, ...] = ()
    whole_url: str = ""
    whole_current: bool = False
    current: SavedView | None = None
    changed: bool = False
    may_change: bool = False
    usual_url: str = ""
    question: str = ""


@dataclass(frozen=True)
class Recent:
    """Something opened lately, as its list and the menu name it."""

    label: str
    noun: str
    url: str
    at: datetime


def list_url(view: SavedView) -> str:
    """The list with the view's question; the view's own, stable address leads here."""
    question = f"{view.question}&" if view.question else ""
    return f"{reverse(f'{view.noun}-list')}?{question}view={view.pk}"


def views_for(viewer: Viewer, noun: str = "") -> list[SavedView]:
    """Mine and those shared with me, of one noun or of all there are."""
    rows = SavedView.objects.visible_to(viewer).with_usual(viewer).select_related("organisation", "programme")
    rows = rows.filter(noun=noun) if noun else rows.filter(noun__in=[one.noun for one in registry.all()])
    return list(rows)


def view_for(viewer: Viewer, key: UUID) -> SavedView | None:
    """The view with this key, if the viewer may open it."""
    rows = SavedView.objects.visible_to(viewer).with_usual(viewer)
    found = rows.select_related("organisation", "programme", "person").filter(pk=key).first()
    return found if found is not None and found.noun in {one.noun for one in registry.all()} else None


def shelf_of(resource: Resource, viewer: Viewer, params: QueryDict) -> Shelf:
    """What stands above a list: my views, which of them is open, and whether it was changed since."""
    if not viewer.signed_in:
        return Shelf()
    found = views_for(viewer, resource.noun)
    asked = params.get("view", "")
    question = question_of(params)
    current = next((one for one in found if str(one.pk) == asked), None)
    usual = next((one for one in found if one.usual), None)  # type: ignore[attr-defined]  # reason: annotated
    whole = f"{reverse(f'{resource.noun}-list')}?view={ALL}" if usual else reverse(f"{resource.noun}-list")
    return Shelf(
        tabs=tuple(_tab(viewer, one, current) for one in found),
        whole_url=whole,
        whole_current=current is None and not question,
        current=current,
        changed=current is not None and question_of(QueryDict(current.question)) != question,
        may_change=current is not None and may_change(viewer, current),
        usual_url=list_url(usual) if usual is not None and not params else "",
        question=question,
    )


def _tab(viewer: Viewer, view: SavedView, current: SavedView | None) -> Tab:
    return Tab(
        name=view.name,
        url=list_url(view),
        current=view is current,
        usual=view.usual,  # type: ignore[attr-defined]  # reason: annotated
        shared=view.shared != Shared.MINE,
        by_another=view.person_id != viewer.person,
    )


def recent_for(viewer: Viewer, most: int = RECENT) -> list[Recent]:
    """What this person opened last, of what they may still read; the newest first."""
    if not viewer.signed_in:
        return []
    opened = list(Opened.objects.filter(person_id=viewer.person, noun__in=[one.noun for one in registry.all()])[:most])
    rows = _readable(viewer, opened)
    return [
        _recent(registry.get(one.noun), rows[(one.noun, one.object_id)], one.at)
        for one in opened
        if (one.noun, one.object_id) in rows
    ]


def _recent(resource: Resource, row: Any, at: datetime) -> Recent:
    url = reverse(f"{resource.noun}-detail", args=[address_of(resource, row)])
    return Recent(capfirst(str(row)), str(resource.title), url, at)


def _readable(viewer: Viewer, opened: Iterable[Opened]) -> dict[tuple[str, UUID], Any]:
    """The things themselves: one question a noun, through what the viewer may read."""
    by_noun: dict[str, list[UUID]] = defaultdict(list)
    for one in opened:
        by_noun[one.noun].append(one.object_id)
    return {
        (noun, row.pk): row
        for noun, keys in by_noun.items()
        for row in registry.get(noun).visible(viewer).select_related(*registry.get(noun).related).filter(pk__in=keys)
    }
