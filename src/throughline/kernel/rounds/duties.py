"""What happens by itself: reminders on their days."""

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.registry import duty
from throughline.kernel.rounds.services.reminding import remind_due

HOURLY = 3600.0


@duty("rounds.remind", every=HOURLY)
def remind_by_date() -> int:
    """Send the reminders whose day has come; each goes once, however often this runs."""
    return remind_due(Viewer.nobody())
