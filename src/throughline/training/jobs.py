"""What of training takes long enough to be watched: certificates in bulk."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.jobs.registry import task
from throughline.kernel.jobs.run import Outcome, Run
from throughline.training import papers
from throughline.training.models import Activity, Certificate
from throughline.training.services import certificates


@task(certificates.TASK, title=gettext_lazy("Issue certificates"))
def run_issue(run: Run, *, activity: str, places: list[str]) -> Outcome:
    """Issue what was approved, a few at a time. Taken up again, it goes on with those who have none yet."""
    found = Activity.objects.visible_to(run.viewer).get(pk=activity)
    wanted = [UUID(one) for one in places]
    have = set(Certificate.objects.filter(place__in=wanted).values_list("place_id", flat=True))
    left = [one for one in wanted if one not in have]
    done = len(wanted) - len(left)
    run.progress(done, len(wanted))
    with papers.press(papers.CERTIFICATE) as press:
        for at in range(0, len(left), certificates.AT_ONCE):
            some = left[at : at + certificates.AT_ONCE]
            made = certificates.issue(run.viewer, activity=found, places=some, press=press)
            done += len(some)
            have |= {one.place_id for one in made}
            run.progress(done, len(wanted), made[-1].serial if made else "")
    message = _("%(made)s of %(wanted)s certificates are issued.") % {"made": len(have), "wanted": len(wanted)}
    return Outcome(url=reverse("certificates", args=[found.reference]), message=message)
