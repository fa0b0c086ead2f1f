"""Verbs on the keys of phones: make one, revoke one; and finding whose a key is."""

import base64
import json
import secrets
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.ids import fingerprint
from throughline.kernel.rounds.device_models import DeviceKey
from throughline.kernel.rounds.openrosa.digest import ALGORITHMS, secret_hash

# Letters and digits that are not taken for one another when typed off a screen; 28 of them hold 139 random bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LONG, SHORT = 28, 8
MOST_A_PERSON = 20
NOTED_EVERY = timedelta(minutes=5)


@verb("phone.make-key")
def make_key(actor: Viewer, *, name: str) -> tuple[DeviceKey, str]:
    """Make a key for a phone of the actor's and hand its secret out, this once.

    Order: check the person and the name; keep what signing in needs, encrypted; write history (never the secret).
    Raises Refused or Invalid.
    """
    if not actor.signed_in:
        raise Refused(_("Sign in to set up a phone."))
    problems = []
    if not name.strip():
        problems.append(Problem("name", _("Give the phone a name by which you will know it.")))
    if own(actor).filter(revoked_at=None).count() >= MOST_A_PERSON:
        problems.append(Problem("name", _("You have %(most)s phones. Revoke one first.") % {"most": MOST_A_PERSON}))
    if problems:
        raise Invalid(problems)
    user_name, secret = f"phone-{_drawn(SHORT)}", _drawn(LONG)
    key = DeviceKey.objects.create(
        person_id=actor.key,
        name=name.strip()[:80],
        user_name=user_name,
        fingerprint=fingerprint(secret),
        digests=_sealed({algorithm: secret_hash(algorithm, user_name, secret) for algorithm in ALGORITHMS}),
    )
    note(key, after={"phone": key.name, "user name": key.user_name})
    return key, secret


@verb("phone.revoke-key")
def revoke_key(actor: Viewer, *, key: DeviceKey) -> DeviceKey:
    """Make a key worthless, at once and for good: by its person, or by an administrator of theirs.

    What the phone sent stays. Raises Refused.
    """
    if not managed(actor).filter(pk=key.pk).exists():
        raise Refused(_("Only the person a phone belongs to, or an administrator, may revoke it."))
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by_id = timezone.now(), actor.key
        key.save(update_fields=["revoked_at", "revoked_by"])
        note(key, after={"phone": key.name, "revoked": True})
    return key


def own(actor: Viewer) -> QuerySet[DeviceKey]:
    """The phones of this person."""
    return DeviceKey.objects.filter(person_id=actor.key) if actor.signed_in else DeviceKey.objects.none()


def of_others(actor: Viewer) -> QuerySet[DeviceKey]:
    """The phones in use of people in the programmes the actor administers."""
    programmes = actor.programmes_as(Role.ADMINISTRATOR)
    if not programmes:
        return DeviceKey.objects.none()
    found = DeviceKey.objects.filter(person__roles__programme__in=programmes, revoked_at=None)
    return found.exclude(person_id=actor.key).select_related("person").order_by("person__name", "-made_at").distinct()


def managed(actor: Viewer) -> QuerySet[DeviceKey]:
    """Every phone the actor may revoke."""
    keys = {*own(actor).values_list("pk", flat=True), *of_others(actor).values_list("pk", flat=True)}
    return DeviceKey.objects.filter(pk__in=keys)


def by_secret(secret: str) -> DeviceKey | None:
    """The valid key with this secret."""
    return DeviceKey.objects.filter(fingerprint=fingerprint(secret), revoked_at=None).first()


def by_user_name(user_name: str) -> DeviceKey | None:
    """The valid key with this user name; whether its secret is known is still to be shown."""
    return DeviceKey.objects.filter(user_name=user_name, revoked_at=None).first()


def digest_of(key: DeviceKey, algorithm: str) -> str:
    """The hash that Digest compares with; '' where the installation's secret key has changed since."""
    try:
        return str(json.loads(_cipher().decrypt(key.digests.encode())).get(algorithm, ""))
    except InvalidToken:
        return ""


def note_use(key: DeviceKey) -> None:
    """When a key was used last, at most every few minutes."""
    now = timezone.now()
    if key.used_at is None or now - key.used_at > NOTED_EVERY:
        DeviceKey.objects.filter(pk=key.pk).update(used_at=now)


def end_all(user: Any) -> int:
    """Revoke every phone of a person whose account is being closed; the closing verb writes the history."""
    return DeviceKey.objects.filter(person_id=user.pk, revoked_at=None).update(revoked_at=timezone.now())


def _drawn(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _turn in range(length))


def _sealed(digests: dict[str, str]) -> str:
    return _cipher().encrypt(json.dumps(digests).encode()).decode()


def _cipher() -> Fernet:
    """Made from the installation's secret key, for this use alone."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"throughline phones")
    return Fernet(base64.urlsafe_b64encode(made.derive(settings.SECRET_KEY.encode())))
