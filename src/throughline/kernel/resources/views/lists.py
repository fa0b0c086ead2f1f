"""The list of a noun, the choice of its columns, and its export."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.bulk.rules import can_be_changed
from throughline.kernel.desk.queries import shelf_of
from throughline.kernel.resources import cells, registry
from throughline.kernel.resources.access import address_of, viewer_of
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.exporting import FORMATS, export
from throughline.kernel.resources.inputs import Choices, Raw, raw_form
from throughline.kernel.resources.listing import PAGING, Asked, Page, neighbours, page_of, sortable, without
from throughline.kernel.resources.places import map_of
from throughline.kernel.resources.preferences import columns_of, moved, remember_columns
from throughline.kernel.ui.formats import number

# A new search starts at the first page.
AFRESH = frozenset({"q", *PAGING})


@require_GET
def show(request: HttpRequest, noun: str) -> HttpResponse:
    """The list, filtered and sorted as the address says."""
    resource, viewer = registry.get(noun), viewer_of(request)
    shelf = shelf_of(resource, viewer, request.GET)
    if shelf.usual_url:
        return redirect(shelf.usual_url)
    asked = Asked.read(resource, request.GET, viewer)
    page = page_of(asked)
    columns = columns_of(resource, viewer, request.GET.get("columns", ""))
    context = {
        "resource": resource,
        "asked": asked,
        "title": capfirst(str(resource.title_plural)),
        "columns": [column_head(resource, column) for column in columns],
        "rows": [row_of(resource, record, columns) for record in page.rows],
        "chosen": chips(asked),
        "shelf": shelf,
        "clear_url": shelf.whole_url or request.path,
        "pages": neighbours(asked, page),
        "total": total_words(asked, page),
        "filters": filter_form(resource, viewer, request.GET),
        "searchable": bool(resource.search),
        "kept": [(name, one) for name, values in request.GET.lists() if name not in AFRESH for one in values],
        "add_url": reverse(f"{noun}-add") if resource.may_add(viewer) else "",
        "all_columns": [(one, one in columns) for one in resource.all_fields],
        **downloads_of(asked, columns),
        "selecting": selecting(resource, request.GET, page),
        "map_url": f"{reverse(f'{noun}-map')}?{asked.address}" if resource.position and page.rows else "",
    }
    return render(request, ["resources/" + noun + "_list.html", "resources/list.html"], context)


@require_http_methods(["GET", "POST"])
def choose_columns(request: HttpRequest, noun: str) -> HttpResponse:
    """Choose and order the columns of this list, for oneself: a page of buttons, or the boxes below a list."""
    resource, viewer = registry.get(noun), viewer_of(request)
    going = safe_next(request, reverse(f"{noun}-list"))
    if request.method == "GET":
        return draw_columns(request, resource, [one.name for one in columns_of(resource, viewer)], going)
    names = list(dict.fromkeys(name for name in request.POST.getlist("column") if name in resource.by_name))
    step = request.POST.get("step", "")
    if step == "reset":
        remember_columns(resource, viewer, [])
    elif step:
        return draw_columns(request, resource, moved(names, step, resource), going)
    elif "order" in request.POST:
        remember_columns(resource, viewer, names)
    else:  # boxes know no order: what stays keeps its place, what is new comes last
        before = [one.name for one in columns_of(resource, viewer)]
        remember_columns(resource, viewer, [*(one for one in before if one in names), *names])
    return redirect(without_columns(going))


def draw_columns(request: HttpRequest, resource: Resource, names: list[str], going: str) -> HttpResponse:
    context = {
        "resource": resource,
        "title": _("Columns of %(nouns)s") % {"nouns": resource.title_plural},
        "shown": [resource.field(name) for name in names],
        "others": [one for one in resource.all_fields if one.name not in names],
        "next": going,
    }
    return render(request, "resources/columns.html", context)


@require_GET
def download(request: HttpRequest, noun: str, fmt: str) -> HttpResponseBase:
    """What the list shows, all pages of it, as a file."""
    resource, viewer = registry.get(noun), viewer_of(request)
    asked = Asked.read(resource, request.GET, viewer)
    if asked.problems:  # the list says what was not understood; an empty file would not
        return redirect(f"{reverse(f'{noun}-list')}?{request.GET.urlencode()}")
    return export(viewer, asked=asked, fmt=fmt)


@require_GET
def on_map(request: HttpRequest, noun: str) -> HttpResponse:
    """Where the list's records are: a part of its page, or a page of its own."""
    resource, viewer = registry.get(noun), viewer_of(request)
    asked = Asked.read(resource, request.GET, viewer)
    chart = map_of(asked)
    if chart is None:
        raise Http404
    context = {
        "resource": resource,
        "chart": chart,
        "title": _("%(nouns)s on the map") % {"nouns": capfirst(str(resource.title_plural))},
        "list_url": f"{reverse(f'{noun}-list')}?{asked.address}",
        "chosen": chips(asked),
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "resources/parts/map.html" if part else "resources/map.html", context)


def formats_of(resource: Resource) -> list[str]:
    return [fmt for fmt in FORMATS if fmt != "geojson" or resource.position]


def downloads_of(asked: Asked, columns: list[Field]) -> dict[str, list[tuple[str, str]]]:
    """The list as files: the whole sheet, which an import takes back, and the columns that are shown."""
    noun, question = asked.resource.noun, without(asked, ["columns", "view", "select"])
    shown = ",".join(one.name for one in columns)
    narrow = f"{question}{'&' if len(question) > 1 else ''}columns={shown}"
    return {
        "formats": [(fmt, f"{reverse(f'{noun}-export', args=[fmt])}{question}") for fmt in formats_of(asked.resource)],
        "narrow_formats": [(fmt, f"{reverse(f'{noun}-export', args=[fmt])}{narrow}") for fmt in ("csv", "xlsx")],
    }


def selecting(resource: Resource, params: QueryDict, page: Page) -> dict[str, str] | None:
    """Whether rows are being ticked to change several at once, and the addresses to begin and to stop."""
    if not page.rows or not can_be_changed(resource):
        return None
    rest = params.copy()
    on = rest.pop("select", None) is not None
    rest.pop("after", None) if not on else None
    question = rest.urlencode()
    begun = f"?{question}{'&' if question else ''}select=1"
    return {"on": "1" if on else "", "begin": begun, "stop": f"?{question or 'view=all'}", "question": question}


def without_columns(address: str) -> str:
    """An address that says columns itself would hide the choice just made."""
    path, _mark, question = address.partition("?")
    params = QueryDict(question, mutable=True)
    params.pop("columns", None)
    return f"{path}?{params.urlencode()}" if params else path


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go on, if that is one of our own pages."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else otherwise


# What the template is given


def column_head(resource: Resource, column: Field) -> dict[str, Any]:
    return {
        "name": column.name,
        "title": capfirst(str(column.title)),
        "sortable": column.name in sortable(resource),
        "number": column.kind in {"integer", "number"},
    }


def row_of(resource: Resource, record: Any, columns: list[Field]) -> dict[str, Any]:
    """A row as plain data: the first cell leads to the record."""
    return {
        "url": reverse(f"{resource.noun}-detail", args=[address_of(resource, record)]),
        "key": record.pk,
        "cells": [cell_of(column, record) for column in columns],
    }


def cell_of(column: Field, record: Any) -> dict[str, Any]:
    if column.name == "state":
        return {"kind": "state", "title": "", "label": cells.printed(column, record), "tone": cells.state_tone(record)}
    if column.name == "handling":
        return {"kind": "handling", "title": "", "value": record.handling}
    kind = {"integer": "number", "number": "number", "date": "date"}.get(column.kind, "text")
    return {
        "kind": kind,
        "title": capfirst(str(column.title)),
        "value": cells.printed(column, record),
        "reference": column.name == "reference",
    }


def chips(asked: Asked) -> list[dict[str, str]]:
    """The filters in words, each with the address without it."""
    found = [
        {
            "label": one.words,
            "field": one.label if len(asked.conditions) > 1 else "",
            "remove_url": without(asked, one.names),
        }
        for one in asked.conditions
    ]
    if asked.text:
        found.append({"label": f"“{asked.text}”", "field": "", "remove_url": without(asked, ["q"])})
    return found


def total_words(asked: Asked, page: Page) -> str:
    """How many there are. Beyond a thousand the exact number would cost more than the page."""
    if not page.newer and not page.older:
        count, all_counted = len(page.rows), True
    else:
        count, all_counted = asked.counted()
    words = number(count) if all_counted else _("more than %(count)s") % {"count": number(count)}
    noun = asked.resource.title if count == 1 else asked.resource.title_plural
    return f"{words} {noun}"


def filter_form(resource: Resource, viewer: Viewer, params: QueryDict) -> Raw:
    """What can be asked, with what is asked now."""
    choices = Choices(viewer)
    fields = [one for one in resource.all_fields if one.filter]
    raw = {key: params.get(key, "") for key in params}
    form = raw_form([], raw, choices)
    for field in fields:
        for name, made in filter_controls(field, choices):
            form.fields[name] = made
    return form


def filter_controls(field: Field, choices: Choices) -> list[tuple[str, Any]]:
    """The controls of one filter: a list to choose from, or from and to."""
    title = capfirst(str(field.title))
    if field.kind in {"choice", "term", "reference"}:
        pairs = choices.pairs(field, empty=_("any"))
        return [(field.name, forms.CharField(label=title, required=True, widget=forms.Select(choices=pairs)))]
    if field.kind == "boolean":
        pairs = [("", _("any")), ("yes", _("Yes")), ("no", _("No"))]
        return [(field.name, forms.CharField(label=title, required=True, widget=forms.Select(choices=pairs)))]
    if field.kind in {"date", "moment"}:
        return [
            (f"{field.name}.from", forms.CharField(label=_("%(field)s from") % {"field": title}, required=True)),
            (f"{field.name}.to", forms.CharField(label=_("%(field)s to") % {"field": title}, required=True)),
        ]
    if field.kind in {"integer", "number"}:
        return [(f"{field.name}.min", forms.CharField(label=_("%(field)s at least") % {"field": title}, required=True))]
    return [(field.name, forms.CharField(label=title, required=True))]
