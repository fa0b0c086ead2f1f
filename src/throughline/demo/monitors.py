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
from throughline.publications.services import release
from throughline.reference.models import Programme

TEMPLATE = "quarterly-monitor"
RELEASED = ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")
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


def publish(programme: Programme, users: dict[str, User], report: Callable[[int, int, str], None]) -> None:
    """Four released monitors of 2023, and the next one waiting for a second person."""
    analyst, head, office = (viewer_for(users[address]) for address in ("analyst", "second", "secretariat"))
    steps = len(RELEASED) + 1
    for done, period in enumerate(RELEASED):
        report(done, steps, _("Quarterly monitors"))
        monitor = built(analyst, programme, period)
        if monitor.state == Report.State.READY:
            advance(head, record=monitor, transition="sign", comment=SIGNED)
        if monitor.state == Report.State.SIGNED:
            release(office, report=monitor)
    built(analyst, programme, WAITING)
    report(steps, steps, _("Quarterly monitors"))
