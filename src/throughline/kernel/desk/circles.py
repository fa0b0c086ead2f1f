"""With whom a view is shared, in one word, as the API and the command line write it: mine, organisation:CODE, programme:CODE."""

from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.models import SavedView


def circle_named(viewer: Viewer, text: str) -> dict[str, Any]:
    """What the word means for this person; Invalid for anything that is not theirs to share with."""
    shared, _colon, code = text.partition(":")
    if shared in {"", Shared.MINE}:
        return {"shared": Shared.MINE.value}
    own = {Shared.ORGANISATION.value: viewer.organisations, Shared.PROGRAMME.value: viewer.programmes}
    if shared not in own:
        raise Invalid([Problem("shared", _("Write mine, organisation:CODE or programme:CODE."), text)])
    model: Any = SavedView._meta.get_field(shared).related_model
    found = model._default_manager.filter(pk__in=own[shared], code__iexact=code.replace("\x00", "")).first()
    if found is None:
        raise Invalid([Problem("shared", _("You belong to nothing of that code."), text)])
    return {"shared": shared, shared: found.pk}


def circle_of(view: SavedView) -> str:
    """The same word for a view that is there."""
    circle: Any = view.organisation or view.programme
    return f"{view.shared}:{circle.code}" if circle is not None else str(Shared.MINE.value)
