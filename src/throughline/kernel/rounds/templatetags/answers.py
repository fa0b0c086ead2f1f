"""Tags of the pages of answering."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from throughline.kernel.rounds.views.controls import Control
from throughline.kernel.rounds.views.holders import Holder, to

register = template.Library()


@register.simple_tag(takes_context=True)
def node(context: dict[str, Any], one: Any) -> SafeString:
    """A question, a group or the rows of a repeat, by its own template."""
    given = {"node": one, "holder": context["holder"], "language_code": context.get("language_code", "")}
    return mark_safe(render_to_string(one.template, given))


@register.simple_tag
def widget(control: Control) -> str:
    """The template of a control's inputs."""
    return f"rounds/answer/widgets/{control.widget.replace('-', '_')}.html"


@register.simple_tag
def page_of(holder: Holder, page: str, *more: Any) -> str:
    """The address of a page of a return or part."""
    return to(holder, page, *more)
