"""How training hangs together on the line of sight.

What an entry answers (a need, a proposal, an action of a strategy) is linked with the kind 'answers', whatever noun it
is; what an activity teaches and multiplies its own fields say.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models

from throughline.training.models import Activity, Entry

Steps = Iterator[tuple[str, models.Model]]
LEADS_TO = "leads-to"


def before_entry(entry: Any) -> Steps:
    """An entry that is offered only together with another."""
    if entry.offered_with_id:
        yield LEADS_TO, entry.offered_with


def after_entry(entry: Any) -> Steps:
    """The activities in which it is taught."""
    for activity in Activity.objects.filter(entry_id=entry.pk):
        yield LEADS_TO, activity
    for other in Entry.objects.filter(offered_with_id=entry.pk):
        yield LEADS_TO, other


def before_activity(activity: Any) -> Steps:
    """What is taught, the component it is done for, and the training it multiplies."""
    for other in (activity.entry, activity.component or activity.project, activity.multiplies):
        if other is not None:
            yield LEADS_TO, other


def after_activity(activity: Any) -> Steps:
    """The activities that multiply it."""
    for other in Activity.objects.filter(multiplies_id=activity.pk):
        yield LEADS_TO, other
