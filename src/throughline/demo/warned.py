"""Early warning in the demonstration: somebody is told of unusual counts, and one of them has been acknowledged."""

from throughline.demo.cast_of_people import let_no_mail_leave
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.watch import queries
from throughline.kernel.watch.services import acknowledge, look, subscribe
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.reference.models import Programme

TOLD = ("analyst", "verifier.xk")
REASON = "A week of house searches with a partner service: the seizures of one operation, each checked. Illustrative."


def warn(actor: Viewer, *, programme: Programme, users: dict[str, User]) -> None:
    """Subscribe two people, look at the newest months, and acknowledge the most unusual count; the others wait."""
    for address in TOLD:
        subscribe(viewer_for(users[address]), programme=programme.pk)
    look(actor)
    analyst = viewer_for(users["analyst"])
    found = sorted(queries.flags(analyst), key=lambda one: one.evidence["chance"])
    if found:
        acknowledge(analyst, flag=found[0], reason=REASON)
    let_no_mail_leave()
