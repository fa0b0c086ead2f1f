"""What a saved view may be, and who may do what with one."""

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.models import SavedView
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import PAGING, Asked

# What an address holds beside the question: the place in the list, the view it came from, what is being ticked.
NO_QUESTION = (*PAGING, "view", "select", "limit", "csrfmiddlewaretoken")
LONGEST = 4_000
# Who speaks to a whole programme.
SPEAKERS = (Role.ANALYST, Role.SECRETARIAT, Role.ADMINISTRATOR)


def question_of(params: QueryDict) -> str:
    """The question of an address, without what belongs to the moment."""
    kept = params.copy()
    for name in NO_QUESTION:
        kept.pop(name, None)
    for name, values in list(kept.lists()):
        if not any(values):
            del kept[name]
    return kept.urlencode(safe=",:")


def problems(resource: Resource, viewer: Viewer, name: str, question: str) -> Iterable[Problem]:
    """What is wrong with a view before it is kept."""
    if not name:
        yield Problem("name", _("Give the view a name."))
    if len(name) > SavedView._meta.get_field("name").max_length:  # type: ignore[operator]
        yield Problem("name", _("Choose a name of at most 80 letters."))
    if len(question) > LONGEST:
        yield Problem("question", _("This question is too long to keep."))
        return
    yield from Asked.read(resource, QueryDict(question), viewer).problems


def may_share_with_programme(viewer: Viewer, programme: UUID) -> bool:
    """Whether a view of this person may stand in the lists of everyone in the programme."""
    return programme in viewer.programmes and viewer.has_role(programme, *SPEAKERS)


def may_change(viewer: Viewer, view: SavedView) -> bool:
    """Who made it; for one shared with a programme also its secretariat, who keeps the lists of all in order."""
    if view.person_id == viewer.person:
        return viewer.signed_in
    return view.shared == Shared.PROGRAMME and viewer.has_role(view.programme_id, Role.SECRETARIAT)
