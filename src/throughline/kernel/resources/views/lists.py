"""The list of a noun, the choice of its columns, and its export."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import cells, registry
from throughline.kernel.resources.access import address_of, viewer_of
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.exporting import FORMATS, export
from throughline.kernel.resources.inputs import Choices, Raw, raw_form
from throughline.kernel.resources.listing import PAGING, Asked, Page, neighbours, page_of, sortable, without
from throughline.kernel.resources.places import map_of
from throughline.kernel.resources.preferences import columns_of, remember_columns
from throughline.kernel.ui.formats import number

# A new search starts at the first page.
AFRESH = frozenset({"q", *PAGING})


@require_GET
def show(request: HttpRequest, noun: str) -> HttpResponse:
    """The list, filtered and sorted as the address says."""
    resource, viewer = registry.get(noun), viewer_of(request)
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
        "clear_url": request.path,
        "pages": neighbours(asked, page),
        "total": total_words(asked, page),
        "filters": filter_form(resource, viewer, request.GET),
        "searchable": bool(resource.search),
        "kept": [(name, one) for name, values in request.GET.lists() if name not in AFRESH for one in values],
        "add_url": reverse(f"{noun}-add") if resource.may_add(viewer) else "",
        "all_columns": [(one, one in columns) for one in resource.all_fields],
        "formats": [(fmt, f"{reverse(f'{noun}-export', args=[fmt])}?{asked.address}") for fmt in formats_of(resource)],
        "map_url": f"{reverse(f'{noun}-map')}?{asked.address}" if resource.position and page.rows else "",
    }
    return render(request, ["resources/" + noun + "_list.html", "resources/list.html"], context)


@require_POST
def choose_columns(request: HttpRequest, noun: str) -> HttpResponse:
    """Remember which columns this person wants to see of this noun."""
    resource = registry.get(noun)
    remember_columns(resource, viewer_of(request), request.POST.getlist("column"))
    return redirect(safe_next(request, reverse(f"{noun}-list")))


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


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go on, if that is one of our own pages."""
    target = request.POST.get("next", "")
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
        "cells": [cell_of(column, record) for column in columns],
    }


def cell_of(column: Field, record: Any) -> dict[str, Any]:
    if column.name == "state":
        return {"kind": "state", "label": cells.printed(column, record), "tone": cells.state_tone(record)}
    if column.name == "handling":
        return {"kind": "handling", "value": record.handling}
    kind = "number" if column.kind in {"integer", "number"} else "text"
    return {"kind": kind, "value": cells.printed(column, record), "reference": column.name == "reference"}


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
