"""The quarterly monitors of the demonstration, built, signed off and released by the same verbs that people use."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from throughline.demo.cast_of_people import SCOPE
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.services import build
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.publications.models import Release
from throughline.publications.public.services import open_to_public, propose
from throughline.publications.services import check, release
from throughline.reference.models import Programme

TEMPLATE = "quarterly-monitor"
EARLIER = "2022-Q4"  # published before what it is compared with was revised
RELEASED = ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")
PUBLIC = (EARLIER, *RELEASED)
WAITING = "2024-Q1"
SIGNED = "Figures compared with the records. Illustrative."


def there(programme: Programme, period: str) -> Report | None:
    return Report.objects.filter(programme=programme, template=TEMPLATE, period=period, scope=SCOPE).first()


def built(analyst: Viewer, programme: Programme, period: str) -> Report:
    """The monitor of a quarter, waiting for its sign-off."""
    report = there(programme, period) or build(
        analyst, template=TEMPLATE, period=period, scope=SCOPE, programme=programme
    )
    if report.state == Report.State.DRAFT:
        advance(analyst, record=report, transition="send")
    return report


def publish(
    programme: Programme, users: dict[str, User], report: Callable[[int, int, str], None], periods: tuple[str, ...]
) -> None:
    """The monitors of these quarters, signed off by a second person and released by a third."""
    analyst, head, office = (viewer_for(users[address]) for address in ("analyst", "second", "secretariat"))
    for done, period in enumerate(periods):
        report(done, len(periods), _("Quarterly monitors"))
        monitor = built(analyst, programme, period)
        if monitor.state == Report.State.READY:
            advance(head, record=monitor, transition="sign", comment=SIGNED)
        if monitor.state == Report.State.SIGNED:
            release(office, report=monitor)
    report(len(periods), len(periods), _("Quarterly monitors"))


def leave_waiting(programme: Programme, users: dict[str, User]) -> None:
    """The next monitor waits for a second person."""
    built(viewer_for(users["analyst"]), programme, WAITING)


def compare(programme: Programme, users: dict[str, User]) -> None:
    """The earlier monitor beside today's records; the worker compares the others by itself in a few minutes."""
    for one in Release.objects.filter(programme=programme, template=TEMPLATE, period=EARLIER, check_made=None):
        check(viewer_for(users["secretariat"]), release=one)


def open_to_everyone(programme: Programme, users: dict[str, User], report: Callable[[int, int, str], None]) -> None:
    """Public editions of the released monitors, each proposed by one person and opened by another, oldest first."""
    office, head = (viewer_for(users[address]) for address in ("secretariat", "second"))
    wanted = Release.objects.filter(programme=programme, template=TEMPLATE, period__in=PUBLIC, public_editions=None)
    for done, one in enumerate(found := list(wanted.order_by("period"))):
        report(done, len(found), _("Public page"))
        made = propose(office, release=one, reason=_("The quarter is complete. Illustrative."))
        open_to_public(head, edition=made, reason=_("Looked at what is withheld. Illustrative."))
