"""Sign-ins, failed ones, sign-outs and changes of password or second factor, written into history.

django and django-allauth announce them by signals, the one use of signals we allow: the program does
not sign people in itself, so there is no verb of ours to write the line from.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, unit_of_work
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
    # A wrong code is not yet the person: whoever types it only has the password.
    actor = Viewer.nobody() if verb == "person.sign-in-failed" else viewer_for(user)
    write(verb, actor, user, given.get("request"), **more)


@receiver(user_login_failed)
def write_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_given: Any) -> None:
    """A wrong password. What was typed as address is kept only where it is one of ours: people
    type their password there by mistake.
    """
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=address).first()
    write("person.sign-in-failed", Viewer.nobody(), user, request)
