"""`{% propose_button record %}` and `{% proposals_on record %}`: proposed changes on the page of a record."""

from typing import Any

from django import template
from django.db import models
from django.template.context import RequestContext
from django.urls import reverse

from throughline.kernel.proposing import queries
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of

register = template.Library()


@register.inclusion_tag("proposing/button.html", takes_context=True)
def propose_button(context: RequestContext, record: models.Model) -> dict[str, Any]:
    """The way to the form, for those who read the record and may not change it."""
    resource, viewer = registry.for_model(type(record)), context["request"].viewer
    if resource is None or context.get("change_url") or not queries.may_propose(viewer, resource, record):
        return {"url": ""}
    return {"url": reverse("proposed-change-add", args=[resource.noun, address_of(resource, record)])}


@register.inclusion_tag("proposing/panel.html", takes_context=True)
def proposals_on(context: RequestContext, record: models.Model) -> dict[str, Any]:
    """Those that wait and that this viewer may read."""
    return {"proposals": queries.proposals_on(context["request"].viewer, record, waiting=True)}
