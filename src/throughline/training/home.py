"""What waits for someone at the station of training: invitations, nominations to decide, people who ask to be erased."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui.waiting import Waiting
from throughline.training import placing
from throughline.training.choices import PlaceState
from throughline.training.models import Activity
from throughline.training.services.moves import OPEN
from throughline.training.team import TEAM_ROLES
from throughline.training.web import own_address, places_address

MOST = 5


def to_do(viewer: Viewer) -> list[Waiting]:
    """Own invitations first, then what is to be done for others; an activity a line, the next to begin first."""
    if not viewer.signed_in:
        return []
    invited = placing.own_places(viewer).filter(state=PlaceState.OFFERED)
    asked = placing.people_for(viewer).filter(erased_at=None, erasure_asked_at__isnull=False).count()
    return [
        Waiting(_("Invitations to answer"), invited.count(), own_address()),
        *_each(_to_decide(viewer), _("Nominations to decide: %(activity)s")),
        *_each(_to_answer(viewer), _("Places to answer for your people: %(activity)s")),
        Waiting(_("People who ask to be erased"), asked, reverse("training-person-list")),
    ]


def _each(found: QuerySet[Activity], words: str) -> list[Waiting]:
    rows = found.order_by("starts_on", "pk")[:MOST]
    return [Waiting(words % {"activity": one}, one.waiting, places_address(one)) for one in rows]  # type: ignore[attr-defined]  # reason: annotated


def _counted(viewer: Viewer, which: Q) -> QuerySet[Activity]:
    coming: QuerySet[Activity] = Activity.objects.visible_to(viewer).filter(
        state__in=OPEN, starts_on__gt=timezone.localdate()
    )
    return coming.annotate(waiting=Count("places", filter=which)).filter(waiting__gt=0)


def _to_decide(viewer: Viewer) -> QuerySet[Activity]:
    teams = [programme for programme, role in viewer.roles if role in TEAM_ROLES]
    run = Q(manager=viewer.person, programme__in=[programme for programme, _role in viewer.roles])
    run |= Q(owner__in=viewer.organisations, programme__in=teams)
    return _counted(viewer, Q(places__state=PlaceState.NOMINATED)).filter(run)


def _to_answer(viewer: Viewer) -> QuerySet[Activity]:
    """Those without an account cannot answer themselves."""
    own = Q(places__person__in=placing.people_for(viewer), places__person__account__isnull=True)
    return _counted(viewer, Q(places__state=PlaceState.OFFERED) & own)
