"""What of releasing takes long enough to be watched."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.jobs.registry import task
from throughline.kernel.jobs.run import Outcome, Run
from throughline.kernel.reporting.models import Report
from throughline.publications.models import Release
from throughline.publications.services import release

RELEASE = "release.release"


@task(RELEASE, title=gettext_lazy("Release a document"))
def run_release(run: Run, *, report: str) -> Outcome:
    """Make the files and freeze them, as the person who asked. Asked twice, it is released once."""
    asked = Report.objects.visible_to(run.viewer).get(pk=report)
    made = Release.objects.visible_to(run.viewer).filter(report=asked).first()
    if made is None:
        made = release(run.viewer, report=asked, told=run.progress)
    message = _("Released as edition %(edition)s.") % {"edition": made.edition}
    return Outcome(url=reverse("release-detail", args=[made.reference]), message=message)
