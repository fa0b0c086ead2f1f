"""Sending what lies in the outbox: one mail at a time, each in a transaction of its own.

A mail is sent at least once: if the program dies between the mail server's answer and our commit, it
is sent again. Its text is erased when it has left, because some carry a way in (an invitation, a new
password), and a copy in the database would be a second key.
"""

import logging
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from throughline.kernel.jobs.registry import duty
from throughline.kernel.notify.models import Mail

# Waits after the first, second ... failure; after the last, the mail is given up and shown as failed.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
AT_ONCE = 100
EVERY = 2.0
logger = logging.getLogger(__name__)


@duty("notify.send", every=EVERY)
def send_waiting(limit: int = AT_ONCE) -> int:
    """Send what is due. Says how many left."""
    sent = 0
    for _turn in range(limit):
        mail = send_next()
        if mail is None:
            break
        sent += mail.state == Mail.State.SENT
    return sent


def send_next() -> Mail | None:
    """Send the oldest mail that is due, skipping any that another worker holds."""
    with transaction.atomic():
        due = Mail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
        mail = due.filter(state=Mail.State.WAITING, next_try_at__lte=timezone.now()).order_by("next_try_at").first()
        if mail is not None:
            _try(mail)
            mail.save()
    return mail


def _try(mail: Mail) -> None:
    """One attempt, written into the mail."""
    if mail.person is not None and not mail.person.is_active:
        _give_up(mail, "the person has left")
        return
    mail.attempts += 1
    try:
        EmailMessage(subject=mail.subject, body=mail.text, to=[mail.address], headers=_headers(mail)).send()
    except Exception as failure:
        logger.warning("Mail %s was not sent: %s", mail.pk, failure)
        _postpone(mail, str(failure) or type(failure).__name__)
        return
    mail.state, mail.sent_at, mail.error, mail.text, mail.stop = Mail.State.SENT, timezone.now(), "", "", ""


def _headers(mail: Mail) -> dict[str, str]:
    """For mail programs that offer to end a subscription by one click (RFC 8058)."""
    if not mail.stop:
        return {}
    return {"List-Unsubscribe": f"<{mail.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _postpone(mail: Mail, error: str) -> None:
    if mail.attempts > len(BACK_OFF):
        _give_up(mail, error)
        return
    mail.error = error[:300]
    mail.next_try_at = timezone.now() + BACK_OFF[mail.attempts - 1]


def _give_up(mail: Mail, error: str) -> None:
    mail.state, mail.error, mail.text, mail.stop = Mail.State.FAILED, error[:300], "", ""
