"""`{% follow_button record %}` on the page of a record, `{% follow_list resource %}` below a list."""

from typing import Any

from django import template
from django.db import models
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.http import urlencode

from throughline.kernel.following import queries
from throughline.kernel.following.addresses import record_target
from throughline.kernel.resources import registry

register = template.Library()


@register.inclusion_tag("following/button.html", takes_context=True)
def follow_button(context: RequestContext, record: models.Model) -> dict[str, Any]:
    resource, viewer = registry.for_model(type(record)), context["request"].viewer
    if resource is None or not viewer.signed_in:
        return {"url": ""}
    address = urlencode({"address": record_target(resource, record).url})
    standing = queries.following_of(viewer, record)
    return {"url": f"{reverse('following-add')}?{address}", "standing": standing}


@register.inclusion_tag("following/button.html", takes_context=True)
def follow_list(context: RequestContext) -> dict[str, Any]:
    """The list with the filters it has now."""
    request = context["request"]
    if not request.viewer.signed_in:
        return {"url": ""}
    address = urlencode({"address": request.get_full_path()})
    return {"url": f"{reverse('following-add')}?{address}", "of_list": True}
