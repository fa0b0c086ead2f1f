"""`{% files_of record %}`: the panel 'Files' on the page of a record."""

from typing import Any

from django import template
from django.template.context import RequestContext

from throughline.kernel.access.choices import Right
from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import may
from throughline.kernel.files import queries
from throughline.kernel.files.purposes import ATTACHMENT

register = template.Library()


@register.inclusion_tag("files/panel.html", takes_context=True)
def files_of(context: RequestContext, record: Record) -> dict[str, Any]:
    """The record's files, and the form to attach one for those who may change the record."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "files": list(queries.files_of(request.viewer, record)),
        "record": record,
        "label": record._meta.label_lower,
        "may_change": may(request.viewer, Right.CHANGE, record),
        "endings": ",".join(f".{ending}" for ending in ATTACHMENT.endings),
        "here": request.get_full_path(),
    }
