"""Finding a return or a part from its address, and the addresses that go with it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.queries import parts_for, returns_for

Holder = Return | Part
# What questions outside of any group are called in an address; no element of a form can be called so.
LOOSE = "-"


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def holder_or_404(viewer: Viewer, noun: str, key: str) -> Holder:
    """The return or part with this reference (or UUID), if the viewer may read it."""
    rows: Any = returns_for(viewer) if noun == "return" else parts_for(viewer)
    found = rows.filter(reference=key).first() if "\x00" not in key else None
    if found is None and (pk := _uuid(key)):
        found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found  # type: ignore[no-any-return]


def noun_of(holder: Holder) -> str:
    """'return' or 'part': what its addresses begin with."""
    return str(holder._meta.model_name)


def to(holder: Holder, page: str, *more: str) -> str:
    """The address of a page about a return or a part, such as the section "law" to be answered."""
    return reverse(f"{noun_of(holder)}-{page}", args=[holder.reference, *more])


def to_if_there(holder: Holder, page: str, *more: str) -> str:
    """The same, or '' where this installation has no such page."""
    try:
        return to(holder, page, *more)
    except NoReverseMatch:
        return ""


def anchor(place: str) -> str:
    """The id of a question in a page: 'places[2]/kept' -> 'q-places~2~kept'. No name of a form holds a tilde."""
    return "q-" + place.replace("]", "").replace("[", "~").replace("/", "~")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
