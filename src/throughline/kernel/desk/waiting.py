"""What waits on the home page beyond the steps of flows: pairs to decide, notices to read."""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates import registry as duplicates
from throughline.kernel.duplicates.queries import pairs_for
from throughline.kernel.notify.queries import unread_count
from throughline.kernel.resources.declare import ENTERING
from throughline.kernel.ui import waiting
from throughline.kernel.ui.waiting import Waiting


def unread(viewer: Viewer) -> list[Waiting]:
    if not viewer.signed_in:
        return []
    return [Waiting(_("Notices to read"), unread_count(viewer), reverse("notice-list"))]


def alike(viewer: Viewer) -> list[Waiting]:
    """Pairs that look alike of which one at least is this person's to change, per noun."""
    programmes = viewer.programmes_as(*ENTERING)
    if not programmes or not viewer.organisations:
        return []
    found = []
    for rule in duplicates.all():
        resource = duplicates.resource_of(rule)
        mine = resource.visible(viewer).filter(owner__in=viewer.organisations, programme__in=programmes).order_by()
        either = reduce(or_, (Q(**{f"{side}__in": mine.values("pk")}) for side in ("left_id", "right_id")))
        label = _("Pairs of %(nouns)s that look alike") % {"nouns": resource.title_plural}
        count = pairs_for(viewer, rule).filter(either).count()
        found.append(Waiting(label, count, f"{reverse('duplicates')}?noun={rule.noun}"))
    return found


def register() -> None:
    waiting.register(waiting.ANYWHERE, unread)
    waiting.register("collect", alike)
