"""What waits at the last station beyond the steps of the flow: signed reports to release."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.rules import waiting_requests
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import BUILDERS
from throughline.kernel.reporting.requests import REQUESTS
from throughline.kernel.ui.waiting import Waiting


def to_settle(viewer: Viewer) -> list[Waiting]:
    """Changes asked for in documents this person answers for: nobody signs while one waits."""
    mine = Q(created_by=viewer.person) | Q(
        owner__in=viewer.organisations, programme__in=viewer.programmes_as(*BUILDERS)
    )
    reports = Report.objects.visible_to(viewer).filter(mine, state__in=REQUESTS.states)
    asked = waiting_requests(Report).filter(object_id__in=reports.values("pk"))
    where = list(asked.values_list("object_id", flat=True))
    one = reports.filter(pk=where[0]).first() if len(set(where)) == 1 else None
    url = f"{reverse('report-detail', args=[one.reference])}#discussion" if one else reverse("report-list")
    return [Waiting(_("Changes asked for in your reports"), len(where), url)]


def to_release(viewer: Viewer) -> list[Waiting]:
    """Releasing is a verb of its own, not a step of the flow, so it is counted here."""
    programmes = viewer.programmes_as(Role.SECRETARIAT)
    signed = Report.objects.visible_to(viewer).filter(state=Report.State.SIGNED, programme__in=programmes)
    return [Waiting(_("Reports to release"), signed.count(), f"{reverse('report-list')}?state={Report.State.SIGNED}")]
