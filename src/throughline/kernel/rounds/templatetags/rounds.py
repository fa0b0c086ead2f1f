"""What templates of rounds ask."""

from django import template
from django.template.context import RequestContext

from throughline.kernel.rounds.asking import programmes_run

register = template.Library()


@register.simple_tag(takes_context=True)
def runs_rounds(context: RequestContext) -> bool:
    """Whether the viewer of this page runs the rounds of some programme."""
    return bool(programmes_run(context["request"].viewer))
