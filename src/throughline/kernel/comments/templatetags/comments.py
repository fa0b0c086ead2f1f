"""`{% comments_on record %}`: the discussion on the page of a record; `{% requests_of report %}`: how its requests ended."""

from typing import Any

from django import template
from django.template.context import RequestContext

from throughline.kernel.access.models import Record
from throughline.kernel.access.rules import can_read
from throughline.kernel.comments import queries
from throughline.kernel.comments.choices import Kind, State
from throughline.kernel.comments.models import Comment
from throughline.kernel.resources import registry

register = template.Library()


@register.inclusion_tag("comments/discussion.html", takes_context=True)
def comments_on(context: RequestContext, record: Record) -> dict[str, Any]:
    """What was said about the record, for the viewer of this page, and the form to say more."""
    request = context["request"]
    viewer = request.viewer
    resource = registry.for_model(type(record))
    threads = queries.threads(viewer, record)
    asked = [one for one in threads if one.first.comment.kind == Kind.REQUEST]
    said = [one for one in threads if one.first.comment.kind == Kind.COMMENT]
    owners = Comment._meta.get_field("organisation").related_model
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "noun": resource.noun if resource else "",
        "record": record,
        "requests": asked,
        "waiting": sum(one.is_open for one in asked),
        "open_threads": [one for one in said if one.is_open],
        "resolved": [one for one in said if not one.is_open],
        "may_ask": queries.may_ask(viewer, record),
        "parts": queries.parts_of(record),
        "part": request.GET.get("part", ""),
        "asking": request.GET.get("ask") == "1",
        "colleagues": queries.suggested(viewer, record),
        "organisations": owners._default_manager.filter(pk__in=viewer.organisations),  # type: ignore[union-attr]
    }


@register.inclusion_tag("comments/settled.html", takes_context=True)
def requests_of(context: RequestContext, record: Record | None) -> dict[str, Any]:
    """What was asked for before a document was signed and how it ended: in full for those who may read the document."""
    viewer = context["request"].viewer
    reads = record is not None and can_read(viewer, record)
    threads = queries.threads(viewer, record, kind=Kind.REQUEST) if reads else []
    return {"reads": reads, "threads": threads, "done": sum(one.first.comment.state == State.DONE for one in threads)}
