"""What waits for a viewer at the station Collect: incidents to check, returned ones, own drafts."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.incidents.choices import State
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui.waiting import Waiting


def incidents_waiting(viewer: Viewer) -> list[Waiting]:
    """Only what this person can move on: nobody is told to check what they entered themselves."""
    seen = Incident.objects.visible_to(viewer)
    own = Q(created_by_id=viewer.person)
    checks = Q(programme_id__in=viewer.programmes_as(Role.VERIFIER), owner_id__in=viewer.organisations)
    checks |= Q(programme_id__in=viewer.programmes_as(Role.SECRETARIAT))
    counts = [
        (_("Incidents to check"), seen.filter(checks, state=State.SENT).exclude(own).count(), State.SENT),
        (_("Incidents returned to you"), seen.filter(own, state=State.RETURNED).count(), State.RETURNED),
        (_("Drafts to finish"), seen.filter(own, state=State.DRAFT).count(), State.DRAFT),
    ]
    return [Waiting(label, count, f"{reverse('incident-list')}?state={state}") for label, count, state in counts]
