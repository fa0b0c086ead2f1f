"""What waits at the last station: reports to sign off, reports to release, reports that came back."""

from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.reporting.models import Report
from throughline.kernel.ui.waiting import Waiting


def reports_waiting(viewer: Viewer) -> list[Waiting]:
    seen = Report.objects.visible_to(viewer)
    found = []
    if viewer.has_role(None, Role.SECRETARIAT):
        to_sign = seen.filter(state=Report.State.READY).exclude(created_by_id=viewer.person)
        found.append((_("Reports to sign off"), to_sign.count(), "ready"))
        found.append((_("Reports to release"), seen.filter(state=Report.State.SIGNED).count(), "signed"))
    returned = seen.filter(state=Report.State.RETURNED, created_by_id=viewer.person)
    found.append((_("Reports returned to you"), returned.count(), "returned"))
    return [Waiting(label, count, f"{reverse('report-list')}?state={state}") for label, count, state in found if count]
