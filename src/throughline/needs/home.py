"""What waits for someone at the stations of needs: positions to agree to, exercises and proposals to take further."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui.waiting import Waiting
from throughline.needs import pages, queries
from throughline.needs.choices import ExerciseState as E
from throughline.needs.choices import PositionState
from throughline.needs.choices import ProposalState as P

MOST = 5
# What the secretariat does by itself; an exercise being answered waits for others, one that is published for nobody.
TO_DO = (E.DRAFT, E.CLOSED, E.ANALYSED, E.REVIEWED, E.VALIDATED, E.RETURNED)


def to_assess(viewer: Viewer) -> list[Waiting]:
    """Positions of one's own country to agree to, then the next step of each exercise one runs."""
    positions = queries.positions_for(viewer).filter(
        state=PositionState.PROPOSED, exercise__state=E.CONSOLIDATED, owner__in=viewer.organisations
    )
    found = [
        Waiting(
            _("Agree to what your country says: %(exercise)s") % {"exercise": one.exercise}, 1, address("position", one)
        )
        for one in positions[:MOST]
        if queries.is_contact_point(viewer, one)
    ]
    run = queries.exercises_for(viewer).filter(state__in=TO_DO, owner__in=viewer.organisations)
    said = pages.labels()
    for one in run.filter(programme__in=viewer.programmes_as(Role.SECRETARIAT))[:MOST]:
        step = pages.first_step(E(one.state))
        found.append(Waiting(f"{said[step]}: {one}", 1, address("exercise", one)))
    return found


def to_decide(viewer: Viewer) -> list[Waiting]:
    """Proposals that wait for the secretariat's opinion, score, package or delivery."""
    mine = queries.proposals_for(viewer).filter(programme__in=viewer.programmes_as(Role.SECRETARIAT))
    labels = {
        P.SUBMITTED: _("Proposals to screen"), P.SCREENED: _("Proposals for an EMPACT opinion"),
        P.EMPACT: _("Proposals to assess"), P.ASSESSED: _("Proposals to present"),
        P.PRESENTED: _("Proposals to record the decision on"), P.AGREED: _("Packages to start"),
        P.DEVELOPED: _("Packages to put into the catalogue"),
    }  # fmt: skip
    there = dict(mine.order_by().values_list("state").annotate(Count("pk")))
    url = reverse("proposal-board")
    return [Waiting(label, there.get(state, 0), url) for state, label in labels.items()]


def address(noun: str, record: object) -> str:
    return reverse(f"{noun}-detail", args=[record.reference])  # type: ignore[attr-defined]
