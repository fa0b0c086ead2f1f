"""Verbs on calendar addresses: make one, revoke one; and finding whose an address is."""

import secrets
from datetime import timedelta

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.ids import fingerprint
from throughline.training.models import Feed

MOST_A_PERSON = 20
LONGEST_QUESTION = 400
NOTED_EVERY = timedelta(minutes=30)


@verb("feed.make")
def make(actor: Viewer, *, name: str, question: str) -> tuple[Feed, str]:
    """Make a secret address for a question to the calendar, and hand its key out, this once.

    Order: check the person, the name and the number of addresses; keep the hash; write history (never the key).
    """
    if not actor.signed_in:
        raise Refused(_("Sign in to subscribe to a calendar."))
    problems = []
    if not name.strip():
        problems.append(Problem("name", _("Give the calendar a name, such as the device that will read it.")))
    if len(question) > LONGEST_QUESTION:
        problems.append(Problem("question", _("Choose fewer filters.")))
    if own(actor).filter(revoked_at=None).count() >= MOST_A_PERSON:
        problems.append(Problem("name", _("You have %(most)s addresses. Revoke one first.") % {"most": MOST_A_PERSON}))
    if problems:
        raise Invalid(problems)
    key = secrets.token_urlsafe(32)
    feed = Feed.objects.create(user_id=actor.key, name=name.strip()[:80], question=question, key_hash=fingerprint(key))
    note(feed, after={"name": feed.name, "question": question})
    return feed, key


@verb("feed.revoke")
def revoke(actor: Viewer, *, feed: Feed) -> Feed:
    """Make an address worthless, at once and for good."""
    if feed.user_id != actor.person:
        raise Refused(_("Only the person an address belongs to may revoke it."))
    if feed.revoked_at is None:
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        note(feed, after={"revoked": True})
    return feed


def end_all(user: models.Model) -> int:
    """Make every address of a person worthless who leaves or signs out everywhere; that verb writes the history."""
    return Feed.objects.filter(user_id=user.pk, revoked_at=None).update(revoked_at=timezone.now())


def own(actor: Viewer) -> QuerySet[Feed]:
    """The addresses of this person."""
    return Feed.objects.filter(user_id=actor.key) if actor.signed_in else Feed.objects.none()


def feed_of(key: str) -> Feed | None:
    """The address with this key, if it still holds; that it was read is noted now and then."""
    feed = Feed.objects.select_related("user").filter(key_hash=fingerprint(key), revoked_at=None).first()
    if feed is None or not feed.user.is_active:
        return None
    now = timezone.now()
    if feed.read_at is None or now - feed.read_at > NOTED_EVERY:
        Feed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed
