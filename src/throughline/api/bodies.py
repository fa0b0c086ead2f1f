"""What a call brings along: a JSON body as a plain mapping, judged by the noun itself and nobody else."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.text import scrub


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The body as a mapping; Invalid where it is none."""
    try:
        found = json.loads(request.body or b"{}")
        if b"\\u" in request.body:
            # Half of a pair of surrogates is no text, though JSON can write it.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Invalid([Problem("", _("The body is not JSON."))]) from error
    if not isinstance(found, dict):
        raise Invalid([Problem("", _("The body must be one JSON object."))])
    return found


def text_of(body: dict[str, Any], name: str) -> str:
    """A text in the body; '' where there is none."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Invalid([Problem(name, _("This field takes text."))])
    return scrub(str(value))


def number_of(body: dict[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid([Problem(name, _("This field takes a whole number."), str(value))])
    return value
