"""Verbs on API keys: make one, revoke one; and finding whose a key is."""

import secrets
from datetime import timedelta

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.api.models import ApiToken
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.ids import fingerprint

PREFIX = "tl_"
SHOWN = 8
LONGEST = 366
MOST_A_PERSON = 20
NOTED_EVERY = timedelta(minutes=5)


@verb("token.make")
def make(actor: Viewer, *, name: str, days: int) -> tuple[ApiToken, str]:
    """Make a key for the actor and hand it out, this once.

    Order: check the person, the name and the days; keep the fingerprint; write history (never the key).
    """
    if not actor.signed_in:
        raise Refused(_("Sign in to make an API key."))
    problems = []
    if not name.strip():
        problems.append(Problem("name", _("Give the key a name, such as the program that will use it.")))
    if not 1 <= days <= LONGEST:
        problems.append(Problem("days", _("A key is valid for 1 to %(most)s days.") % {"most": LONGEST}, str(days)))
    if own(actor).filter(revoked_at=None).count() >= MOST_A_PERSON:
        problems.append(Problem("name", _("You have %(most)s keys. Revoke one first.") % {"most": MOST_A_PERSON}))
    if problems:
        raise Invalid(problems)
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=actor.key,
        name=name.strip()[:80],
        start=key[:SHOWN],
        fingerprint=fingerprint(key),
        expires_on=timezone.localdate() + timedelta(days=days),
    )
    note(token, after={"name": token.name, "expires_on": token.expires_on.isoformat()})
    return token, key


@verb("token.revoke")
def revoke(actor: Viewer, *, token: ApiToken) -> ApiToken:
    """Make a key worthless, at once and for good."""
    if token.user_id != actor.person:
        raise Refused(_("Only the person a key belongs to may revoke it."))
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        note(token, after={"revoked": True})
    return token


def own(actor: Viewer) -> QuerySet[ApiToken]:
    """The keys of this person."""
    return ApiToken.objects.filter(user_id=actor.key) if actor.signed_in else ApiToken.objects.none()


def holder_of(key: str) -> ApiToken | None:
    """The valid token with this key; its use is noted at most every few minutes."""
    token = ApiToken.objects.select_related("user").filter(fingerprint=fingerprint(key)).first()
    if token is None or not token.is_valid or not token.user.is_active:
        return None
    now = timezone.now()
    if token.used_at is None or now - token.used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def end_all(user: models.Model) -> int:
    """Revoke every key of a person whose account is being closed; the closing verb writes the history."""
    return ApiToken.objects.filter(user_id=user.pk, revoked_at=None).update(revoked_at=timezone.now())
