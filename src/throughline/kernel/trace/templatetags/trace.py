"""`{% line_of record %}`: what the record came from, where it stands, what it led to."""

from typing import Any

from django import template
from django.db import models
from django.template.context import RequestContext

from throughline.kernel.access.choices import Right
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import may
from throughline.kernel.resources import registry
from throughline.kernel.trace import queries
from throughline.kernel.trace.kinds import kinds

register = template.Library()


@register.inclusion_tag("trace/line.html", takes_context=True)
def line_of(context: RequestContext, record: models.Model) -> dict[str, Any]:
    """The line for the viewer of this page, with the form to add to it for those who may change the record."""
    viewer = context["request"].viewer
    resource = registry.for_model(type(record))
    return {
        "line": queries.line_of(viewer, record, depth=2),
        "record": record,
        "noun": resource.noun if resource else "",
        "may_change": resource is not None and isinstance(record, Record) and may(viewer, Right.CHANGE, record),
        "kinds": kinds.values(),
        "csrf_token": context.get("csrf_token"),
    }
