"""What waits at the last station beyond the steps of the flow: signed reports to release."""

from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.reporting.models import Report
from throughline.kernel.ui.waiting import Waiting


def to_release(viewer: Viewer) -> list[Waiting]:
    """Releasing is a verb of its own, not a step of the flow, so it is counted here."""
    programmes = viewer.programmes_as(Role.SECRETARIAT)
    signed = Report.objects.visible_to(viewer).filter(state=Report.State.SIGNED, programme__in=programmes)
    return [Waiting(_("Reports to release"), signed.count(), f"{reverse('report-list')}?state={Report.State.SIGNED}")]
