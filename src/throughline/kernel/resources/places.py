"""The places of a list's records, for the map beside it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.charts.chart import Chart
from throughline.kernel.resources import cells
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import Asked, order_of, rows_with
from throughline.kernel.ui.formats import moment, number

MOST_POINTS = 300
PLACE = "jurisdiction"


def map_of(asked: Asked) -> Chart | None:
    """The first few hundred records of the question that have a position."""
    resource = asked.resource
    if resource.position is None:
        return None
    placed = asked.rows.filter(**{f"{name}__isnull": False for name in resource.position})
    keys = list(placed.order_by(*order_of(resource, asked.sort)).values_list("pk", flat=True)[: MOST_POINTS + 1])
    note = ""
    if len(keys) > MOST_POINTS:
        note = _("The first %(count)s that have a position.") % {"count": number(MOST_POINTS)}
    return chart_of(resource, rows_with(resource, keys[:MOST_POINTS], lines=False), note)


def is_placed(resource: Resource, record: Any) -> bool:
    return resource.position is not None and getattr(record, resource.position[0]) is not None


def map_of_record(resource: Resource, record: Any) -> Chart:
    return chart_of(resource, [record], "")


def chart_of(resource: Resource, records: list[Any], note: str) -> Chart:
    latitude, longitude = resource.position or ("", "")
    data = [
        {
            "lon": getattr(record, longitude),
            "lat": getattr(record, latitude),
            "what": str(record),
            "count": 1,
            "text": told(resource, record),
            "place": getattr(getattr(record, PLACE, None), "code", ""),
            "url": reverse(f"{resource.noun}-detail", args=[address_of(resource, record)]),
        }
        for record in records
    ]
    return Chart(
        kind="points",
        title=_("Where"),
        data=data,
        x="what",
        y="count",
        note=note,
        labels={
            "what": capfirst(str(resource.title)),
            "count": _("Number"),
            "text": _("What"),
            "lon": _("Longitude"),
            "lat": _("Latitude"),
        },
    )


def told(resource: Resource, record: Any) -> str:
    """The record in one line: what its list shows of it, without its name and what stands beside it anyway."""
    beside = {"reference", "owner", "state", "handling"}
    columns = [one for one in resource.fields if one.column and one.name not in beside and one.expression is None]
    said = [one for one in (cells.printed(each, record) for each in columns) if one != str(record)]
    return " · ".join(moment(one) if isinstance(one, datetime) else str(one) for one in said if one)
