"""The verb of nobody: reminders that go out because their day has come."""

from datetime import timedelta

from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.rounds.choices import OWED, RoundState
from throughline.kernel.rounds.models import Reminder, Return, Round
from throughline.kernel.rounds.services.running import say


@verb("round.remind-by-date")
def remind_due(actor: Viewer) -> int:
    """For every return still owed: the reminder of today, or one that a stopped machine missed.

    A return gets one reminder at a time: of several days that have passed, the nearest to the date due.
    """
    today = timezone.localdate()
    sent = 0
    for asked_in in Round.objects.filter(state=RoundState.OPEN):
        owed = Return.objects.filter(round=asked_in, state__in=OWED).select_related("owner__jurisdiction", "round")
        told = []
        for ret in owed:
            passed = [days for days in asked_in.reminders if ret.due - timedelta(days=days) <= today <= ret.due]
            if not passed:
                continue
            _reminder, made = Reminder.objects.get_or_create(of=ret, days_before=min(passed))
            if made:
                say(ret, "reminded", None)
                told.append(ret)
        if told:
            note(asked_in, after={"reminded by date": len(told)})
            note_many([(ret, None, {"reminded by date": 1}) for ret in told])
            sent += len(told)
    return sent
