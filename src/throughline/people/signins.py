"""Sign-ins, failed ones, sign-outs and changes of password or second factor, written into history.

django and django-allauth announce them by signals, the one use of signals we allow: the program does
not sign people in itself, so there is no verb of ours to write the line from.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, unit_of_work
from throughline.kernel.notify.services import tell
from throughline.people.models import User
from throughline.people.queries import viewer_for

SIGNALS: dict[Signal, str] = {
    user_logged_in: "person.sign-in",
    user_logged_out: "person.sign-out",
    password_changed: "person.change-password",
    password_set: "person.change-password",
    password_reset: "person.reset-password",
    authenticator_added: "person.add-second-factor",
    authenticator_removed: "person.remove-second-factor",
    authenticator_reset: "person.renew-recovery-codes",
    authentication_failed: "person.sign-in-failed",
}


# A thief who adds a way in, or takes one away, does not do it in silence.
def added() -> str:
    return _("A second factor was added to your account")


def removed() -> str:
    return _("A second factor was removed from your account")


def not_you() -> str:
    return _("If it was not you: change the password, sign out everywhere, and tell your administrator.")


TOLD = {"person.add-second-factor": added, "person.remove-second-factor": removed}


def write(verb: str, actor: Viewer, user: User | None, request: HttpRequest | None, **more: Any) -> None:
    """One line about an account, with the address it was done from."""
    given = {"from": client_address(request), **more}
    with unit_of_work(actor, verb):
        note(user, after=given)


def client_address(request: HttpRequest | None) -> str:
    """The network address of the caller, as our own proxy names it; never one the caller claims."""
    return get_adapter().get_client_ip(request) if request is not None else ""


@receiver(list(SIGNALS))
def write_signal(signal: Signal, **given: Any) -> None:
    """What allauth or Django says a person did with their account."""
    user = given.get("user")
    if not isinstance(user, User):
        return
    verb = SIGNALS[signal]
    more = {"kind": given["authenticator"].type} if "authenticator" in given else {}
    if verb == "person.sign-in":
        more = ways_in(given.get("request"), user)
    # A wrong code is not yet the person: whoever types it only has the password.
    actor = Viewer.nobody() if verb == "person.sign-in-failed" else viewer_for(user)
    write(verb, actor, user, given.get("request"), **more)
    if verb in TOLD and given["authenticator"].type != Authenticator.Type.RECOVERY_CODES:
        tell([user], subject=TOLD[verb], text=not_you, url=reverse("mfa_index"))


def ways_in(request: HttpRequest | None, user: User) -> dict[str, Any]:
    """How someone came in, where it was not by the password alone."""
    records = get_authentication_records(request, user) if request is not None and hasattr(request, "session") else []
    ways = [str(record.get("type") or record.get("provider") or record.get("method")) for record in records]
    return {"with": ways} if ways not in ([], ["password"]) else {}


def passkey_failed(user: User | None) -> None:
    """A passkey that did not fit; of whom, is known only at the second step."""
    write("person.sign-in-failed", Viewer.nobody(), user, context.request, kind=Authenticator.Type.WEBAUTHN)


@receiver(user_login_failed)
def write_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_given: Any) -> None:
    """A wrong password. What was typed as address is kept only where it is one of ours: people
    type their password there by mistake.
    """
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=address).first()
    write("person.sign-in-failed", Viewer.nobody(), user, request)
