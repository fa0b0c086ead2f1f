"""The mail of the day, for those who want one mail instead of many."""

from collections.abc import Callable
from datetime import time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.jobs.registry import duty
from throughline.kernel.notify.feet import end_of
from throughline.kernel.notify.models import MailRhythm, Notice
from throughline.kernel.notify.queries import shown
from throughline.kernel.notify.services import post

# Before the first coffee; a machine that was off sends it when it is back.
SENT_FROM = time(6)
QUARTER_OF_AN_HOUR = 900.0


# What is told once a day or more seldom is looked for just before the mail of the day: other parts put their work here.
gatherers: list[Callable[[], object]] = []


@duty("notify.digest", every=QUARTER_OF_AN_HOUR)
def send_digests() -> int:
    """Put today's mail into the outbox for everyone who wants one and has something in it. Says how many."""
    if timezone.localtime().time() < SENT_FROM:
        return 0
    for gather in gatherers:
        gather()
    today = timezone.localdate()
    gathered = Exists(Notice.objects.filter(person=OuterRef("person"), for_digest=True))
    wanted = MailRhythm.objects.filter(Q(every=MailRhythm.Every.DAY) | gathered, person__is_active=True)
    waiting = wanted.exclude(last_digest_on=today)
    return sum(_send(key) for key in waiting.values_list("pk", flat=True))


def _send(key: UUID) -> bool:
    """One person's mail, once a day however many workers there are; nothing new is no mail."""
    with transaction.atomic():
        locked = MailRhythm.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
        rhythm = locked.filter(pk=key).exclude(last_digest_on=timezone.localdate()).first()
        if rhythm is None:
            return False
        notices = list(Notice.objects.filter(person=rhythm.person, for_digest=True).order_by("told_at"))
        seen = [one for one in shown(viewer_of(rhythm.person_id), notices) if one.unread and not one.withheld]
        Notice.objects.filter(pk__in=[one.pk for one in notices]).update(for_digest=False)
        if not seen:
            return False
        rhythm.last_digest_on = timezone.localdate()
        rhythm.save(update_fields=["last_digest_on"])
        with override(rhythm.person.language or settings.LANGUAGE_CODE):
            subject = ngettext("%(count)d thing you were told", "%(count)d things you were told", len(seen))
            about = {one.pk: (one.content_type_id, one.object_id) for one in notices}
            lines = [_line(one.subject, one.url, end_of(*about[one.key])) for one in seen]
            text = "\n\n".join([_("What you were told since the last mail:"), *lines, _address("/notices/")])
        post(
            rhythm.person.email,
            subject=f"Throughline: {subject % {'count': len(seen)}}",
            text=text,
            person=rhythm.person_id,
        )
    return True


def _line(subject: str, url: str, stop: str) -> str:
    lines = [f"- {subject}", _address(url)]
    if stop:
        lines.append(_("Not to be told of this any longer: %(address)s") % {"address": stop})
    return "\n  ".join(lines)


def _address(url: str) -> str:
    return f"{settings.THROUGHLINE_ADDRESS.rstrip('/')}{url or '/notices/'}"
