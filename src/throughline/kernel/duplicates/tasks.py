"""The sweep as work in the background: by itself every ten minutes, and whole when somebody asks."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.duplicates import registry
from throughline.kernel.duplicates.queries import pairs_for
from throughline.kernel.duplicates.sweeping import catch_up, sweep
from throughline.kernel.jobs.registry import duty, task
from throughline.kernel.jobs.run import Outcome, Run

SWEEP = "duplicates.sweep"


@duty("duplicates.catch-up", every=600)
def look() -> None:
    """Compare what was changed since the last time."""
    for rule in registry.all():
        catch_up(rule)


@task(SWEEP, title=gettext_lazy("Looking for duplicates"))
def look_through(run: Run, *, noun: str) -> Outcome:
    """Everything; the person is told of what they may read and of nothing else."""
    rule = registry.rule_for(noun)
    if rule is None:
        raise LookupError(_("This noun does not look for duplicates."))
    sweep(rule, lambda compared: run.progress(compared, message=_("Comparing")))
    found = pairs_for(run.viewer, rule).count()
    message = _("%(count)s pairs to look at.") % {"count": found}
    return Outcome(url=f"{reverse('duplicates')}?noun={noun}", values={"pairs": found}, message=message)
