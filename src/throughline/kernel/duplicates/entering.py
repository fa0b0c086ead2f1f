"""What a form shows of records that look like the one being typed."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from throughline.kernel.duplicates.queries import candidates_for_input
from throughline.kernel.duplicates.registry import rule_for
from throughline.kernel.duplicates.showing import alike_lines

if TYPE_CHECKING:
    from throughline.kernel.resources.forms import FormState


def looking(state: "FormState", *, typed: bool) -> dict[str, Any]:
    """Where the form asks while it is typed, and, once something was sent, what looks alike: also without JavaScript."""
    resource = state.resource
    if rule_for(resource.noun) is None:
        return {}
    candidates = candidates_for_input(state.viewer, resource, state.raw, state.record) if typed else []
    return {
        "alike_url": reverse("duplicates-look", args=[resource.noun]),
        "alike": alike_lines(resource, candidates),
        # What was typed while the form was being redrawn has not been looked at.
        "alike_again": typed,
        "record_key": str(state.record.pk) if state.record is not None else "",
    }
