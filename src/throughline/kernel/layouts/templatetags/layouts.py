"""What the pages of templates ask of their rows."""

from collections.abc import Iterable

from django import template

from throughline.kernel.history.models import Entry
from throughline.kernel.history.verbs import sentence
from throughline.kernel.layouts.models import Layout

register = template.Library()


@register.filter
def active_one(editions: Iterable[Layout]) -> Layout | None:
    """The edition that is used, of those given."""
    return next((one for one in editions if one.active), None)


@register.filter
def said(entry: Entry) -> str:
    """What was done, in words."""
    return sentence(entry.verb)
