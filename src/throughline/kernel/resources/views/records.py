"""The page of one record: facts, lines, where it stands, who can see it, what happened to it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.kernel.access.choices import Right
from throughline.kernel.access.explain import explain, who_can_see
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk.services import opened
from throughline.kernel.flow.queries import open_to, steps_of
from throughline.kernel.resources import cells, registry
from throughline.kernel.resources.access import address_of, record_or_404, viewer_of
from throughline.kernel.resources.declare import Field, Lines, Resource, Section
from throughline.kernel.resources.places import is_placed, map_of_record, told
from throughline.kernel.resources.sharing import may_share, sharing_of
from throughline.kernel.resources.story import story

ENTRIES_BESIDE = 8
# Where the parts of a page stand: its key in the context, (before the fields, beside them).
PANELS = {"first_panels": (True, False), "panels": (False, False), "side_panels": (False, True)}


@require_GET
def show(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    resource, viewer = registry.get(noun), viewer_of(request)
    record = record_or_404(resource, viewer, key)
    opened(viewer, resource, record)
    context = page_of(resource, viewer, record)
    return render(request, ["resources/" + noun + "_record.html", "resources/record.html"], context)


@require_GET
def history(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """The whole history of a record, on a page of its own."""
    resource, viewer = registry.get(noun), viewer_of(request)
    record = record_or_404(resource, viewer, key, whole=False)
    context = {
        "resource": resource,
        "record": record,
        "title": _("History of %(record)s") % {"record": record},
        "back_url": reverse(f"{noun}-detail", args=[address_of(resource, record)]),
        "entries": story(resource, viewer, record),
    }
    return render(request, "resources/history.html", context)


@require_GET
def place(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Where it happened: a part of the record's page, or a page of its own."""
    resource, viewer = registry.get(noun), viewer_of(request)
    record = record_or_404(resource, viewer, key, whole=False)
    if not is_placed(resource, record):
        raise Http404
    context = {
        "chart": map_of_record(resource, record),
        "title": _("Where: %(record)s") % {"record": record},
        "list_url": reverse(f"{noun}-detail", args=[address_of(resource, record)]),
        "chosen": [],
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "resources/parts/map.html" if part else "resources/map.html", context)


def page_of(resource: Resource, viewer: Viewer, record: Any) -> dict[str, Any]:
    """Everything the page shows, as plain data."""
    address = address_of(resource, record)
    url = {name: reverse(f"{resource.noun}-{name}", args=[address]) for name in ("detail", "history")}
    entries = story(resource, viewer, record, limit=ENTRIES_BESIDE + 1)
    context = {
        "resource": resource,
        "record": record,
        "title": str(record),
        "kicker": capfirst(str(resource.title)),
        "sections": [section for one in resource.form_sections if (section := section_of(resource, one, record))],
        "entries": entries[:ENTRIES_BESIDE],
        "history_url": url["history"] if len(entries) > ENTRIES_BESIDE else "",
        "list_url": reverse(f"{resource.noun}-list"),
        "change_url": reverse(f"{resource.noun}-change", args=[address]) if resource.may_change(viewer, record) else "",
        **{
            name: [
                (one.template, one.context(viewer, record)) for one in resource.panels if (one.first, one.side) == at
            ]
            for name, at in PANELS.items()
        },
        "map_url": reverse(f"{resource.noun}-place", args=[address]) if is_placed(resource, record) else "",
    }
    return context | record_context(resource, viewer, record, address) if resource.is_record else context


def record_context(resource: Resource, viewer: Viewer, record: Any, address: str) -> dict[str, Any]:
    """What only records have: state, flow, audience, grants."""
    noun = resource.noun
    step = steps_of(record).first()
    shares = may_share(viewer, record)
    return {
        "subtitle": told(resource, record),
        "state": {"label": cells.state_label(record, record.state), "tone": cells.state_tone(record)},
        "ways": open_to(viewer, record),
        "advance_url": reverse(f"{noun}-advance", args=[address]),
        "due_on": step.due_on if step and step.target == record.state else None,
        "comment": step.comment if step and step.target == record.state else "",
        "because": explain(viewer, record),
        "readers": who_can_see(viewer, record),
        "sharing": sharing_of(viewer, record) if shares else None,
        "share_url": reverse(f"{noun}-share", args=[address]),
        "withdraw_url": reverse(f"{noun}-withdraw-grant", args=[address]),
        "may_mark": may(viewer, Right.MARK, record),
        "mark_url": reverse(f"{noun}-mark", args=[address]),
        "handling_codes": record._meta.get_field("handling").choices,
    }


def section_of(resource: Resource, section: Section, record: Any) -> dict[str, Any] | None:
    """One section: its facts and its lines. An empty section that was not needed is left out.

    What nobody types (`read_only`) is left out while it is empty: it was not forgotten, there is none.
    """
    companions = {one.precision for one in resource.fields}
    fields = [resource.field(name) for name in section.fields if name not in companions]
    told = [(one.read_only, fact_of(one, record)) for one in fields]
    facts = [fact for read_only, fact in told if not read_only or fact["value"] not in (None, "")]
    table = table_of(resource.lines_of(section.lines), section, record) if section.lines else None
    wanted = section.when is None or section.when.holds({section.when.field: getattr(record, section.when.field)})
    if not facts and (table is None or not table["rows"]) and not wanted:
        return None
    return {"title": capfirst(str(section.title)), "facts": facts, "table": table}


def fact_of(field: Field, record: Any) -> dict[str, Any]:
    value = cells.printed(field, record)
    address = value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""
    return {
        "label": capfirst(str(field.title)),
        "value": value,
        "long": field.kind == "long-text",
        "address": address,
    }


def table_of(part: Lines, section: Section, record: Any) -> dict[str, Any]:
    """The lines of a section as a small table; columns that nothing is known in are left out."""
    rows = sorted(getattr(record, part.name).all(), key=lambda row: row.pk)
    rows = [row for row in rows if all(str(getattr(row, name)) == value for name, value in section.only.items())]
    fields = [one for one in part.fields if one.name not in section.only]
    told = [[cells.printed(one, row) for one in fields] for row in rows]
    used = [index for index, _field in enumerate(fields) if any(row[index] not in (None, "") for row in told)]
    return {
        "heads": [capfirst(str(fields[index].title)) for index in used],
        "rows": [[row[index] for index in used] for row in told],
        "caption": capfirst(str(section.title)),
    }
