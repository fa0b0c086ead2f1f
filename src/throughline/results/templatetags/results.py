"""`{% measured value %}`: one value as results print it. A tag, because a scorecard draws thousands."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from throughline.kernel.ui.templatetags.ui import missing
from throughline.results.scorecards import Measured

register = template.Library()


@register.simple_tag
def measured(value: Measured | None, reason: StrOrPromise = "") -> SafeString:
    """The words of a value, leading to the one place it comes from; where there is none, a dash that says why."""
    if value is None:
        return missing(reason)
    if not value.reported:
        return missing(value.why)
    shown = conditional_escape(value.words)
    if len(value.behind) == 1 and value.behind[0].url:
        behind = value.behind[0]
        shown = format_html('<a href="{}" title="{}">{}</a>', behind.url, behind.label, shown)
    return format_html('{} <span class="soft">{}</span>', shown, value.why) if value.why and not value.nil else shown
